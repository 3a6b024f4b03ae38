"""Photos: read safely, analysed alone, drawn upon."""

import io
import struct
import zlib
from contextlib import suppress

import cv2
import numpy as np
import pytest
from PIL import Image

from inference.errors import (
    HeicPhotoError,
    NotAPhotoError,
    PhotoError,
    PhotoTooLargeError,
    PhotoTruncatedError,
)
from inference.pipeline import FacePipeline, PipelineConfig
from inference.video.draw import Label, draw_labels
from inference.video.photo import PhotoLimits, analyse_photo, draw, read_photo
from tests.inference.pictures import astronaut, jpeg, jpeg_header, portrait, two_faces

MARKS = "–▲◇▼■✕≈◐?"


def _saved(path, bgr, form, **how):
    Image.fromarray(np.ascontiguousarray(bgr[..., ::-1])).save(path, form, **how)
    return path


@pytest.mark.parametrize(
    ("form", "how"), [("JPEG", {"quality": 95}), ("PNG", {}), ("WEBP", {"lossless": True})]
)
def test_the_formats_that_are_read(tmp_path, form, how):
    picture = read_photo(_saved(tmp_path / "a", astronaut(), form, **how))
    assert picture.dtype == np.uint8
    assert np.abs(picture.astype(int) - astronaut()).mean() < 3


@pytest.mark.parametrize(
    ("orientation", "back"),
    [
        (1, lambda p: p),
        (2, lambda p: cv2.flip(p, 1)),
        (3, lambda p: cv2.rotate(p, cv2.ROTATE_180)),
        (6, lambda p: cv2.rotate(p, cv2.ROTATE_90_COUNTERCLOCKWISE)),
        (8, lambda p: cv2.rotate(p, cv2.ROTATE_90_CLOCKWISE)),
    ],
)
def test_a_turned_camera(tmp_path, orientation, back):
    upright = portrait(320, 200, face_px=90)
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = _saved(tmp_path / "a.jpg", back(upright), "JPEG", quality=95, exif=exif.tobytes())
    picture = read_photo(path)
    assert picture.shape == (200, 320, 3)
    assert np.abs(picture.astype(int) - upright).mean() < 4


def test_modes_that_are_not_rgb(tmp_path):
    gray = cv2.cvtColor(astronaut(), cv2.COLOR_BGR2GRAY)
    Image.fromarray(gray).save(tmp_path / "gray.png")
    Image.fromarray(gray.astype(np.uint16) * 257).save(tmp_path / "sixteen.png")
    Image.fromarray(astronaut()[..., ::-1].copy()).convert("P").save(tmp_path / "palette.png")
    Image.fromarray(astronaut()[..., ::-1].copy()).convert("CMYK").save(tmp_path / "cmyk.jpg")
    clear = Image.fromarray(astronaut()[..., ::-1].copy()).convert("RGBA")
    clear.putalpha(0)
    clear.save(tmp_path / "clear.png")
    for name in ("gray.png", "sixteen.png"):
        assert np.abs(read_photo(tmp_path / name)[..., 0].astype(int) - gray).mean() < 1
    for name in ("palette.png", "cmyk.jpg"):
        assert np.abs(read_photo(tmp_path / name).astype(int) - astronaut()).mean() < 16
    assert (read_photo(tmp_path / "clear.png") == 255).all()


@pytest.mark.parametrize(
    ("data", "error", "code"),
    [
        (b"", NotAPhotoError, "not_photo"),
        (b"Dear diary", NotAPhotoError, "not_photo"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", NotAPhotoError, "not_photo"),
        (b"\0\0\0\x18ftypheic" + bytes(100), HeicPhotoError, "heic"),
        (jpeg(astronaut())[:9000], PhotoTruncatedError, "photo_truncated"),
        (jpeg_header(60_000, 60_000), PhotoTooLargeError, "photo_size"),
        (jpeg(np.zeros((8, 8, 3), np.uint8)), PhotoTooLargeError, "photo_size"),
    ],
    ids=["nothing", "text", "svg", "heic", "cut", "huge header", "tiny"],
)
def test_what_is_refused_and_why(tmp_path, data, error, code):
    path = tmp_path / "a.jpg"
    path.write_bytes(data)
    with pytest.raises(error) as caught:
        read_photo(path)
    assert caught.value.code == code
    assert str(caught.value).endswith(".")


def test_formats_that_hide_programs_or_other_files_are_not_opened(tmp_path):
    for form in ("GIF", "TIFF", "EPS", "PDF"):
        path = _saved(tmp_path / f"{form}.jpg", astronaut(), form)
        with pytest.raises(NotAPhotoError):
            read_photo(path)


def test_a_small_file_that_unpacks_into_a_huge_picture(tmp_path):
    def chunk(kind, body):
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(bytes(1_000_000)))
    path = tmp_path / "a.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + header + pixels + chunk(b"IEND", b""))
    with pytest.raises(PhotoTooLargeError):
        read_photo(path)


def test_too_many_bytes(tmp_path):
    path = _saved(tmp_path / "a.png", astronaut(), "PNG")
    with pytest.raises(PhotoTooLargeError):
        read_photo(path, PhotoLimits(max_bytes=1000))


def test_a_spoilt_photo_is_refused_or_read_but_never_breaks(tmp_path):
    rng = np.random.default_rng(1)
    path = tmp_path / "a.jpg"
    for form in ("JPEG", "PNG", "WEBP"):
        memory = io.BytesIO()
        Image.fromarray(portrait()[..., ::-1].copy()).save(memory, form)
        for _ in range(40):
            data = bytearray(memory.getvalue())
            for at in rng.integers(0, len(data), 5):
                data[at] = rng.integers(0, 256)
            path.write_bytes(data[: rng.integers(10, len(data) + 1)])
            with suppress(PhotoError):
                assert read_photo(path).ndim == 3


def test_every_face_of_a_photo(bundle, tmp_path):
    pipeline = FacePipeline.load(bundle, PipelineConfig(detector="blazeface-full"))
    photo = read_photo(_saved(tmp_path / "a.jpg", two_faces(), "JPEG", quality=95))
    result = analyse_photo(pipeline, photo)
    assert [face.label for face in result.faces] == ["happiness", "happiness"]
    assert analyse_photo(pipeline, photo).faces[0].track_id == result.faces[0].track_id


def test_the_picture_with_boxes_is_another_one():
    picture = astronaut()
    before = picture.copy()
    label = Label((150.0, 60.0, 290.0, 200.0), "happiness 93 %", (41, 180, 240), "▲")
    drawn = cv2.imdecode(np.frombuffer(draw(picture, [label]), np.uint8), cv2.IMREAD_COLOR)
    assert (picture == before).all()
    changed = np.abs(drawn.astype(int) - picture).max(axis=2) > 60
    assert changed[100:160, 149:152].any(axis=1).all()
    assert not changed[70:190, 160:280].any()
    assert changed[35:58, 152:200].mean() > 0.4


@pytest.mark.parametrize("mark", MARKS)
def test_every_mark_is_drawn_and_none_is_like_another(mark):
    def drawn(sign):
        picture = np.zeros((200, 200, 3), np.uint8)
        draw_labels(picture, [Label((50.0, 80.0, 150.0, 180.0), "", (240, 240, 240), sign)])
        return picture

    same = [sign for sign in MARKS if (drawn(sign) == drawn(mark)).all()]
    assert same == [mark]


@pytest.mark.parametrize(
    "box", [(-50.0, -50.0, 30.0, 30.0), (0.0, 0.0, 64.0, 48.0), (60.0, 40.0, 500.0, 500.0)]
)
def test_boxes_may_reach_beyond_the_picture(box):
    picture = np.zeros((48, 64, 3), np.uint8)
    draw_labels(picture, [Label(box, "a long word for a small picture 100 %", (0, 200, 0), "■")])
    assert picture.any()


def test_words_are_readable_on_light_and_dark_colours():
    for colour in ((235, 235, 235), (30, 30, 30)):
        picture = np.full((200, 300, 3), 128, np.uint8)
        draw_labels(picture, [Label((20.0, 80.0, 280.0, 180.0), "sadness", colour)])
        plate = picture[60:76, 22:60].astype(int)
        assert plate.max() - plate.min() > 150
