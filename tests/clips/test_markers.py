import pytest

from emotionweb.accounts.models import User
from emotionweb.clips import markers
from emotionweb.clips.models import Clip, Marker
from emotionweb.clips.options import RefusedError
from emotionweb.clips.ownership import NotThereError
from emotionweb.clips.reading import excluded_ranges
from tests.clips.results import Face, make_clip


@pytest.fixture
def clip(alice: User) -> Clip:
    return make_clip(alice, [Face(1, 0, 20)])


def add(clip: Clip, kind: str, start: float, end: float, text: str = "") -> Marker:
    return markers.add(clip.user_id, clip.pk, kind=kind, start_s=start, end_s=end, text=text)


def test_a_remark_is_at_a_moment_and_leaves_nothing_out(clip: Clip) -> None:
    row = add(clip, "marker", 4.5, 4.5, "  the door opens ")
    assert (row.start_s, row.end_s, row.text) == (4.5, 4.5, "the door opens")
    assert excluded_ranges(clip) == ()


def test_stretches_left_out_are_one_where_they_touch(clip: Clip) -> None:
    add(clip, "excluded", 10, 20)
    add(clip, "excluded", 15, 25)
    add(clip, "excluded", 40, 99)
    assert excluded_ranges(clip) == ((10, 25), (40, 60))


@pytest.mark.parametrize(
    ("kind", "start", "end", "text"),
    [
        ("excluded", 5, 5, ""),
        ("excluded", 9, 5, ""),
        ("marker", -1, 5, ""),
        ("marker", 61, 61, ""),
        ("marker", 0, float("inf"), ""),
        ("marker", 0, 1, "x" * 201),
        ("highlight", 0, 1, ""),
    ],
)
def test_what_cannot_be_is_refused(
    clip: Clip, kind: str, start: float, end: float, text: str
) -> None:
    with pytest.raises(RefusedError):
        add(clip, kind, start, end, text)
    assert not Marker.objects.exists()


def test_nobody_marks_for_another(clip: Clip, bob: User) -> None:
    row = add(clip, "marker", 1, 1)
    with pytest.raises(NotThereError):
        markers.remove(bob.pk, clip.pk, row.pk)
    with pytest.raises(NotThereError):
        markers.add(bob.pk, clip.pk, kind="marker", start_s=1, end_s=1, text="")
    markers.remove(clip.user_id, clip.pk, row.pk)
    assert not Marker.objects.exists()
    with pytest.raises(NotThereError):
        markers.remove(clip.user_id, clip.pk, row.pk)


def test_a_clip_whose_length_is_unknown_ends_where_its_reading_did(clip: Clip) -> None:
    clip.duration_s = None
    clip.save()
    assert add(clip, "excluded", 50, 80).end_s == 60.0
