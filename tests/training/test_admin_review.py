"""The queue of given faces: each decision, the undo, batches, what is said without a script."""

import json

import pytest
from django.test import Client

from emotionweb.accounts.models import User
from emotionweb.training.models import AuditEntry, GivenCrop
from tests.training.pages import allow, make_crops, make_run

pytestmark = pytest.mark.django_db
QUEUE = "/admin/training/givencrop/queue/"


@pytest.fixture
def reviewer(client: Client, bob: User) -> Client:
    """Bob, who may review and nothing else."""
    client.force_login(allow(bob, "review_givencrop"))
    return client


def decide(client: Client, crop: GivenCrop, **said: str):
    address = f"/admin/training/givencrop/{crop.pk}/decide/"
    return client.post(address, json.dumps(said), content_type="application/json")


def test_the_queue_shows_the_oldest_first_and_not_who_gave_them(
    reviewer: Client, alice: User
) -> None:
    crops = make_crops(alice, 3)
    shown = reviewer.get(QUEUE).content.decode()
    places = [shown.index(f'"{crop.pk}"') for crop in crops]
    assert places == sorted(places)
    assert "from the live page" in shown
    assert "alice" not in shown.lower()


def test_each_decision_is_kept_with_who_made_it(reviewer: Client, alice: User, bob: User) -> None:
    one, two, three = make_crops(alice, 3)
    answer = decide(reviewer, one, action="accept").json()
    assert (answer["state"], answer["left"]) == ("accepted", 2)
    answer = decide(reviewer, two, action="relabel", expression="fear").json()
    assert (answer["label"], answer["title"]) == ("fear", "afraid")
    decide(reviewer, three, action="reject")
    rows = GivenCrop.objects.order_by("created_at", "pk")
    assert {row.pk: (row.state, row.label) for row in rows} == {
        one.pk: ("accepted", one.expression),
        two.pk: ("accepted", "fear"),
        three.pk: ("rejected", three.expression),
    }
    assert {row.reviewed_by for row in rows} == {bob}
    actions = AuditEntry.objects.filter(by=bob).values_list("action", flat=True)
    assert sorted(actions) == ["crop.accepted", "crop.rejected", "crop.relabelled"]


def test_undo_puts_a_face_back_as_it_came(reviewer: Client, alice: User) -> None:
    (crop,) = make_crops(alice, 1)
    decide(reviewer, crop, action="relabel", expression="fear")
    answer = decide(reviewer, crop, action="undo").json()
    assert (answer["state"], answer["label"], answer["left"]) == ("waiting", crop.expression, 1)


@pytest.mark.parametrize(
    "said", [{"action": "relabel", "expression": "boredom"}, {"action": "burn"}, {}]
)
def test_what_is_no_decision_changes_nothing(
    said: dict[str, str], reviewer: Client, alice: User
) -> None:
    (crop,) = make_crops(alice, 1)
    answer = decide(reviewer, crop, **said)
    assert answer.status_code == 409
    assert answer.json()["said"]
    assert GivenCrop.objects.get().state == "waiting"


def test_a_face_that_was_taken_back_meanwhile_is_said_to_be_gone(
    reviewer: Client, alice: User
) -> None:
    one, _two = make_crops(alice, 2)
    one.delete()
    one.pk = "7d444840-9dc0-11d1-b245-5ffdce74fad2"
    answer = decide(reviewer, one, action="accept")
    assert answer.status_code == 409
    assert answer.json() == {"said": "This face is gone.", "left": 1}


def test_without_a_script_the_form_does_it_and_goes_back_to_the_queue(
    reviewer: Client, alice: User
) -> None:
    one, two = make_crops(alice, 2)
    answer = reviewer.post(f"/admin/training/givencrop/{one.pk}/decide/", {"action": "accept"})
    assert answer["Location"] == QUEUE
    assert f"/admin/training/givencrop/{two.pk}/decide/" in reviewer.get(QUEUE).content.decode()


def test_many_are_decided_about_in_the_list(reviewer: Client, alice: User) -> None:
    crops = make_crops(alice, 4)
    chosen = [crop.pk for crop in crops[:3]]
    form = {"action": "accept_selected", "_selected_action": chosen}
    reviewer.post("/admin/training/givencrop/", form)
    assert GivenCrop.objects.filter(state="accepted").count() == 3


def test_who_may_only_look_is_not_offered_the_actions(
    client: Client, bob: User, alice: User
) -> None:
    (crop,) = make_crops(alice, 1)
    client.force_login(allow(bob, "view_givencrop"))
    assert "accept_selected" not in client.get("/admin/training/givencrop/").content.decode()
    form = {"action": "accept_selected", "_selected_action": [crop.pk]}
    client.post("/admin/training/givencrop/", form)
    assert GivenCrop.objects.get().state == "waiting"
    assert decide(client, crop, action="accept").status_code == 403


def test_the_page_of_a_face_names_the_runs_that_learnt_it(
    client: Client, admin: User, alice: User
) -> None:
    (crop,) = make_crops(alice, 1, "accepted")
    run = make_run(crops_used=[str(crop.pk)])
    client.force_login(admin)
    shown = client.get(f"/admin/training/givencrop/{crop.pk}/change/").content.decode()
    assert f"/admin/training/run/{run.pk}/change/" in shown


def test_a_face_that_was_taken_back_stays_counted_at_the_runs_that_learnt_it(
    client: Client, admin: User, alice: User
) -> None:
    one, two = make_crops(alice, 2, "accepted")
    run = make_run(state="done", crops_used=[str(one.pk), str(two.pk)])
    make_run(state="done", crops_used=[str(two.pk)])
    client.force_login(admin)
    shown = client.get("/admin/training/givencrop/").content.decode()
    assert "taken back since" not in shown
    one.delete()
    shown = client.get("/admin/training/givencrop/").content.decode()
    assert (
        f'Learnt faces that were taken back since: <a href="/admin/training/run/{run.pk}' in shown
    )
    page = client.get(f"/admin/training/run/{run.pk}/change/").content.decode()
    assert "learnt 2; 1 of them was taken back since" in page


def test_an_empty_queue_says_where_faces_come_from(reviewer: Client) -> None:
    assert "Nothing waits." in reviewer.get(QUEUE).content.decode()


def test_an_account_with_given_faces_can_be_deleted_by_an_administrator(
    client: Client, admin: User, alice: User
) -> None:
    make_crops(alice, 2)
    client.force_login(admin)
    client.post(f"/admin/accounts/user/{alice.pk}/delete/", {"post": "yes"})
    assert not GivenCrop.objects.exists()
