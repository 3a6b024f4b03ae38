"""Every word that the scripts of the pages of clips may say.

They are translated here, on the server, so that one catalogue serves page and script. ``{name}`` in
a sentence is a place that the script fills.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from emotionweb.expressions import UNSURE_MARK, expression_title


def player_words() -> dict[str, object]:
    """Return the words of the player and of the page of a photo."""
    return {
        "unsure": {"name": "unsure", "title": expression_title(None), "mark": UNSURE_MARK},
        "messages": {
            **_faces(),
            **_times(),
            **_summary(),
            **_remarks(),
            **_player(),
            **_range(),
            **_answers(),
        },
    }


def upload_words() -> dict[str, str]:
    """Return the words of the pages that take files."""
    return {**_times(), **_range(), **_answers(), **_uploads()}


def _faces() -> dict[str, str]:
    return {
        "you": _("you"),
        "face_number": _("Face {number}"),
        "looks": _("Looks {what}, {percent} %"),
        "looks_mixed": _("Looks {what}"),
        "unsure_because": _("Unsure: {reason}"),
        "not_in_picture": _("not in the picture"),
        "reading": _("{who}: {what}"),
        "named_share": _("{what} {percent} %"),
        # In one piece "% o" would pass for a conversion, and the catalogue would not compile.
        "unsure_share": _("unsure {share} of the time").replace("{share}", _("{percent} %")),
    }


def _times() -> dict[str, str]:
    return {
        "percent": _("{percent} %"),
        "seconds": _("{seconds} s"),
        "minutes": _("{minutes} min {seconds} s"),
        "whole_minutes": _("{minutes} min"),
        "hours": _("{hours} h {minutes} min"),
        "left": _("about {time} left"),
        "seconds_left": _("a few seconds left"),
        "stretch_of": _("{from} – {to} of {whole}"),
    }


def _summary() -> dict[str, str]:
    return {
        "nothing_sure": _("No sure answer"),
        "looked_mostly": _("Looked mostly {what}"),
        "looked_at_times": _("Looked mostly {what}, at times {other}"),
        "looked_both": _("Looked {first} and {second}"),
        "sure_of": _("A sure answer for {time} of {whole}"),
        "sure_for": _("Sure {time}"),
        "unsure_for": _("unsure {time}"),
        "no_face_for": _("no face {time}"),
        "lost_for": _("lost from sight {time}"),
        "left_out_for": _("left out {time}"),
        "not_looked_at": _("not looked at {time}"),
        "changes": _("{count} changes"),
        "track_excluded": _("Left out"),
        "share_of_time": _("Share of time"),
        "mean": pgettext("statistics", "Mean"),
        "table_of": _("{who}, in the stretch that is shown"),
    }


def _remarks() -> dict[str, str]:
    return {
        "say_moment": _("{time}, {who}: looks …"),
        "say_stretch": _("{from} – {to}, {who}: looks …"),
        "say_begun": _("From {from} to …, {who}"),
        "corrected": _("Kept: you say {what}."),
        "you_say": _("{who}: you say {what}"),
        "marker": _("Marker"),
        "marker_at": _("Marker at {time}"),
        "left_out": _("Left out"),
        "delete": _("Delete"),
        "delete_at": _("Delete what is at {time}"),
        "show_all": _("Show all {count}"),
        "agreement": _("Agreement with you: kappa {kappa}, from {time} that you judged."),
        "agreement_between": _(
            "Agreement with you: kappa {kappa}, could be anything between {low} and {high}; from "
            "{time} that you judged."
        ),
        "agreement_too_little": _(
            "You judged {time} so far: too little to say how far you and the program agree."
        ),
    }


def _player() -> dict[str, str]:
    return {
        "play": pgettext("video", "Play"),
        "pause": _("Pause"),
        "job_waiting": _("Waiting for its turn"),
        "render_writing": _("Writing the annotated video"),
        "video_failed": _(
            "This browser cannot play the video. The timeline and the exports work without it."
        ),
    }


def _answers() -> dict[str, str]:
    return {
        "no_answer": _("Not saved: the server does not answer. Try again."),
        "logged_out": _("You were logged out. Nothing was changed. Log in again to go on."),
        "refused": _("The server refused this. Reload the page and try again."),
    }


def _range() -> dict[str, str]:
    return {
        "bad_time": _("Write a time as minutes and seconds: 1:30"),
        "bad_range": _("The end has to come after the start."),
    }


def _uploads() -> dict[str, str]:
    return {
        "kilobytes": _("{number} kB"),
        "megabytes": _("{number} MB"),
        "gigabytes": _("{number} GB"),
        "too_large": _(
            "{name} has {size}; files of up to {most} can be taken. Nothing was sent. Choose a "
            "shorter clip, or save it smaller."
        ),
        "no_room": _(
            "{name} has {size}, and there is room for {free}. Nothing was sent. Delete clips that "
            "you no longer need, then try again."
        ),
        "empty_file": _("{name} is empty: it has 0 bytes. Nothing was sent."),
        "queued": _("Waits for the uploads before it"),
        "uploading": _("{sent} of {size}"),
        "paused": _("Paused at {percent} %"),
        "reconnecting": _(
            "The line is away. {percent} % are on the server and stay there. Trying again …"
        ),
        "failed": _("Not uploaded: {reason}"),
        "uploaded": _("Uploaded"),
        "pause": _("Pause"),
        "resume": _("Resume"),
        "cancel": _("Cancel"),
        "remove": _("Remove"),
        "retry": _("Try again"),
        "unfinished": _(
            "{name}: {percent} % are on the server. Choose the same file again to go on."
        ),
    }
