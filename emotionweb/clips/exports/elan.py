"""ELAN (EAF): for each face a tier with what the machine says and one for corrections.

ELAN is the annotation program of the Max Planck Institute for Psycholinguistics. What somebody
corrects there can be taken over again, see ``eaf_import``: tiers are recognised by their names.
"""

from __future__ import annotations

import mimetypes
import re

from pympi.Elan import Eaf, to_string

from emotionweb.clips.exports.content import Content, Stretch
from emotionweb.clips.models import Track
from emotionweb.clips.summary import summarise_clip
from inference.labels import LABELS

MACHINE, CORRECTION = "machine", "correction"
UNSURE = "unsure"
REMARKS = "remarks"
#: Of a property in the header: the annotation that the file was made from.
SOURCE = "emotionweb:annotation"
_TIER = re.compile(rf"face (\d{{1,9}}) ({MACHINE}|{CORRECTION})")
_VOCABULARY, _TYPE, _LANGUAGE = "expressions", "expression", "eng"
#: The language entry that ELAN looks up.
_ENGLISH = ("http://cdb.iso.org/lg/CDB-00138502-001", "English (eng)")


def tier_name(number: int, kind: str) -> str:
    """The name of a tier, such as "face 2 correction"."""
    return f"face {number} {kind}"


def tier_of(name: str) -> tuple[int, str] | None:
    """Number of the track and kind of a tier of ours; ``None`` of another's."""
    found = _TIER.fullmatch(name.strip())
    return (int(found[1]), found[2]) if found else None


def value_of(stretch: Stretch) -> str:
    """What stands in ELAN for a stretch."""
    return stretch.name or UNSURE


def eaf(content: Content) -> bytes:
    """The file, UTF-8."""
    out = Eaf(author="Emotionweb")
    out.remove_tier("default")
    _media(out, content)
    _properties(out, content)
    _vocabulary(out)
    for track in content.tracks:
        _tier(out, track, MACHINE, content.machine(track))
        _tier(out, track, CORRECTION, content.corrected(track))
    out.add_tier(REMARKS)
    for marker in sorted(content.markers, key=lambda marker: marker.start_s):
        text = " ".join(filter(None, [str(marker.get_kind_display()), marker.text]))
        start = round(marker.start_s * 1000)
        out.add_annotation(REMARKS, start, max(round(marker.end_s * 1000), start + 1), text)
    text = to_string(out, pretty=True, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def _tier(out: Eaf, track: Track, kind: str, stretches: list[Stretch]) -> None:
    name = tier_name(track.number, kind)
    out.add_tier(name, ling=_TYPE, part=track.name or f"face {track.number}")
    for stretch in stretches:
        if stretch.start_ms < stretch.end_ms:
            out.add_annotation(name, stretch.start_ms, stretch.end_ms, value_of(stretch))


def _media(out: Eaf, content: Content) -> None:
    """The clip by its name alone: ELAN finds it beside the EAF, or asks."""
    name = re.sub(r"[\\/:*?\"<>|]", "_", content.clip.name) or "clip"
    kind = mimetypes.guess_type(name)[0] or "video/mp4"
    out.header.update({"MEDIA_FILE": "", "TIME_UNITS": "milliseconds"})
    out.add_linked_file(f"./{name}", relpath=f"./{name}", mimetype=kind)


def _properties(out: Eaf, content: Content) -> None:
    annotation = content.annotation
    counted = [track.parts for track in content.tracks if not track.excluded]
    summary = summarise_clip(content.reading, counted, content.ranges)
    for name, value in (
        (SOURCE, annotation.pk),
        ("emotionweb:model", annotation.model_version),
        ("emotionweb:detector", annotation.detector),
        ("emotionweb:samples_per_second", f"{annotation.rate:g}"),
        ("emotionweb:frames_looked_at", annotation.frames),
        ("emotionweb:frames_without_face", annotation.frames_without_face),
        ("emotionweb:frames_damaged", annotation.frames_damaged),
        ("emotionweb:unsure_s", f"{summary.unsure_s:.3f}"),
        ("emotionweb:missed_s", f"{summary.missed_s:.3f}"),
        ("emotionweb:left_out_s", f"{summary.excluded_s:.3f}"),
    ):
        out.add_property(name, str(value))


def _vocabulary(out: Eaf) -> None:
    """The words to choose from, so that nobody has to type them."""
    out.add_language(_LANGUAGE, *_ENGLISH)
    out.add_controlled_vocabulary(_VOCABULARY)
    out.add_cv_description(_VOCABULARY, _LANGUAGE, "The eight expressions of FER+")
    for name in (*LABELS, UNSURE):
        out.add_cv_entry(_VOCABULARY, f"cve_{name}", [(name, _LANGUAGE, None)])
    out.add_linguistic_type(
        _TYPE,
        param_dict={
            "LINGUISTIC_TYPE_ID": _TYPE,
            "TIME_ALIGNABLE": "true",
            "GRAPHIC_REFERENCES": "false",
            "CONTROLLED_VOCABULARY_REF": _VOCABULARY,
        },
    )
