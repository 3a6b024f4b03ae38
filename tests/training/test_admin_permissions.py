"""Who sees which page of training: by permission, and nobody from outside."""

from collections.abc import Callable

import pytest
from django.test import Client

from emotionweb.accounts.models import User
from emotionweb.training.models import AuditEntry, GivenCrop, ModelVersion, Run
from tests.training.conftest import ready
from tests.training.faces import distinct_faces
from tests.training.pages import allow, make_crops, make_run, shipped

pytestmark = pytest.mark.django_db
ADMIN = "/admin/training/"


@pytest.fixture
def rows(alice: User) -> dict[str, object]:
    dataset = ready(distinct_faces(240), freeze=True)
    return {
        "dataset": dataset.pk,
        "testset": dataset.test_sets.get().pk,
        "givencrop": make_crops(alice, 1)[0].pk,
        "run": make_run().pk,
        "modelversion": shipped().pk,
    }


LISTS = ["dataset", "testset", "givencrop", "run", "modelversion", "auditentry"]


@pytest.mark.parametrize("model", LISTS)
def test_a_permission_to_look_opens_the_list_and_the_page_of_one(
    model: str, rows: dict[str, object], client: Client, bob: User
) -> None:
    client.force_login(allow(bob))
    pages = [f"{ADMIN}{model}/"]
    if model in rows:
        pages.append(f"{ADMIN}{model}/{rows[model]}/change/")
    assert [client.get(page).status_code for page in pages] == [403] * len(pages)
    client.force_login(allow(bob, f"view_{model}"))
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200, page
        assert b"<h1>" in answer.content


@pytest.mark.parametrize("model", LISTS)
def test_who_is_no_administrator_is_sent_to_the_login(
    model: str, rows: dict[str, object], client: Client, charlie: User
) -> None:
    for person in (None, charlie):
        if person:
            client.force_login(person)
        for page in (f"{ADMIN}{model}/", f"{ADMIN}{model}/{rows.get(model, 1)}/change/"):
            answer = client.get(page)
            assert answer.status_code == 302
            assert answer["Location"] == f"/admin/login/?next={page}"


def test_looking_at_everything_does_not_let_anybody_do_anything(
    rows: dict[str, object], client: Client, bob: User
) -> None:
    client.force_login(allow(bob, *(f"view_{model}" for model in LISTS)))
    deeds = [
        f"dataset/{rows['dataset']}/freeze/",
        f"dataset/{rows['dataset']}/delete/",
        f"run/{rows['run']}/cancel/",
        f"run/{rows['run']}/retry/",
        f"run/{rows['run']}/delete/",
        f"modelversion/{rows['modelversion']}/promote/",
        f"modelversion/{rows['modelversion']}/compare/",
        "modelversion/rollback/",
        f"givencrop/{rows['givencrop']}/decide/",
        f"givencrop/{rows['givencrop']}/delete/",
        f"testset/{rows['testset']}/delete/",
    ]
    said = {"post": "yes", "action": "accept", "reason": "because", "override": "yes"}
    before = AuditEntry.objects.count()
    answers = {deed: client.post(ADMIN + deed, said).status_code for deed in deeds}
    assert answers == dict.fromkeys(deeds, 403)
    for page in ("dataset/add/", "testset/add/", "run/add/", "givencrop/queue/"):
        assert client.get(ADMIN + page).status_code == 403, page
    assert AuditEntry.objects.count() == before
    assert not Run.objects.get().cancel_asked
    assert GivenCrop.objects.get().state == "waiting"
    assert ModelVersion.objects.get().active


def test_buttons_of_what_one_may_not_do_are_not_there(
    rows: dict[str, object], client: Client, bob: User
) -> None:
    client.force_login(allow(bob, *(f"view_{model}" for model in LISTS)))
    page = client.get(f"{ADMIN}run/{rows['run']}/change/").content.decode()
    assert "run-cancel" not in page
    assert "freeze/" not in client.get(f"{ADMIN}dataset/{rows['dataset']}/change/").content.decode()
    assert "rollback" not in client.get(f"{ADMIN}modelversion/").content.decode()
    client.force_login(allow(bob, "view_run", "change_run"))
    assert "run-cancel" in client.get(f"{ADMIN}run/{rows['run']}/change/").content.decode()


def test_the_deeds_want_a_post(rows: dict[str, object], client: Client, admin: User) -> None:
    client.force_login(admin)
    for deed in (f"run/{rows['run']}/cancel/", "modelversion/rollback/"):
        assert client.get(ADMIN + deed).status_code == 405


def test_what_is_not_there_is_a_404(client: Client, admin: User) -> None:
    client.force_login(admin)
    for model in ("dataset", "run", "modelversion", "testset"):
        assert client.get(f"{ADMIN}{model}/987654/change/").status_code == 404
    assert client.get(f"{ADMIN}run/987654/state/").status_code == 404


def test_the_first_page_says_where_training_stands_to_those_who_may_know(
    rows: dict[str, object], client: Client, bob: User, django_assert_max_num_queries: Callable
) -> None:
    client.force_login(allow(bob, "view_modelversion"))
    page = client.get("/admin/").content.decode()
    assert "Version 1" in page
    assert "to be looked at" not in page
    client.force_login(allow(bob, "view_modelversion", "view_run", "review_givencrop"))
    with django_assert_max_num_queries(30):
        page = client.get("/admin/").content.decode()
    assert "1 to be looked at" in page
    assert f"/admin/training/run/{rows['run']}/change/" in page


def test_no_style_stands_in_the_pages_and_scripts_only_by_address(
    rows: dict[str, object], client: Client, admin: User
) -> None:
    client.force_login(admin)
    pages = [f"{ADMIN}{model}/{pk}/change/" for model, pk in rows.items()]
    pages += [f"{ADMIN}{model}/" for model in LISTS]
    for page in [*pages, "/admin/", f"{ADMIN}run/add/", f"{ADMIN}givencrop/queue/"]:
        text = client.get(page).content.decode()
        assert " style=" not in text, page
        assert "onclick=" not in text, page
