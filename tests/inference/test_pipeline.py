"""The whole path on real pictures."""

import numpy as np
import pytest

from inference.errors import FrameError
from inference.labels import LABELS
from inference.pipeline import FacePipeline, PipelineConfig
from inference.reasons import UnsureReason
from inference.stream import FaceStream
from tests.inference import pictures
from tests.inference.pictures import jpeg, portrait


def _only(result):
    (face,) = result.faces
    return face


def test_the_smiling_astronaut_looks_happy(pipeline):
    face = _only(pipeline.analyse(pictures.astronaut()))
    assert face.label == "happiness"
    assert face.probabilities[LABELS.index("happiness")] > 0.7
    assert face.probabilities.sum() == pytest.approx(1.0, abs=1e-5)
    assert face.scored
    assert face.unsure is None


@pytest.mark.parametrize("detector", ["blazeface-short", "blazeface-full", "haar"])
def test_with_every_detector(bundle, detector):
    pipeline = FacePipeline.load(bundle, PipelineConfig(detector=detector))
    assert _only(pipeline.analyse(portrait(face_px=110))).label == "happiness"


@pytest.mark.parametrize("roll", [-30, 30])
def test_a_tilted_head_is_read_like_an_upright_one(pipeline, roll):
    assert _only(pipeline.analyse(portrait(face_px=110, roll_deg=roll))).label == "happiness"


def test_two_faces_are_two_results(pipeline):
    faces = pipeline.analyse(pictures.two_faces()).faces
    assert [face.label for face in faces] == ["happiness", "happiness"]
    assert len({face.track_id for face in faces}) == 2


def test_no_face_is_no_result(pipeline):
    assert pipeline.analyse(pictures.no_face()).faces == ()


@pytest.mark.parametrize(
    ("picture", "reason"),
    [
        (pictures.dark(portrait(face_px=110)), UnsureReason.TOO_DARK),
        (pictures.blurred(portrait(face_px=110), 5.0), UnsureReason.TOO_BLURRED),
        (portrait(100, 75, face_px=14), UnsureReason.TOO_SMALL),
    ],
    ids=["dark", "blurred", "tiny"],
)
def test_a_bad_picture_is_unsure_with_the_reason_not_a_guess(pipeline, picture, reason):
    face = _only(pipeline.analyse(picture))
    assert face.unsure is reason
    assert face.label is None
    assert not face.scored
    assert not face.probabilities.any()


def test_a_moving_face_keeps_its_number_without_being_detected_anew(bundle, monkeypatch):
    pipeline = FacePipeline.load(bundle, PipelineConfig(redetect_s=0.35))
    detected = []
    detect = pipeline._detector.detect
    monkeypatch.setattr(
        pipeline._detector, "detect", lambda frame: detected.append(1) or detect(frame)
    )
    stream = FaceStream()
    for i in range(40):
        at = i / 20
        frame = portrait(centre=(0.5 + 0.1 * np.sin(at), 0.5), face_px=80 + 8 * np.cos(at))
        face = _only(pipeline.analyse_jpeg(jpeg(frame), stream, at))
        centre = (face.box_xyxy[0] + face.box_xyxy[2]) / 2
        assert face.track_id == 1
        assert face.label == "happiness"
        assert centre == pytest.approx(320 * (0.5 + 0.1 * np.sin(at)), abs=6)
    assert 5 <= len(detected) <= 8


def test_a_face_that_leaves_is_gone_at_once(pipeline):
    stream = FaceStream()
    assert pipeline.analyse_jpeg(jpeg(portrait()), stream, 0.0).faces
    assert not pipeline.analyse_jpeg(jpeg(pictures.no_face()), stream, 0.1).faces


def test_a_change_of_resolution_in_mid_stream_is_survived(pipeline):
    stream = FaceStream()
    before = _only(pipeline.analyse_jpeg(jpeg(portrait()), stream, 0.0))
    after = _only(pipeline.analyse_jpeg(jpeg(portrait(640, 480, face_px=160)), stream, 0.1))
    assert before.label == after.label == "happiness"


def test_a_refused_face_shows_no_old_numbers(pipeline):
    stream = FaceStream()
    assert _only(pipeline.analyse_jpeg(jpeg(portrait(face_px=110)), stream, 0.0)).smoothed.any()
    dark = jpeg(pictures.dark(portrait(face_px=110)), 95)
    face = _only(pipeline.analyse_jpeg(dark, stream, 0.5))
    assert face.unsure is UnsureReason.TOO_DARK
    assert not face.smoothed.any()


def test_when_one_of_two_faces_cannot_be_followed_no_ghost_stays(pipeline):
    stream = FaceStream()
    pipeline.analyse_jpeg(jpeg(pictures.two_faces()), stream, 0.0)
    right_gone = pictures.two_faces()
    right_gone[:, 200:] = pictures.no_face(280, 240)
    left = _only(pipeline.analyse_jpeg(jpeg(right_gone), stream, 0.1))
    for at in (0.2, 0.3):
        assert _only(pipeline.analyse_jpeg(jpeg(right_gone), stream, at)).track_id == left.track_id


def test_a_forgotten_picture_is_gone_and_the_face_keeps_its_number(pipeline):
    stream = FaceStream()
    first = _only(pipeline.analyse_jpeg(jpeg(portrait()), stream, 0.0))
    stream.forget_picture()
    assert stream.last_gray is None
    assert _only(pipeline.analyse_jpeg(jpeg(portrait()), stream, 0.1)).track_id == first.track_id


def test_a_damaged_frame_changes_nothing_for_the_next(pipeline):
    stream = FaceStream()
    first = _only(pipeline.analyse_jpeg(jpeg(portrait()), stream, 0.0))
    for broken in (b"nonsense", jpeg(portrait())[:3000], pictures.jpeg_header(20_000, 20_000)):
        with pytest.raises(FrameError):
            pipeline.analyse_jpeg(broken, stream, 0.1)
    assert _only(pipeline.analyse_jpeg(jpeg(portrait()), stream, 0.2)).track_id == first.track_id


def test_a_stream_outlives_a_change_of_model(bundle):
    stream = FaceStream()
    before = _only(FacePipeline.load(bundle).analyse_jpeg(jpeg(portrait()), stream, 0.0))
    after = _only(FacePipeline.load(bundle).analyse_jpeg(jpeg(portrait()), stream, 0.1))
    assert after.track_id == before.track_id


def test_own_face_is_the_large_central_one_until_another_is_selected(pipeline):
    stream = FaceStream()
    result = pipeline.analyse_jpeg(jpeg(pictures.two_faces()), stream, 0.0)
    own = stream.own_track(result)
    other = next(face for face in result.faces if face is not own)
    assert own.box_xyxy[0] > other.box_xyxy[0]
    stream.select(other.track_id)
    result = pipeline.analyse_jpeg(jpeg(pictures.two_faces()), stream, 0.1)
    assert stream.own_track(result).track_id == other.track_id


def test_stages_add_up(pipeline):
    stages = pipeline.analyse_jpeg(jpeg(portrait()), FaceStream(), 0.0).stages_ms
    parts = stages["decode"] + stages["detect"] + stages["classify"]
    assert parts == pytest.approx(stages["total"], abs=0.01)
    assert min(stages.values()) > 0
