"""From a real file to samples: the right faces at the right times."""

import os
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import cv2
import numpy as np
import pytest

from inference.bundle import Bundle
from inference.clip_opinion import LABELS_OF_CLIPS
from inference.errors import NoVideoError, StoppedError
from inference.labels import LABELS
from inference.pipeline import FacePipeline, PipelineConfig
from inference.reasons import UnsureReason
from inference.stream import FaceStream
from inference.tracking import Tracker, TrackingConfig
from inference.video.annotate import AnnotateSettings, annotate
from inference.video.decode import ClipReader
from inference.video.samples import REASONS, Samples, Seconds
from tests import video_files
from tests.inference.conftest import SHIPPED
from tests.inference.pictures import blurred, portrait
from tests.video_files import every, face_clip, nobody, swaying_face, write_clip

HAPPINESS = LABELS.index("happiness")
CLIP_MODEL = SHIPPED.with_name("clips")


def _annotated(path, bundle, **settings):
    blocks = list(annotate(path, bundle, AnnotateSettings(**settings)))
    return blocks, Samples.concat([block.samples for block in blocks])


@pytest.fixture(scope="module")
def clip(tmp_path_factory) -> Path:
    """Three seconds of the swaying astronaut."""
    return face_clip(tmp_path_factory.mktemp("clips") / "a.mp4", 3.0)


def test_every_frame_of_a_face(bundle, clip):
    (block,), samples = _annotated(clip, bundle, rate=0.0)
    assert (block.index, block.start_s, block.frames, block.frames_without_face) == (0, 0.0, 90, 0)
    assert block.end_s == pytest.approx(89 / 30, abs=1e-3)
    assert set(samples.raw.tolist()) == {1}
    assert samples.at_s == pytest.approx(every(3.0), abs=1e-3)
    assert (samples.label == HAPPINESS).mean() > 0.95
    assert samples.probabilities.sum(axis=1) == pytest.approx(1.0, abs=0.01)
    assert (samples.confidence[samples.label == HAPPINESS] > 0.5).all()
    centres = (samples.box_xyxy[:, 0] + samples.box_xyxy[:, 2]) / 2
    expected = 320 * (0.5 + 0.06 * np.sin(2 * samples.at_s))
    assert np.abs(centres - expected).max() < 8
    assert samples.by_second().seconds.sum() == pytest.approx(89 / 30, abs=0.1)


def test_the_threads_say_what_one_frame_after_another_says(bundle, clip):
    _, samples = _annotated(clip, bundle, rate=0.0)
    pipeline = FacePipeline.load(bundle, PipelineConfig(detector="blazeface-full"))
    stream = FaceStream(Tracker(TrackingConfig(keep_lost_s=3.0)))
    expected = []
    for picture in ClipReader(clip):
        seen = pipeline.look(picture.gray, picture.bgr, stream, picture.at_s)
        expected += pipeline.judge(seen, picture.at_s)
    assert len(expected) == len(samples)
    for row, face in enumerate(expected):
        assert samples.box_xyxy[row].tolist() == pytest.approx(face.box_xyxy, abs=1e-3)
        assert samples.probabilities[row] == pytest.approx(face.probabilities, abs=1e-3)
        assert samples.confidence[row] == pytest.approx(face.confidence, abs=1e-3)


def test_five_a_second_see_what_every_frame_sees(bundle, clip):
    _, dense = _annotated(clip, bundle, rate=0.0)
    _, sparse = _annotated(clip, bundle, rate=5.0)
    assert 14 <= len(sparse) <= 16
    rows = np.searchsorted(dense.at_s, sparse.at_s)
    assert sparse.at_s == pytest.approx(dense.at_s[rows])
    assert np.abs(sparse.box_xyxy - dense.box_xyxy[rows]).max() < 8
    assert (sparse.label == HAPPINESS).mean() > 0.9


def test_blocks_fit_together_and_lose_no_time(bundle, tmp_path):
    path = face_clip(tmp_path / "a.mp4", 3.0, rate=10.0)
    blocks, samples = _annotated(path, bundle, rate=0.0, block_s=0.8)
    assert [block.index for block in blocks] == [0, 1, 2, 3]
    assert [block.start_s for block in blocks] == pytest.approx([0.0, 0.8, 1.6, 2.4])
    assert [block.end_s for block in blocks] == pytest.approx([0.8, 1.6, 2.4, 2.9])
    (_,), whole = _annotated(path, bundle, rate=0.0)
    assert samples.to_bytes() == whole.to_bytes()
    seconds = Seconds.concat([block.samples.by_second() for block in blocks])
    assert seconds.seconds.sum() + seconds.unsure.sum() == pytest.approx(2.9, abs=1e-3)


def test_a_stretch_of_a_clip(bundle, clip):
    blocks, samples = _annotated(clip, bundle, rate=0.0, start_s=1.0, end_s=2.0, block_s=0.5)
    assert samples.at_s.min() == pytest.approx(1.0, abs=1e-3)
    assert samples.at_s.max() < 2.0
    assert len(samples.frames_s) == 30
    assert [block.start_s for block in blocks] == [1.0, 1.5]


def test_a_face_that_is_briefly_away_keeps_its_number(bundle, tmp_path):
    times = every(6.0, 10.0)
    there = swaying_face(times)
    pictures = [
        empty if 2.0 <= at < 4.0 else face
        for at, face, empty in zip(times, there, nobody(times), strict=True)
    ]
    (block,), samples = _annotated(
        write_clip(tmp_path / "a.mp4", pictures, times), bundle, rate=0.0
    )
    assert set(samples.raw.tolist()) == {1}
    assert block.frames == 60
    assert 19 <= block.frames_without_face <= 24
    assert not ((samples.at_s > 2.0) & (samples.at_s < 4.0)).any()
    assert samples.by_second().seconds.sum() < 4.0


def test_a_face_that_is_away_for_longer_gets_a_new_number(bundle, tmp_path):
    times = every(6.0, 10.0)
    pictures = [
        empty if 1.0 <= at < 5.0 else face
        for at, face, empty in zip(times, swaying_face(times), nobody(times), strict=True)
    ]
    _, samples = _annotated(write_clip(tmp_path / "a.mp4", pictures, times), bundle, rate=0.0)
    assert set(samples.raw.tolist()) == {1, 2}


def test_two_faces_of_which_one_becomes_blurred(bundle, tmp_path):
    times = every(1.5)
    left, right = portrait(240, 240, face_px=90), portrait(240, 240, face_px=100)
    pictures = [np.hstack([left, blurred(right, 5.0) if at >= 0.5 else right]) for at in times]
    _, samples = _annotated(write_clip(tmp_path / "a.mp4", pictures, times), bundle, rate=0.0)
    assert set(samples.raw.tolist()) == {1, 2}
    later = samples.take(samples.at_s >= 0.6)
    is_right = later.box_xyxy[:, 0] > 240
    assert is_right.sum() > 20
    reasons = {REASONS[reason - 1] for reason in later.reason[is_right]}
    assert reasons == {UnsureReason.TOO_BLURRED}
    assert (later.label[is_right] == -1).all()
    assert not later.probabilities[is_right].any()
    assert (later.label[~is_right] == HAPPINESS).all()


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_phone(bundle, tmp_path, turn):
    times = every(0.5)
    code = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}
    stored = [cv2.rotate(picture, code[turn]) for picture in swaying_face(times)]
    path = write_clip(tmp_path / "a.mp4", stored, times, turn_deg=turn)
    _, samples = _annotated(path, bundle, rate=0.0)
    assert len(samples) == 15
    assert (samples.label == HAPPINESS).mean() > 0.9
    centre = (samples.box_xyxy[:, :2] + samples.box_xyxy[:, 2:]) / 2
    assert np.abs(centre[0] - (160, 120)).max() < 15


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("a.mp4", {"codec": "libx265"}),
        ("a.mp4", {"pixels": "yuv420p10le"}),
        ("a.mov", {}),
        ("a.mkv", {}),
        ("a.avi", {"codec": "mpeg4"}),
        ("a.webm", {"codec": "libvpx-vp9", "sound": "libopus"}),
    ],
)
def test_every_container(bundle, tmp_path, name, how):
    _, samples = _annotated(face_clip(tmp_path / name, 0.6, **how), bundle, rate=0.0)
    assert len(samples) == 18
    assert (samples.label == HAPPINESS).mean() > 0.9


def test_a_browsers_recording_by_its_uneven_times(bundle, tmp_path):
    times = [0.0, 0.03, 0.2, 0.5, 0.52, 1.1, 1.2, 2.6]
    path = video_files.recorded_by_browser(tmp_path / "a.webm", times)
    _, samples = _annotated(path, bundle, rate=0.0)
    assert samples.at_s == pytest.approx(times, abs=0.01)
    assert samples.weights_s().sum() == pytest.approx(2.2, abs=0.02)


def test_progress_is_told_and_ends_at_the_end(bundle, clip):
    told = []
    list(annotate(clip, bundle, AnnotateSettings(rate=0.0), on_progress=told.append))
    assert told == sorted(told)
    assert told[-1] == pytest.approx(89 / 30, abs=1e-3)


def test_it_stops_when_asked(bundle, clip):
    with pytest.raises(StoppedError):
        list(annotate(clip, bundle, AnnotateSettings(rate=0.0), should_stop=lambda: True))


def test_its_threads_end_with_it(bundle, clip):
    blocks = annotate(clip, bundle, AnnotateSettings(rate=0.0, block_s=0.5))
    with closing(blocks):
        next(blocks)
        assert any(thread.name == "clip-ahead" for thread in threading.enumerate())
    assert not any(thread.name == "clip-ahead" for thread in threading.enumerate())


def test_it_stops_also_on_the_way_to_a_late_start(bundle, tmp_path):
    times = every(1.0, 10.0)
    once = write_clip(tmp_path / "once.mkv", swaying_face(times), times, encoder={"bf": "0"})
    # Without an index, everything before the start has to be read.
    path = video_files.repeated(tmp_path / "a.mkv", once, 6000.0, {"live": "1"})
    threads = threading.active_count()
    started = time.monotonic()
    with pytest.raises(StoppedError):
        list(
            annotate(
                path,
                bundle,
                AnnotateSettings(start_s=5900.0),
                should_stop=lambda: time.monotonic() - started > 1.0,
            )
        )
    assert time.monotonic() - started < 4.0
    assert threading.active_count() == threads


def test_a_bad_file_is_refused_with_its_reason(bundle, tmp_path):
    with pytest.raises(NoVideoError):
        list(annotate(video_files.sound_only(tmp_path / "a.mp4"), bundle))


def test_a_clip_without_faces_says_what_was_looked_at(bundle, tmp_path):
    times = every(1.0, 10.0)
    path = write_clip(tmp_path / "a.mp4", nobody(times), times)
    (block,), samples = _annotated(path, bundle, rate=0.0)
    assert len(samples) == 0
    assert block.frames == block.frames_without_face == 10
    assert samples.frames_s.tolist() == pytest.approx(times, abs=1e-3)


def test_nothing_in_range(bundle, clip):
    assert _annotated(clip, bundle, start_s=60.0)[0] == []


def test_damage_is_counted(bundle, tmp_path):
    whole = face_clip(tmp_path / "whole.mp4", 3.0, encoder={"g": "15", "bf": "0"})
    path = video_files.with_hole(tmp_path / "a.mp4", whole)
    blocks, samples = _annotated(path, bundle, rate=0.0, block_s=1.0)
    damaged = sum(block.frames_damaged for block in blocks)
    assert damaged > 0
    assert sum(block.frames for block in blocks) + damaged <= 91
    assert samples.at_s.max() > 2.5


def test_thumbnails_are_upright_faces_in_colour_and_only_on_request(bundle, tmp_path):
    times = every(1.0)
    picture = portrait(480, 360, face_px=140, roll_deg=25)
    path = write_clip(tmp_path / "a.mp4", [picture] * 30, times)
    ((block,), _) = _annotated(path, bundle, rate=5.0)
    assert block.faces_jpeg == {}
    ((block,), _) = _annotated(path, bundle, rate=5.0, thumbnails=True)
    (jpeg,) = block.faces_jpeg.values()
    small = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert small.shape == (96, 96, 3)
    pipeline = FacePipeline.load(bundle)
    (face,) = pipeline.analyse(cv2.resize(small, (288, 288))).faces
    assert abs(face.roll_deg) < 8
    skin = small[40:70, 30:66].reshape(-1, 3).mean(axis=0)
    assert skin[2] > skin[0] + 20


def test_a_second_opinion_on_a_lasting_expression(bundle, clip):
    head = Bundle.load(CLIP_MODEL, labels=LABELS_OF_CLIPS)
    blocks = list(annotate(clip, bundle, AnnotateSettings(rate=0.0), clip_model=head))
    (opinion,) = [opinion for block in blocks for opinion in block.opinions]
    assert (opinion.raw, opinion.label) == (1, "happiness")
    assert opinion.start_s < 0.3
    assert opinion.end_s == pytest.approx(89 / 30, abs=1e-3)
    assert opinion.said.shape == (5,)
    assert opinion.said.sum() == pytest.approx(1.0, abs=1e-4)
    assert LABELS_OF_CLIPS[int(opinion.said.argmax())] == "happiness"


def test_the_real_clip(bundle):
    folder = os.environ.get("EMOTIONWEB_REFERENCE_DATA", "")
    data = Path(folder) if folder else SHIPPED.parents[2] / "shared" / "data"
    path = data / "clips" / "woman-phone-night.mp4"
    if not path.exists():
        pytest.skip("the reference data are not on this machine (EMOTIONWEB_REFERENCE_DATA)")
    (block,), samples = _annotated(path, bundle, rate=0.0)
    assert block.frames == 115
    assert block.frames_without_face == block.frames_damaged == 0
    assert set(samples.raw.tolist()) == {1}
    smile = samples.take(samples.at_s > 3.0)
    assert (smile.label == HAPPINESS).mean() > 0.9


_PEAK = """
import resource, sys
from pathlib import Path
from inference.bundle import Bundle
from inference.video.annotate import AnnotateSettings, annotate
bundle = Bundle.load(Path(sys.argv[1]))
faces = 0
for block in annotate(Path(sys.argv[2]), bundle, AnnotateSettings(rate=0.0)):
    faces += len(block.samples.to_bytes()) and len(block.samples)
print(faces, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def _peak_mb(path: Path) -> tuple[int, int]:
    done = subprocess.run(
        [sys.executable, "-c", _PEAK, str(SHIPPED), str(path)],
        cwd=SHIPPED.parents[1], capture_output=True, text=True, check=True,
    )  # fmt: skip
    faces, peak = done.stdout.split()
    return int(faces), int(peak)


@pytest.mark.slow
def test_memory_does_not_grow_with_the_clip(tmp_path):
    times = every(2.0, 10.0)
    once = write_clip(tmp_path / "once.mp4", swaying_face(times), times, encoder={"bf": "0"})
    short = video_files.repeated(tmp_path / "short.mp4", once, 70.0)
    long = video_files.repeated(tmp_path / "long.mp4", once, 1400.0)
    few, little = _peak_mb(short)
    many, peak = _peak_mb(long)
    assert few == pytest.approx(700, abs=20)
    assert many == pytest.approx(14_000, abs=200)
    assert peak < little + 25
