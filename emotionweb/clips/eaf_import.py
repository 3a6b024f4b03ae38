"""What somebody corrected in ELAN, taken over as corrections.

The file comes from outside: it is parsed with nothing that a document type could declare, and of
it only our own tiers, times and values are read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID
from xml.etree.ElementTree import Element, ParseError, XMLParser

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from emotionweb.clips.corrections import MAX_CORRECTIONS, of_clip
from emotionweb.clips.exports.content import Content
from emotionweb.clips.exports.elan import (
    CORRECTION,
    MACHINE,
    REMARKS,
    SOURCE,
    UNSURE,
    tier_of,
    value_of,
)
from emotionweb.clips.markers import length_s
from emotionweb.clips.models import Correction, Track
from emotionweb.clips.options import RefusedError
from emotionweb.clips.ownership import locked_clip, shown
from emotionweb.expressions import expression_title
from inference.labels import LABELS

MAX_BYTES = 4 * 1024**2
#: So many values and tiers that were skipped are named one by one.
NAMED = 5
#: An end may lie behind the last frame by so much: players round.
END_SLACK_S = 1.0

Said = tuple[int, int, str]


@dataclass(slots=True)
class Report:
    """What became of the file.

    Attributes:
        added: Corrections that are new.
        unchanged: Annotations as they were exported.
        unknown_values: Value -> how often it stood there; no expression of ours.
        unknown_tiers: Names of tiers that are not ours, or whose face is not there.
        outside: Annotations without a time, or not in the clip.
    """

    added: int = 0
    unchanged: int = 0
    unknown_values: Counter[str] = field(default_factory=Counter)
    unknown_tiers: list[str] = field(default_factory=list)
    outside: int = 0

    def sentence(self) -> str:
        """For the person: what was taken over, and what was not."""
        said = [
            ngettext(
                "%(n)d correction was taken over.", "%(n)d corrections were taken over.", self.added
            )
            % {"n": self.added}
        ]
        if self.unknown_values:
            named = ", ".join(f"“{value[:40]}”" for value in list(self.unknown_values)[:NAMED])
            said.append(
                _("Skipped because they name no expression: %(n)d (%(values)s).")
                % {"n": self.unknown_values.total(), "values": named}
            )
        if self.outside:
            said.append(_("Skipped because they are not in the clip: %(n)d.") % {"n": self.outside})
        if self.unknown_tiers:
            named = ", ".join(f"“{name[:40]}”" for name in self.unknown_tiers[:NAMED])
            said.append(_("Tiers that are not from here: %(tiers)s.") % {"tiers": named})
        return " ".join(said)

    def as_json(self) -> dict[str, Any]:
        """The same in numbers."""
        return {
            "added": self.added,
            "unchanged": self.unchanged,
            "unknown_values": dict(self.unknown_values),
            "unknown_tiers": self.unknown_tiers,
            "outside": self.outside,
        }


@transaction.atomic
def take_over(user_id: int, clip_id: UUID, file: UploadedFile[bytes]) -> Report:
    """Make corrections of what differs from what would be exported now.

    That is every annotation of a correction tier that is not there yet, and every one of a
    machine tier whose value or time was changed. Nothing is deleted: a correction that is missing
    in the file stays.

    Args:
        user_id: The person.
        clip_id: Their clip, with an annotation.
        file: An EAF that was exported here.

    Raises:
        NotThereError: The person has no such clip, or it was not looked at.
        RefusedError: The file is no EAF, too large, or of another reading.
    """
    clip = locked_clip(user_id, clip_id)
    root = _parsed(file)
    source = next((p.text for p in root.iter("PROPERTY") if p.get("NAME") == SOURCE), None)
    if source and source.strip() != str(shown(clip).pk):
        raise RefusedError(
            _(
                "This file was exported from another clip, or before the clip was read again. "
                "Nothing was taken over. Export it anew and move the corrections there."
            ),
            409,
        )
    content = Content.of(clip)
    report = Report()
    rows = list(_corrections(root, content, report))
    if of_clip(clip).count() + len(rows) > MAX_CORRECTIONS:
        raise RefusedError(_("There are too many corrections on this clip. Delete some first."))
    Correction.objects.bulk_create(rows)
    report.added = len(rows)
    return report


def _corrections(root: Element, content: Content, report: Report) -> Iterator[Correction]:
    slots = _time_slots(root)
    tracks = {track.number: track for track in content.tracks}
    now = timezone.now()
    end_ms = round((length_s(content.clip) + END_SLACK_S) * 1000)
    for tier in root.iter("TIER"):
        name = tier.get("TIER_ID", "")
        which = tier_of(name)
        if which is None or which[0] not in tracks:
            if name != REMARKS:
                report.unknown_tiers.append(name)
            continue
        track, kind = tracks[which[0]], which[1]
        known = _known(content, track, kind)
        for start, end, value in _annotations(tier, slots):
            expression = _expression(value)
            if start is None or end is None or not 0 <= start < end <= end_ms:
                report.outside += 1
            elif (start, end, expression or value) in known:
                report.unchanged += 1
            elif expression is None:
                if kind == CORRECTION or value != UNSURE:
                    report.unknown_values[value] += 1
            else:
                known.add((start, end, expression))
                yield Correction(
                    track=track,
                    start_s=start / 1000,
                    end_s=min(end / 1000, max(length_s(content.clip), start / 1000)),
                    expression=expression,
                    source=Correction.Source.ELAN,
                    created_at=now,
                )


def _known(content: Content, track: Track, kind: str) -> set[Said]:
    """What an export of now has in this tier, and what was said already, here or in ELAN."""
    stretches = content.corrected(track) + (content.machine(track) if kind == MACHINE else [])
    return {(s.start_ms, s.end_ms, value_of(s)) for s in stretches} | {
        (one.start_ms, one.end_ms, value_of(one)) for one in content.said_of(track)
    }


def _expression(value: str) -> str | None:
    """The expression that a value names, in English or in the person's language."""
    value = value.strip().casefold()
    for name in LABELS:
        if value in (name, expression_title(name).casefold()):
            return name
    return None


def _time_slots(root: Element) -> dict[str, int | None]:
    return {
        slot.get("TIME_SLOT_ID", ""): _milliseconds(slot.get("TIME_VALUE"))
        for slot in root.iter("TIME_SLOT")
    }


def _milliseconds(text: str | None) -> int | None:
    # ELAN writes whole numbers; int() alone would take "1_000" and any length.
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 12 else None


def _annotations(
    tier: Element, slots: dict[str, int | None]
) -> Iterator[tuple[int | None, int | None, str]]:
    for one in tier.iter("ALIGNABLE_ANNOTATION"):
        start = slots.get(one.get("TIME_SLOT_REF1", ""))
        end = slots.get(one.get("TIME_SLOT_REF2", ""))
        yield start, end, (one.findtext("ANNOTATION_VALUE") or "").strip()


def _parsed(file: UploadedFile[bytes]) -> Element:
    if file.size is None or file.size > MAX_BYTES:
        raise RefusedError(
            _("An EAF file of a clip has at most %(max)d MB. Nothing was taken over.")
            % {"max": MAX_BYTES // 1024**2}
        )
    try:
        root = _root(file.read().decode("utf-8-sig"))
    except (ParseError, ValueError):
        root = None
    if root is None or root.tag != "ANNOTATION_DOCUMENT":
        raise RefusedError(_("This is not an EAF file. Nothing was taken over."))
    return root


def _root(text: str) -> Element:
    """The root of a document that declares nothing.

    Entities, and with them everything that blows up or reads other files, can only be declared in
    a document type. ELAN writes none, so a file with one is not parsed at all. The parser is fed
    text: an encoding that the file claims cannot make it read anything else than was looked at.
    """
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise ValueError("A document type is not expected in an EAF file.")
    parser = XMLParser()  # noqa: S314
    parser.feed(text)
    root: Element = parser.close()
    return root
