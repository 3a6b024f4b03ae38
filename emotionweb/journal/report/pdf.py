"""Sets a report as PDF with ReportLab: A4, readable in black and white."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from typing import Any
from xml.sax.saxutils import escape

from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _
from reportlab.graphics.shapes import Circle, Drawing, Line, String
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from emotionweb.accounts.timezones import zone
from emotionweb.journal.moods import moods
from emotionweb.journal.report.gather import Report, Week
from emotionweb.templatetags.look import duration, percent

INK, QUIET, LINE = HexColor("#1f2328"), HexColor("#5b626b"), HexColor("#c9c3b8")
LATIN, LATIN_BOLD, CHINESE = "Helvetica", "Helvetica-Bold", "STSong-Light"
_WIDTH = A4[0] - 40 * mm
#: Marks that the font has not.
_MARKS = {"✕": "×"}


def render(report: Report) -> bytes:
    """Set a report in the active language.

    Returns:
        The PDF.
    """
    if CHINESE not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(CHINESE))
    out = io.BytesIO()
    title = _("Mood journal, %(span)s") % {"span": _span(report)}
    document = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=20 * mm,
        rightMargin=20 * mm,
        topMargin=18 * mm,
        bottomMargin=18 * mm,
        title=title,
        author=report.name,
        creator="Emotionweb",
        lang="zh-CN" if _in_chinese() else "en",
    )
    story = [
        _text(title, size=18, bold=True, after=2),
        _text(report.name, quiet=True) if report.name else Spacer(0, 0),
        *_left_out(report),
        *_felt(report),
        *_tags(report),
        *_trackers(report),
        *_shown(report),
        *_notes(report),
        *_method(report),
    ]
    document.build(story, onFirstPage=_foot, onLaterPages=_foot)
    return out.getvalue()


# === Parts ===


def _left_out(report: Report) -> list[Any]:
    said = []
    silent = report.wanted.days - report.days
    if silent:
        said.append(
            ngettext(
                "On %(count)d of %(all)d days nothing was said.",
                "On %(count)d of %(all)d days nothing was said.",
                silent,
            )
            % {"count": silent, "all": report.wanted.days}
        )
    if report.notes_left_out:
        count = report.notes_left_out
        said.append(
            ngettext("%(count)d note is left out.", "%(count)d notes are left out.", count)
            % {"count": count}
        )
    if report.hidden_left_out:
        count = report.hidden_left_out
        said.append(
            ngettext("%(count)d day is left out.", "%(count)d days are left out.", count)
            % {"count": count}
        )
    if not report.wanted.shown:
        said.append(_("What the camera saw is left out."))
    if not said:
        return []
    return [_heading(_("What is not in it")), _text(" ".join(said))]


def _felt(report: Report) -> list[Any]:
    parts: list[Any] = [_heading(_("Felt"))]
    if report.mean is None:
        return [*parts, _text(_("Nothing was said in this time."))]
    days = ngettext("%(count)d day", "%(count)d days", report.days) % {"count": report.days}
    parts.append(
        _text(
            _("%(check_ins)d check-ins on %(days)s; the days' mean is %(mean)s of 5.")
            % {"check_ins": report.check_ins, "days": days, "mean": f"{report.mean:.1f}"}
        )
    )
    counted = [
        [f"{mood.number}", mood.title, str(count)]
        for mood, count in zip(moods(), report.moods, strict=True)
    ]
    parts.append(_table([["", _("Mood"), _("How often")], *counted], right=(2,)))
    parts.append(Spacer(0, 8))
    chart = [_text(_("Week by week: mean of the days, from the lowest to the highest check-in"))]
    parts.append(KeepTogether([*chart, _chart(report.weeks), Spacer(0, 8)]))
    rows = [
        [
            _day(week.monday),
            str(week.days),
            f"{week.mean:.1f}" if week.mean is not None else "–",
            f"{week.low} – {week.high}" if week.low is not None else "–",
            duration(week.seconds) if week.seconds else "–",
        ]
        for week in report.weeks
    ]
    header = [_("Week from"), _("Days"), _("Mean"), _("Range"), _("Observed")]
    if not report.wanted.shown:
        header, rows = header[:-1], [row[:-1] for row in rows]
    parts.append(_table([header, *rows], right=(1, 2, 3, 4)))
    return parts


def _tags(report: Report) -> list[Any]:
    if not report.tags:
        return []
    rows = [[name, str(days)] for name, days in report.tags]
    return [_heading(_("Tags")), _table([[_("Tag"), _("Days")], *rows], right=(1,))]


def _trackers(report: Report) -> list[Any]:
    if not report.trackers:
        return []
    rows = [
        [
            f"{one.name} ({one.unit})" if one.unit else one.name,
            str(one.days),
            f"{one.mean:.1f}",
            f"{one.low:g} – {one.high:g}",
        ]
        for one in report.trackers
    ]
    header = [_("Number"), _("Days"), _("Mean"), _("Range")]
    return [_heading(_("Tracked numbers")), _table([header, *rows], right=(1, 2, 3))]


def _shown(report: Report) -> list[Any]:
    if report.shown is None:
        return []
    shown = report.shown
    observed = _("Observed %(time)s on %(days)d days, unsure another %(unsure)s.") % {
        "time": duration(shown.seconds),
        "days": shown.days,
        "unsure": duration(shown.unsure_seconds),
    }
    rows = [
        [_MARKS.get(part.mark, part.mark), part.title, percent(part.share)] for part in shown.mix
    ]
    return [
        _heading(_("Shown")),
        _text(observed),
        _table([["", _("The face looked"), _("Share of the time")], *rows], right=(2,)),
        _text(_("Read by: %(models)s") % {"models": ", ".join(shown.models)}, quiet=True),
    ]


def _notes(report: Report) -> list[Any]:
    if not report.notes:
        return []
    parts: list[Any] = [_heading(_("Notes"))]
    for note in report.notes:
        at = note.at.astimezone(zone(note.timezone))
        head = f"{_day(at.date())}, {at:%H:%M} · {note.mood}"
        parts += [_text(head, bold=True, before=6), _text(note.text)]
    return parts


def _method(report: Report) -> list[Any]:
    said = [
        _("“Felt” is what the person said, on a scale of 1 to 5, several times a day or not."),
        _("Days without a check-in count for nothing; they are not taken as average days."),
    ]
    if report.shown is not None:
        said += [
            _(
                "“Shown” is what a program saw in the face while a camera was on. An expression is "
                "not a feeling: people smile when they are uncomfortable and look stern when they "
                "think. It is often wrong, above all for fear, disgust and contempt."
            ),
            _("Only the time that was observed is described; it is no sample of the day."),
        ]
    said.append(_("This report is no diagnosis and no part of one."))
    return [_heading(_("How to read it")), _text(" ".join(said))]


# === Pieces ===


def _chart(weeks: Sequence[Week]) -> Drawing:
    """Whiskers from the lowest to the highest check-in, a dot and its number at the mean."""
    height, left, bottom = 52 * mm, 8 * mm, 8 * mm
    drawing = Drawing(_WIDTH, height)
    step = (_WIDTH - left) / max(1, len(weeks))

    def y(mood: float) -> float:
        return float(bottom + (mood - 1) / 4 * (height - bottom - 6 * mm))

    for mood in range(1, 6):
        drawing.add(Line(left, y(mood), _WIDTH, y(mood), strokeColor=LINE, strokeWidth=0.4))
        label = String(0, y(mood) - 3, str(mood), fontSize=8, fillColor=QUIET, fontName=LATIN)
        drawing.add(label)
    every = max(1, round(len(weeks) / 9))
    for number, week in enumerate(weeks):
        x = left + step * (number + 0.5)
        if number % every == 0:
            text = date_format(week.monday, pgettext("date format", "j M"))
            font = _font(text)
            drawing.add(String(x - 9, 0, text, fontSize=7, fillColor=QUIET, fontName=font))
        if week.mean is None or week.low is None or week.high is None:
            continue
        drawing.add(Line(x, y(week.low), x, y(week.high), strokeColor=QUIET, strokeWidth=1))
        drawing.add(Circle(x, y(week.mean), 2.6, fillColor=INK, strokeColor=INK))
        if len(weeks) <= 16:
            value = String(x + 4, y(week.mean) + 2, f"{week.mean:.1f}", fontSize=7, fontName=LATIN)
            drawing.add(value)
    return drawing


def _heading(text: str) -> Paragraph:
    return _text(text, size=13, bold=True, before=12, after=4)


def _text(
    text: str,
    *,
    size: float = 10,
    bold: bool = False,
    quiet: bool = False,
    before: float = 0,
    after: float = 4,
) -> Paragraph:
    style = ParagraphStyle(
        "text",
        fontName=_font(text, bold=bold),
        fontSize=size,
        leading=size * 1.4,
        textColor=QUIET if quiet else INK,
        spaceBefore=before,
        spaceAfter=after,
        wordWrap="CJK" if _font(text) == CHINESE else None,
    )
    return Paragraph(escape(text).replace("\n", "<br/>"), style)


def _font(text: str, *, bold: bool = False) -> str:
    """Helvetica has Western letters only; the Chinese font has nearly everything else."""
    if all(ord(sign) < 0x180 or sign in "–—“”‘’…·€" for sign in text):
        return LATIN_BOLD if bold else LATIN
    return CHINESE


def _table(rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> Table:
    table = Table(
        [
            [
                _text(cell, size=9, bold=number == 0, after=0)
                if column not in right
                else _right(cell, bold=number == 0)
                for column, cell in enumerate(row)
            ]
            for number, row in enumerate(rows)
        ],
        hAlign="LEFT",
        repeatRows=1,
        colWidths=[_WIDTH / max(4, len(rows[0]))] * len(rows[0]),
    )
    table.setStyle(
        TableStyle(
            [
                ("LINEBELOW", (0, 0), (-1, 0), 0.6, QUIET),
                ("LINEBELOW", (0, 1), (-1, -1), 0.25, LINE),
                ("TOPPADDING", (0, 0), (-1, -1), 2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ]
        )
    )
    return table


def _right(text: str, *, bold: bool) -> Paragraph:
    paragraph = _text(text, size=9, bold=bold, after=0)
    paragraph.style.alignment = 2
    return paragraph


def _foot(canvas: Any, document: Any) -> None:
    canvas.saveState()
    canvas.setFont(LATIN, 8)
    canvas.setFillColor(QUIET)
    canvas.drawRightString(A4[0] - 20 * mm, 10 * mm, str(document.page))
    canvas.drawString(20 * mm, 10 * mm, "Emotionweb")
    canvas.restoreState()


def _in_chinese() -> bool:
    return (get_language() or "").startswith("zh")


def _span(report: Report) -> str:
    return f"{_day(report.wanted.first)} – {_day(report.wanted.last)}"


def _day(day: date) -> str:
    return date_format(day, pgettext("date format", "j F Y"))
