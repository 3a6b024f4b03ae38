import contextlib
import json

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from emotionweb.live import messages, protocol
from emotionweb.live.protocol import Command, Control, ErrorCode, ProtocolError
from inference.errors import FrameNotAnImageError, FrameTooLargeError, FrameTruncatedError
from inference.labels import LABELS
from inference.reasons import UnsureReason
from inference.results import FrameResult
from tests.live.fakes import STAGES, face


@given(st.integers(0, 2**32 - 1), st.binary(min_size=1, max_size=64))
def test_a_frame_is_a_number_and_a_picture(seq: int, jpeg: bytes) -> None:
    assert protocol.parse_frame(seq.to_bytes(4, "big") + jpeg) == (seq, jpeg)


@pytest.mark.parametrize("data", [b"", b"\x00", b"\x00\x00\x00\x07"])
def test_a_frame_without_a_picture_is_refused(data: bytes) -> None:
    with pytest.raises(ProtocolError) as refused:
        protocol.parse_frame(data)
    assert refused.value.code is ErrorCode.BAD_MESSAGE


@pytest.mark.parametrize(
    ("text", "control"),
    [
        ('{"type":"stop"}', Control(Command.STOP)),
        ('{"type":"pause"}', Control(Command.PAUSE)),
        ('{"type":"resume","more":1}', Control(Command.RESUME)),
        ('{"type":"select","track":3}', Control(Command.SELECT, 3)),
    ],
)
def test_controls_are_read(text: str, control: Control) -> None:
    assert protocol.parse_control(text) == control


@pytest.mark.parametrize(
    "text",
    [
        "",
        "stop",
        "[]",
        "3",
        "null",
        '{"type":"explode"}',
        '{"type":["stop"]}',
        '{"type":"select"}',
        '{"type":"select","track":"3"}',
        '{"type":"select","track":true}',
        '{"type":"select","track":1.5}',
        '{"type":"stop","padding":"' + "x" * protocol.MAX_TEXT_BYTES + '"}',
        "[" * 4000,
    ],
)
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(ProtocolError) as refused:
        protocol.parse_control(text)
    assert refused.value.code is ErrorCode.BAD_MESSAGE


@given(st.text(max_size=200))
def test_no_text_does_anything_worse_than_being_refused(text: str) -> None:
    with contextlib.suppress(ProtocolError):
        assert protocol.parse_control(text).command in Command


def test_a_result_says_who_you_are_and_how_sure_it_is() -> None:
    other, own = face(1, unsure=UnsureReason.TOO_DARK), face(2, happiness=0.82)
    result = FrameResult(320, 240, (other, own), STAGES, "m-1")
    message = json.loads(messages.encode(messages.result_of(7, result, own)))
    assert message["seq"] == 7
    assert (message["width"], message["height"]) == (320, 240)
    assert [(f["track"], f["you"]) for f in message["faces"]] == [(1, False), (2, True)]
    assert [(f["label"], f["unsure"]) for f in message["faces"]] == [
        (None, "too_dark"),
        ("happiness", None),
    ]
    assert message["faces"][1]["p"] == [0.18, 0.82, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    assert message["faces"][1]["box"] == [10.0, 12.5, 30.0, 36.0]


def test_nobody_in_the_picture_is_an_empty_list() -> None:
    result = FrameResult(320, 240, (), STAGES, "m-1")
    assert messages.result_of(0, result, None)["faces"] == []


def test_every_code_has_a_sentence_in_the_language_of_the_person() -> None:
    for code in ErrorCode:
        with translation.override("en"):
            message = messages.error(code, 3)
        assert message["code"] == code.value
        assert message["message"].endswith(".")
        assert message["seq"] == 3


def test_what_is_wrong_with_a_picture_has_its_own_code() -> None:
    assert protocol.code_of(FrameTooLargeError("")) is ErrorCode.TOO_LARGE
    assert protocol.code_of(FrameTruncatedError("")) is ErrorCode.TRUNCATED
    assert protocol.code_of(FrameNotAnImageError("")) is ErrorCode.NOT_AN_IMAGE


def test_the_vectors_have_one_order() -> None:
    from uuid import uuid4

    ready = messages.ready(uuid4(), False, "m-1")
    assert tuple(ready["labels"]) == LABELS
