"""Runs in the administration: the form, the page that goes along, cancel and retry."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from emotionweb.accounts.models import User
from emotionweb.training import files
from emotionweb.training.models import AuditEntry, Run
from tests.training.conftest import ready
from tests.training.faces import distinct_faces
from tests.training.pages import allow, make_crops, make_run, shipped

pytestmark = pytest.mark.django_db
ADD = "/admin/training/run/add/"


@pytest.fixture
def root(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


def page(row: Run) -> str:
    return f"/admin/training/run/{row.pk}/change/"


def test_the_form_asks_for_a_fine_tune_with_good_defaults(root: Client, admin: User) -> None:
    dataset = ready(distinct_faces(240), freeze=False)
    shown = root.get(f"{ADD}?datasets={dataset.pk}").content.decode()
    assert "Version 1 answers now." in shown
    assert f'value="{dataset.pk}"' in shown
    assert "checked" in shown.split(f'value="{dataset.pk}"')[1].split(">")[0]
    form = {"how": "fine-tune", "datasets": [dataset.pk], "with_corrections": "on", "seed": 3}
    form |= {"budget_minutes": "10", "recipe_learning_rate": "0.0001", "architecture": ""}
    answer = root.post(ADD, form)
    row = Run.objects.get()
    assert answer["Location"] == page(row)
    assert (row.start_from, row.created_by, row.budget_minutes, row.seed) == (
        shipped(),
        admin,
        10,
        3,
    )
    assert row.recipe == {"learning_rate": 0.0001}
    assert list(row.datasets.all()) == [dataset]
    assert AuditEntry.objects.filter(action="run.asked", by=admin).exists()


def test_the_form_starts_from_scratch_with_the_chosen_architecture(root: Client) -> None:
    dataset = ready(distinct_faces(240), freeze=False)
    form = {"how": "scratch", "datasets": [dataset.pk], "architecture": "residual-cnn"}
    root.post(ADD, form)
    row = Run.objects.get()
    assert (row.start_from, row.architecture) == (None, "residual-cnn")
    assert not row.with_corrections


def test_what_cannot_be_trained_is_refused_in_a_sentence_and_kept_in_the_form(
    root: Client,
) -> None:
    refused = root.post(ADD, {"how": "fine-tune", "with_corrections": "on", "seed": "7"})
    shown = refused.content.decode()
    assert "There is nothing to learn from" in shown
    assert 'value="7"' in shown
    wrong = root.post(ADD, {"how": "fine-tune", "recipe_epochs": "9999"}).content.decode()
    assert '<details class="more" open>' in wrong
    assert not Run.objects.exists()


def test_the_page_of_a_running_one_says_how_far_it_is_and_shows_its_curves(root: Client) -> None:
    row = make_run(state="running", stage="training", epoch=1, epochs=4, spent_s=61.0)
    folder = files.absolute(row.path)
    folder.mkdir(parents=True)
    points = [{"epoch": 0, "expression_accuracy": 0.5, "val_expression_accuracy": 0.6, "loss": 1.2}]
    (folder / "curves.json").write_text(json.dumps(points))
    shown = root.get(page(row)).content.decode()
    assert "training, pass 2 of 4" in shown
    assert 'data-open="yes"' in shown
    assert '"val_expression_accuracy": 0.6' in shown
    state = root.get(f"/admin/training/run/{row.pk}/state/").json()
    assert (state["open"], state["words"], state["progress"]) == (
        True,
        "training, pass 2 of 4",
        0.25,
    )
    assert (state["state"], state["title"]) == ("running", "running")
    assert state["curves"] == points


def test_a_waiting_one_says_what_is_before_it(root: Client) -> None:
    make_run(state="running", stage="reading", created_at=timezone.now() - timedelta(hours=1))
    row = make_run()
    state = root.get(f"/admin/training/run/{row.pk}/state/").json()
    assert (state["words"], state["ahead"]) == ("waiting", "1 run is before it")


def test_cancel_is_asked_once_and_retry_puts_it_back(root: Client) -> None:
    row = make_run(state="running", stage="training", epoch=1, epochs=4, holder="w")
    answer = root.post(f"/admin/training/run/{row.pk}/cancel/", follow=True)
    row.refresh_from_db()
    assert row.cancel_asked
    shown = answer.content.decode()
    assert "It stops after the pass it is in" in shown
    assert "stopping after this pass" in shown
    assert "run-cancel" not in shown
    failed = make_run(state="failed", problem="It broke.")
    assert "It broke." in root.get(page(failed)).content.decode()
    root.post(f"/admin/training/run/{failed.pk}/retry/")
    failed.refresh_from_db()
    assert failed.state == "waiting"


def test_a_refusal_of_the_service_reaches_the_page(root: Client) -> None:
    done = make_run(state="done")
    answer = root.post(f"/admin/training/run/{done.pk}/cancel/", follow=True)
    assert '<li class="error">' in answer.content.decode()


def test_one_that_goes_on_cannot_be_deleted_one_that_ended_can(root: Client) -> None:
    going, ended = make_run(state="running"), make_run(state="failed")
    assert root.post(f"/admin/training/run/{going.pk}/delete/", {"post": "yes"}).status_code == 403
    root.post(f"/admin/training/run/{ended.pk}/delete/", {"post": "yes"})
    assert list(Run.objects.all()) == [going]


def test_bob_who_may_only_add_cannot_cancel(client: Client, bob: User, alice: User) -> None:
    make_crops(alice, 3, "accepted")
    client.force_login(allow(bob, "add_run", "view_run"))
    client.post(ADD, {"how": "fine-tune", "with_corrections": "on"})
    row = Run.objects.get()
    assert row.created_by == bob
    assert client.post(f"/admin/training/run/{row.pk}/cancel/").status_code == 403


def test_the_list_says_what_each_learns_from(root: Client) -> None:
    make_run(start_from=shipped(), with_corrections=True)
    shown = root.get("/admin/training/run/").content.decode()
    assert "fine-tune of version 1" in shown
    assert "given faces" in shown
