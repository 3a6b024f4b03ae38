import pytest

from emotionweb.accounts.models import User
from emotionweb.clips import corrections, tracks
from emotionweb.clips.models import Clip, Track
from emotionweb.clips.options import RefusedError
from emotionweb.clips.ownership import NotThereError
from emotionweb.clips.reading import load
from inference.labels import LABELS
from tests.clips.results import BOX, Face, annotate, make_clip, show, track_of

pytestmark = pytest.mark.services

LEFT = (20.0, 40.0, 100.0, 130.0)
RIGHT = (400.0, 60.0, 480.0, 150.0)


def seen(track: Track) -> list[float]:
    """The times at which a track was seen."""
    reading = load(track.annotation_id)
    return [round(at, 3) for at in reading.samples.at_s[reading.faces_of(track.parts)].tolist()]


@pytest.fixture
def clip(alice: User) -> Clip:
    """Two faces; the left one is lost for a while and comes back under another number."""
    return make_clip(
        alice,
        [Face(7, 0, 20, box=LEFT), Face(9, 30, 50, box=LEFT), Face(3, 10, 45, box=RIGHT)],
    )


def test_every_face_that_was_followed_is_a_track_in_order_of_time(clip: Clip) -> None:
    found = [(t.number, t.parts, t.first_s, t.last_s) for t in clip.annotation.tracks.all()]
    assert found == [
        (1, [[7, None, None]], 0.0, 20.0),
        (2, [[3, None, None]], 10.0, 45.0),
        (3, [[9, None, None]], 30.0, 50.0),
    ]


def test_making_tracks_again_makes_no_second_ones(clip: Clip) -> None:
    tracks.make_tracks(clip.annotation, {7: b"jpeg"})
    assert clip.annotation.tracks.count() == 3
    assert bytes(track_of(clip, 1).thumbnail) == b"jpeg"
    assert track_of(clip, 2).thumbnail is None


def test_merged_tracks_are_one_face_with_what_was_said_of_both(clip: Clip) -> None:
    user_id = clip.user_id
    tracks.rename(user_id, clip.pk, track_of(clip, 3).pk, "Anna")
    corrections.say(
        user_id, clip.pk, track_id=track_of(clip, 3).pk, start_s=31, end_s=32, expression=3
    )
    tracks.merge(user_id, clip.pk, track_of(clip, 3).pk, track_of(clip, 1).pk)
    merged = track_of(clip, 1)
    assert (merged.name, merged.first_s, merged.last_s) == ("Anna", 0.0, 50.0)
    assert merged.corrections.get().expression == LABELS[3]
    assert len(seen(merged)) == 101 + 101
    assert clip.annotation.tracks.count() == 2


def test_two_faces_that_are_seen_together_are_two_people(clip: Clip) -> None:
    with pytest.raises(RefusedError, match="two people"):
        tracks.merge(clip.user_id, clip.pk, track_of(clip, 2).pk, track_of(clip, 1).pk)
    assert clip.annotation.tracks.count() == 3


def test_one_face_that_was_followed_twice_for_a_moment_counts_once(alice: User) -> None:
    near = (104.0, 60.0, 134.0, 95.0)
    clip = make_clip(alice, [Face(1, 0, 20, box=LEFT), Face(2, 19.8, 40, box=near)])
    tracks.merge(clip.user_id, clip.pk, track_of(clip, 2).pk, track_of(clip, 1).pk)
    times = seen(track_of(clip, 1))
    assert len(times) == len(set(times))
    assert times[-1] == 40.0


def test_split_and_merged_again_is_what_it_was(clip: Clip) -> None:
    before = seen(track_of(clip, 2))
    second = tracks.split(clip.user_id, clip.pk, track_of(clip, 2).pk, 30.1)
    first = track_of(clip, 2)
    assert (first.last_s, second.first_s) == (30.0, 30.2)
    assert seen(first) + seen(second) == before
    assert second.number == 4
    tracks.merge(clip.user_id, clip.pk, second.pk, first.pk)
    whole = track_of(clip, 2)
    assert (whole.parts, seen(whole)) == ([[3, None, None]], before)


def test_a_correction_over_a_split_goes_to_both(clip: Clip) -> None:
    user_id, track = clip.user_id, track_of(clip, 2)
    corrections.say(user_id, clip.pk, track_id=track.pk, start_s=20, end_s=40, expression=1)
    corrections.say(user_id, clip.pk, track_id=track.pk, start_s=41, end_s=42, expression=2)
    second = tracks.split(user_id, clip.pk, track.pk, 30)
    assert [(c.start_s, c.end_s) for c in track.corrections.all()] == [(20, 30)]
    assert [(c.start_s, c.end_s) for c in second.corrections.all()] == [(30, 40), (41, 42)]


@pytest.mark.parametrize("at_s", [0.0, 10.0, 45.1, 60.0])
def test_a_split_with_nothing_on_one_side_is_refused(clip: Clip, at_s: float) -> None:
    with pytest.raises(RefusedError):
        tracks.split(clip.user_id, clip.pk, track_of(clip, 2).pk, at_s)
    assert clip.annotation.tracks.count() == 3


def test_a_track_is_not_merged_with_itself(clip: Clip) -> None:
    own = track_of(clip).pk
    with pytest.raises(RefusedError):
        tracks.merge(clip.user_id, clip.pk, own, own)


def test_a_name_is_cleaned_and_not_too_long(clip: Clip) -> None:
    own = track_of(clip).pk
    tracks.rename(clip.user_id, clip.pk, own, "  An\u202ena\x00 ")
    assert track_of(clip).name == "Anna"
    with pytest.raises(RefusedError):
        tracks.rename(clip.user_id, clip.pk, own, "x" * 81)


def test_nobody_changes_the_tracks_of_another(clip: Clip, bob: User) -> None:
    own, other = track_of(clip, 1).pk, track_of(clip, 2).pk
    with pytest.raises(NotThereError):
        tracks.rename(bob.pk, clip.pk, own, "Bob was here")
    with pytest.raises(NotThereError):
        tracks.merge(bob.pk, clip.pk, own, other)
    bobs = make_clip(bob, [Face(1, 0, 5)])
    with pytest.raises(NotThereError):
        tracks.set_me(bob.pk, bobs.pk, own, True)
    assert track_of(clip).name == ""


# === A new reading ===


def read_again(clip: Clip, faces: list[Face], **how: float) -> Clip:
    """What the job does when it is done."""
    old, new = clip.annotation, annotate(clip, faces, **how)
    tracks.carry_over(old, new)
    show(clip, new)
    old.delete()
    return Clip.objects.get(pk=clip.pk)


def test_what_was_said_is_found_again_whatever_the_numbers(clip: Clip) -> None:
    user_id = clip.user_id
    tracks.rename(user_id, clip.pk, track_of(clip, 2).pk, "Bea")
    tracks.set_excluded(user_id, clip.pk, track_of(clip, 2).pk, True)
    tracks.set_me(user_id, clip.pk, track_of(clip, 1).pk, True)
    corrections.say(
        user_id, clip.pk, track_id=track_of(clip, 2).pk, start_s=12, end_s=14, expression=4
    )
    faces = [Face(1, 0, 20, box=LEFT), Face(2, 30, 50, box=LEFT), Face(5, 10, 45, box=RIGHT)]
    clip = read_again(clip, faces, rate=10.0)
    found = {t.parts[0][0]: t for t in clip.annotation.tracks.all()}
    assert {raw: (t.name, t.is_me, t.excluded) for raw, t in found.items()} == {
        1: ("", True, False),
        2: ("", False, False),
        5: ("Bea", False, True),
    }
    assert found[5].corrections.get().expression == "anger"
    assert sorted(t.number for t in found.values()) == [1, 2, 3]


def test_merged_tracks_are_merged_again(clip: Clip) -> None:
    tracks.set_me(clip.user_id, clip.pk, track_of(clip, 1).pk, True)
    tracks.merge(clip.user_id, clip.pk, track_of(clip, 3).pk, track_of(clip, 1).pk)
    faces = [
        Face(11, 0, 12, box=LEFT),
        Face(12, 12.2, 20, box=LEFT),
        Face(13, 30, 50, box=LEFT),
        Face(14, 10, 45, box=RIGHT),
    ]
    clip = read_again(clip, faces)
    me = clip.annotation.tracks.get(is_me=True)
    assert sorted(part[0] for part in me.parts) == [11, 12, 13]
    assert (me.first_s, me.last_s, clip.annotation.tracks.count()) == (0.0, 50.0, 2)


def test_split_tracks_are_split_again_at_the_same_time(clip: Clip) -> None:
    user_id = clip.user_id
    second = tracks.split(user_id, clip.pk, track_of(clip, 2).pk, 30)
    tracks.rename(user_id, clip.pk, track_of(clip, 2).pk, "Bea")
    tracks.rename(user_id, clip.pk, second.pk, "Cleo")
    clip = read_again(clip, [Face(1, 8, 47, box=RIGHT)])
    found = {t.name: (t.first_s, t.last_s) for t in clip.annotation.tracks.all()}
    assert found == {"Bea": (8.0, 29.8), "Cleo": (30.0, 47.0)}
    times = [seen(t) for t in clip.annotation.tracks.all()]
    assert len(times[0]) + len(times[1]) == 196


def test_a_reading_of_a_part_keeps_what_it_can(clip: Clip) -> None:
    user_id = clip.user_id
    for number, name in ((1, "Anna"), (2, "Bea"), (3, "Cleo")):
        tracks.rename(user_id, clip.pk, track_of(clip, number).pk, name)
    corrections.say(
        user_id, clip.pk, track_id=track_of(clip, 1).pk, start_s=5, end_s=6, expression=1
    )
    clip = read_again(clip, [Face(1, 25, 45, box=RIGHT)], start_s=25.0)
    found = {t.name: t for t in clip.annotation.tracks.all()}
    assert set(found) == {"Anna", "Bea"}  # a correction is a word of the person, a name is not
    assert found["Anna"].parts == []
    assert found["Anna"].corrections.count() == 1


def test_a_short_slip_of_one_tracker_cuts_nothing(alice: User) -> None:
    def moving(at: float) -> tuple[float, ...]:
        return RIGHT if 10.0 <= at < 10.6 else LEFT

    clip = make_clip(alice, [Face(1, 0, 30, box=LEFT), Face(2, 0, 30, box=RIGHT)])
    tracks.rename(alice.pk, clip.pk, track_of(clip, 1).pk, "Anna")
    tracks.rename(alice.pk, clip.pk, track_of(clip, 2).pk, "Bea")
    clip = read_again(clip, [Face(8, 0, 30, box=moving)])
    assert [(t.name, t.parts) for t in clip.annotation.tracks.all()] == [
        ("Anna", [[8, None, None]])
    ]


def test_where_nothing_was_said_the_new_tracks_stand_as_they_are(clip: Clip) -> None:
    clip = read_again(clip, [Face(1, 0, 60, box=BOX), Face(2, 0, 60, box=RIGHT)])
    assert [t.parts for t in clip.annotation.tracks.all()] == [
        [[1, None, None]],
        [[2, None, None]],
    ]
