"""Versions in the administration: report, comparison, the gate's button, the way back."""

import re

import pytest
from django.test import Client

from emotionweb.accounts.models import User
from emotionweb.training import versions
from emotionweb.training.models import AuditEntry, Comparison, ModelVersion, TestSet
from inference.bundle import Bundle
from inference.data.faces import FaceSet
from inference.runtime import load_runtime
from tests.training.bundles import SHIPPED, make_version
from tests.training.conftest import ready
from tests.training.faces import distinct_faces
from tests.training.pages import allow

pytestmark = pytest.mark.django_db
LIST = "/admin/training/modelversion/"


@pytest.fixture(autouse=True)
def _ask_anew():
    versions.forget_found()
    yield
    versions.forget_found()


@pytest.fixture
def root(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


@pytest.fixture
def test_set() -> TestSet:
    """Faces that are called what the shipped model calls them, so that it is good at them."""
    faces = distinct_faces(240)
    said = load_runtime("litert", Bundle.load(SHIPPED)).logits(faces.faces_gray).argmax(axis=1)
    return ready(FaceSet.of(faces.faces_gray, said)).test_sets.get()


def page(row: ModelVersion) -> str:
    return f"{LIST}{row.pk}/change/"


def test_a_spoiled_one_is_refused_with_reasons_and_the_override_asks_why(
    root: Client, admin: User, test_set: TestSet
) -> None:
    bad = make_version(spoil=True)
    shown = root.post(f"{LIST}{bad.pk}/promote/", follow=True).content.decode()
    assert '<li class="error">' in shown
    assert "The gate does not let it through." in shown
    assert 'data-testid="override"' in shown
    assert versions.active() != bad
    silent = {"override": "yes", "reason": "   "}
    shown = root.post(f"{LIST}{bad.pk}/promote/", silent, follow=True).content.decode()
    assert "Say why: it is kept in the audit log." in shown
    assert versions.active() != bad
    said = {"override": "yes", "reason": "A rehearsal of the way back."}
    root.post(f"{LIST}{bad.pk}/promote/", said)
    assert versions.active() == bad
    entry = AuditEntry.objects.filter(action="version.promoted").first()
    assert entry is not None
    assert entry.by == admin
    assert "A rehearsal of the way back." in str(entry.details)
    log = root.get("/admin/training/auditentry/?q=rehearsal").content.decode()
    assert "Version promoted" in log
    assert "A rehearsal of the way back." in log


def test_one_that_is_as_good_is_promoted_and_the_way_back_works(
    root: Client, test_set: TestSet
) -> None:
    first, good = ModelVersion.objects.get(number=1), make_version()
    root.post(f"{LIST}{good.pk}/promote/")
    assert versions.active() == good
    assert "rollback" in root.get(LIST).content.decode()
    answer = root.post(f"{LIST}rollback/", follow=True)
    assert "Version 1 answers again." in answer.content.decode()
    assert versions.active() == first


def test_the_report_stands_beside_that_of_the_active_one(root: Client, test_set: TestSet) -> None:
    bad = make_version(spoil=True)
    assert "Beside version 1" not in root.get(page(bad)).content.decode()
    root.post(f"{LIST}{bad.pk}/compare/")
    assert Comparison.objects.filter(version=bad).count() == 1
    shown = root.get(page(bad)).content.decode()
    assert "Beside version 1" in shown
    rows = re.findall(r'<th scope="row">Accuracy</th>(.*?)</tr>', shown, re.DOTALL)
    cells = re.findall(r"<td.*?</td>", rows[0])
    assert len(cells) == 3
    assert "<strong>" not in cells[0]
    assert "<strong>" in cells[1]
    assert shown.count('class="matrix"') == 2
    assert shown.count('class="reliability__plot"') == 2
    assert "Its worst errors" in shown
    assert shown.count('<circle class="forest__dot"') >= 1


def test_without_a_test_set_promotion_needs_a_stated_reason(root: Client) -> None:
    good = make_version()
    shown = root.post(f"{LIST}{good.pk}/promote/", follow=True).content.decode()
    assert '<li class="error">' in shown
    assert "There is no frozen test set" in shown
    assert 'data-testid="override"' in shown
    assert versions.active() != good


def test_a_broken_one_says_so_and_cannot_be_promoted_even_with_a_reason(
    root: Client, test_set: TestSet
) -> None:
    broken = make_version()
    (versions.folder(broken) / "model.tflite").unlink()
    versions.forget_found()
    assert versions.problem(broken) in root.get(page(broken)).content.decode().replace(
        "&#x27;", "'"
    )
    said = {"override": "yes", "reason": "I want it."}
    answer = root.post(f"{LIST}{broken.pk}/promote/", said, follow=True)
    assert '<li class="error">' in answer.content.decode()
    assert versions.active() != broken


def test_where_the_active_one_is_broken_the_pages_say_which_one_runs(root: Client) -> None:
    mine = make_version()
    root.post(f"{LIST}{mine.pk}/promote/", {"override": "yes", "reason": "It is mine."})
    (versions.folder(mine) / "model.tflite").unlink()
    versions.forget_found()
    (warning,) = versions.warnings()
    for address in ("/admin/", LIST, page(mine)):
        assert 'role="alert"' in root.get(address).content.decode(), address
    assert warning.split()[0] in root.get("/admin/").content.decode()


def test_bob_who_may_only_look_sees_the_report_and_no_button(
    client: Client, bob: User, test_set: TestSet
) -> None:
    good = make_version()
    client.force_login(allow(bob, "view_modelversion"))
    shown = client.get(page(good)).content.decode()
    assert "promote/" not in shown
    client.force_login(allow(bob, "view_modelversion", "promote_modelversion"))
    assert "promote/" in client.get(page(good)).content.decode()
