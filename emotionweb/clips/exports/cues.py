"""WebVTT: what each face looks like, as subtitles."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from emotionweb.clips.exports.content import Content, Stretch
from emotionweb.clips.models import Track
from emotionweb.clips.summary import summarise_clip
from emotionweb.expressions import expression_title

#: Characters that begin markup in a cue (WebVTT, W3C, section 3.4).
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\n": " ", "\r": " "})


def cues(content: Content) -> str:
    """The file; cues are in order of time, one a stretch and face."""
    blocks = ["WEBVTT", *_notes(content)]
    found: list[tuple[int, int, int, str]] = []
    for track in content.tracks:
        if track.excluded:
            continue
        found += [(*span, track.number, text) for span, text in _of_track(content, track)]
    blocks += [
        f"{clock(start)} --> {clock(end)}\n{text}" for start, end, _number, text in sorted(found)
    ]
    return "\n\n".join(blocks) + "\n"


def clock(ms: int) -> str:
    """Milliseconds as a WebVTT timestamp: "01:02:03.004"."""
    seconds, ms = divmod(ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}.{ms:03}"


def title_of(track: Track) -> str:
    """The name of a track, or its number."""
    return track.name or _("Face {number}").format(number=track.number)


def _of_track(content: Content, track: Track) -> Iterator[tuple[tuple[int, int], str]]:
    voice = f"<v {_escaped(title_of(track))}>"
    for stretch in content.machine(track):
        if stretch.start_ms < stretch.end_ms:
            yield (stretch.start_ms, stretch.end_ms), voice + _escaped(_machine(stretch))
    for stretch in content.corrected(track):
        if stretch.start_ms < stretch.end_ms:
            text = _("corrected: {what}").format(what=expression_title(stretch.name))
            span = (stretch.start_ms, stretch.end_ms)
            yield span, f"{voice}<c.correction>{_escaped(text)}</c>"


def _machine(stretch: Stretch) -> str:
    title = expression_title(stretch.name)
    return title if stretch.name is None else f"{title} {round(stretch.confidence * 100)} %"


def _notes(content: Content) -> list[str]:
    """What made it and what was missed; no line of a note may have an arrow."""
    annotation = content.annotation
    counted = [track.parts for track in content.tracks if not track.excluded]
    summary = summarise_clip(content.reading, counted, content.ranges)
    lines = [
        f"Clip: {content.clip.name}",
        f"Model: {annotation.model_version}; detector: {annotation.detector}; "
        f"samples a second: {annotation.rate:g} (0 is every frame)",
        f"Looked at: {summary.looked_at_s:.1f} s; unsure: {summary.unsure_s:.1f} s; "
        f"no face found: {summary.missed_s:.1f} s; left out: {summary.excluded_s:.1f} s; "
        f"damaged frames: {annotation.frames_damaged}",
    ]
    return ["NOTE\n" + "\n".join(line.replace("-->", "->") for line in lines)]


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES)
