"""Data sets and test sets in the administration: upload, report, freezing, deletion."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from emotionweb.accounts.models import User
from emotionweb.training import checking
from emotionweb.training.admin import counts
from emotionweb.training.models import AuditEntry, Dataset, TestSet
from tests.training.conftest import ready, uploaded
from tests.training.faces import distinct_faces
from tests.training.pages import allow, make_run

pytestmark = pytest.mark.django_db
ADD = "/admin/training/dataset/add/"


def page(row: Dataset) -> str:
    return f"/admin/training/dataset/{row.pk}/change/"


@pytest.fixture
def root(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


def test_an_upload_is_checked_and_its_report_is_shown(root: Client, admin: User) -> None:
    form = {"file": uploaded(distinct_faces(240)), "name": "Drawn ones", "freeze": "on"}
    answer = root.post(ADD, form)
    row = Dataset.objects.get()
    assert answer["Location"] == page(row)
    waiting = root.get(page(row)).content.decode()
    assert "waiting for its check" in waiting
    assert f'data-poll="/admin/training/dataset/{row.pk}/state/"' in waiting
    checking.work()
    shown = root.get(page(row)).content.decode()
    assert "240 faces" in shown
    assert shown.count('<img src="data:image/png;base64,') >= 8
    assert "Start a run with it" in shown
    assert "Test set 1" in shown
    assert "cannot be deleted" in shown
    assert AuditEntry.objects.filter(action="dataset.uploaded", by=admin).count() == 1


def test_a_script_is_told_where_the_page_is_or_what_is_wrong(root: Client) -> None:
    as_script = {"HTTP_ACCEPT": "application/json"}
    answer = root.post(ADD, {"file": uploaded(distinct_faces(240))}, **as_script)
    assert answer.status_code == 201
    assert answer.json() == {"url": page(Dataset.objects.get())}
    refused = root.post(ADD, {}, **as_script)
    assert refused.status_code == 400
    assert refused.json()["said"] == "This field is required."
    empty = root.post(ADD, {"file": SimpleUploadedFile("empty.zip", b"")}, **as_script)
    assert empty.status_code == 400
    assert "empty" in empty.json()["said"]


def test_a_file_that_cannot_be_used_says_why_and_can_be_deleted(root: Client) -> None:
    lines = b"time,value\n1,2\n3,4\n"
    root.post(ADD, {"file": SimpleUploadedFile("series.csv", lines)})
    checking.work()
    row = Dataset.objects.get()
    assert row.state == "failed"
    shown = root.get(page(row)).content.decode()
    assert "This file cannot be used." in shown
    assert "series.csv" in shown
    assert 'data-testid="dataset-delete"' in shown
    assert "Start a run with it" not in shown
    root.post(f"/admin/training/dataset/{row.pk}/delete/", {"post": "yes"})
    assert not Dataset.objects.exists()


def test_a_used_one_cannot_be_deleted_by_its_address_either(root: Client) -> None:
    row = ready(distinct_faces(240), freeze=False)
    make_run().datasets.add(row)
    answer = root.post(f"/admin/training/dataset/{row.pk}/delete/", {"post": "yes"}, follow=True)
    assert Dataset.objects.filter(pk=row.pk).exists()
    assert "messagelist" in answer.content.decode()
    assert "dataset-delete" not in root.get(page(row)).content.decode()


def test_the_state_is_told_to_the_page_that_waits(root: Client) -> None:
    row = ready(distinct_faces(240), freeze=False)
    Dataset.objects.filter(pk=row.pk).update(state="checking", progress=0.42)
    state = root.get(f"/admin/training/dataset/{row.pk}/state/").json()
    assert state == {
        "state": "checking",
        "open": True,
        "words": "being checked, 42 %",
        "progress": 0.42,
    }


def test_a_fifth_is_frozen_by_the_button_and_by_the_form(root: Client, admin: User) -> None:
    one, two = ready(distinct_faces(240), freeze=False), ready(distinct_faces(240, 1), freeze=False)
    root.post(f"/admin/training/dataset/{one.pk}/freeze/")
    first = TestSet.objects.get()
    assert 40 <= first.faces <= 56
    answer = root.post("/admin/training/testset/add/", {"datasets": [two.pk]})
    second = TestSet.objects.get(number=2)
    assert answer["Location"] == f"/admin/training/testset/{second.pk}/change/"
    assert second.faces > first.faces
    assert "A newer test set has taken its place" in (
        root.get(f"/admin/training/testset/{first.pk}/change/").content.decode()
    )
    shown = root.get(f"/admin/training/testset/{second.pk}/change/").content.decode()
    assert "Versions are compared on these faces." in shown
    refused = root.post("/admin/training/testset/add/", {"datasets": []})
    assert "This field is required." in refused.content.decode()


def test_bob_who_may_only_add_uploads_and_does_not_freeze(client: Client, bob: User) -> None:
    client.force_login(allow(bob, "add_dataset", "view_dataset"))
    client.post(ADD, {"file": uploaded(distinct_faces(240))})
    row = Dataset.objects.get()
    assert row.created_by == bob
    assert client.post(f"/admin/training/dataset/{row.pk}/freeze/").status_code == 403


# === Counts ===


def test_bars_are_as_long_as_their_share_of_the_largest() -> None:
    table = counts.by_split(
        {"PublicTest": {"neutral": 10}, "Training": {"neutral": 30, "fear": 20, "": 5}}
    )
    assert table.splits == ("training", "public test")
    neutral, fear = table.bars[0], table.bars[6]
    assert neutral.numbers == (30, 10)
    assert [(part.start, part.width) for part in neutral.parts] == [
        ("0.00%", "75.00%"),
        ("75.00%", "25.00%"),
    ]
    assert [(part.start, part.width) for part in fear.parts] == [("0.00%", "50.00%")]
    assert (table.bars[8].title, table.bars[8].total) == ("no label", 5)
    assert (table.totals, table.total) == ((55, 10), 65)


def test_counts_of_nothing_have_eight_empty_rows() -> None:
    table = counts.by_split({})
    assert [bar.total for bar in table.bars] == [0] * 8
    assert table.total == 0


def test_reasons_are_in_words_the_most_first() -> None:
    report = {"skipped_by_reason": {"unreadable": 2, "climbing_path": 7, "new_one": 1}}
    assert counts.left_out(report) == [
        ("with a path that leaves the archive", 7),
        ("not readable", 2),
        ("new_one", 1),
    ]
