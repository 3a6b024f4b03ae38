"""What the script of the live page needs to know: paths, names, and every word it may say.

The sentences are translated here, on the server, so that one catalogue serves page and script.
``{name}`` in a sentence is a place that the script fills.
"""

from __future__ import annotations

from typing import TypedDict

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from emotionweb.expressions import UNSURE_MARK, described_labels, expression_title
from inference.reasons import UnsureReason

TARGET_FPS = 15
#: Long side in pixels of the pictures that are sent; the face keeps enough of them for 48x48.
CAPTURE_SIDE = 480
#: A day that the script replaces by the one of the summary.
ANY_DAY = "0000-00-00"


class Explanation(TypedDict):
    """What happened (title), then what was kept and what to do next (text)."""

    title: str
    text: str


def live_config(request: HttpRequest) -> dict[str, object]:
    """Return what the template hands to ``static/live/main.js`` as JSON."""
    return {
        "socketPath": "/ws/live/",
        "journalPath": reverse("journal:list") + f"{ANY_DAY}/",
        "labels": described_labels(),
        "unsure": {"name": "unsure", "title": expression_title(None), "mark": UNSURE_MARK},
        "reasons": reasons(),
        "errors": errors(),
        "closes": closes(),
        "camera": camera_problems(),
        "states": states(),
        "messages": messages(),
        "target_fps": TARGET_FPS,
        "capture_side": CAPTURE_SIDE,
    }


def reasons() -> dict[str, str]:
    """Return why a face got no answer, by :class:`inference.quality.UnsureReason`."""
    return {
        UnsureReason.TOO_SMALL: pgettext("unsure:", "too far away"),
        UnsureReason.TOO_BLURRED: pgettext("unsure:", "too blurred"),
        UnsureReason.TOO_DARK: pgettext("unsure:", "too dark"),
        UnsureReason.TOO_BRIGHT: pgettext("unsure:", "too bright"),
        UnsureReason.TURNED_AWAY: pgettext("unsure:", "turned away"),
        UnsureReason.NOT_CONFIDENT: pgettext("unsure:", "could be several"),
    }


def errors() -> dict[str, str]:
    """Return the sentences for single frames that the server refused."""
    return {
        "not_an_image": _("The server could not read a picture. It was skipped."),
        "truncated": _("A picture arrived incomplete. It was skipped."),
        "too_large": _("A picture was too large for the server. It was skipped."),
        "bad_message": _("The server did not understand this page. Reload it."),
    }


def closes() -> dict[str, Explanation]:
    """Return what the end of a connection means, by the reasons of ``closes.js``."""
    return {
        "lost": {
            "title": _("The connection dropped at {time}."),
            "text": _("Everything up to {saved} is saved. Reconnecting …"),
        },
        "unreachable": {
            "title": _("The server does not answer."),
            "text": _("Nothing was recorded yet. Trying again …"),
        },
        "unavailable": {
            "title": _("The server cannot read expressions at the moment."),
            "text": _("Everything up to {time} is saved. Trying again …"),
        },
        "anew": {
            "title": _("Connected again, in a new session."),
            "text": _("The connection was away for too long. The first part is in the journal."),
        },
        "not_logged_in": {
            "title": _("You were logged out, or the password was changed."),
            "text": _("Everything up to {time} is saved. Log in again to go on."),
        },
        "consent": {
            "title": _("Your consent to the camera was withdrawn."),
            "text": _(
                "The camera is off. Everything up to {time} is saved. Reload to give it again."
            ),
        },
        "taken_over": {
            "title": _("The session goes on in another tab or on another device."),
            "text": _("Nothing is lost. Press Start to bring it back here."),
        },
        "session_gone": {
            "title": _("The session was ended or deleted elsewhere."),
            "text": _("What was not deleted is in the journal. Press Start to begin a new one."),
        },
        "too_large": {
            "title": _("A picture was too large for the server."),
            "text": _(
                "Everything up to {time} is saved. Choose a smaller camera, then press Start."
            ),
        },
        "bad_message": {
            "title": _("The server could not read what this page sent."),
            "text": _("Everything up to {time} is saved. Reload the page, then press Start."),
        },
        "too_fast": {
            "title": _("This page sent pictures faster than the server takes them."),
            "text": _("Everything up to {time} is saved. Press Start to go on more slowly."),
        },
        "refused": {
            "title": _("The server ended the session."),
            "text": _("Everything up to {time} is saved. Press Start to try again."),
        },
        "no_summary": {
            "title": _("Stopped without a summary: there was no connection."),
            "text": _("What arrived at the server is in the journal."),
        },
    }


def camera_problems() -> dict[str, Explanation]:
    """Return why a camera did not open and what helps, by the reasons of ``camera.js``."""
    return {
        "insecure": {
            "title": _("Browsers open a camera on secure pages only."),
            "text": _(
                "{host} is reached without https://. Open this page at https://{host} (the "
                "operator starts the server with a certificate), or at localhost on the computer "
                "that runs it."
            ),
        },
        "unsupported": {
            "title": _("This browser does not offer a camera to pages."),
            "text": _("Open the page in a current Firefox, Chrome, Edge or Safari."),
        },
        "denied": {
            "title": _("The browser does not let this page use the camera."),
            "text": _(
                "Allow the camera in the browser's site settings, beside the address. If it is "
                "allowed there, allow it for the browser in the system's privacy settings. Then "
                "press Start."
            ),
        },
        "none": {
            "title": _("No camera was found."),
            "text": _("Plug one in or switch it on, then press Start."),
        },
        "busy": {
            "title": _("The camera is used by another program."),
            "text": _("Close the other program (a video call, perhaps), then press Start."),
        },
        "gone": {
            "title": _("The chosen camera is not there any more."),
            "text": _("Choose another one in the list, then press Start."),
        },
        "unplugged": {
            "title": _("The camera was unplugged or switched off at {time}."),
            "text": _(
                "Everything up to {time} is saved. Plug it in again or choose another one, then "
                "press Start to go on."
            ),
        },
        "unknown": {
            "title": _("The camera did not open."),
            "text": _("Nothing was recorded. Unplug it and plug it in again, then press Start."),
        },
    }


def states() -> dict[str, str]:
    """Return the words for the states of the page."""
    return {
        "idle": pgettext("state", "Ready"),
        "starting": pgettext("state", "Starting …"),
        "live": pgettext("state", "Observing"),
        "paused": pgettext("state", "Paused"),
        "hidden": pgettext("state", "Paused while hidden"),
        "reconnecting": pgettext("state", "Reconnecting …"),
        "error": pgettext("state", "Interrupted"),
        "unstarted": pgettext("state", "Not started"),
        "ended": pgettext("state", "Ended"),
    }


def messages() -> dict[str, str]:
    """Return the sentences and patterns of the page."""
    return {
        "looks": _("Looks {what}, {percent} %"),
        "certainty": _("About {number} of 100 such faces look {what} to most people."),
        "unsure_because": _("Unsure: {reason}"),
        "percent": _("{percent} %"),
        "you": _("you"),
        "make_this_you": _("This is me"),
        "face_number": _("Face {number}"),
        "camera_number": _("Camera {number}"),
        "camera_off": _("The camera is off."),
        "opening": _("Opening the camera …"),
        "pause": _("Pause"),
        "resume": _("Resume"),
        "fps": _("{fps} frames a second"),
        "rtt": _("answer in {ms} ms"),
        "now": _("now"),
        "seconds_ago": _("−{seconds} s"),
        "seconds_span": _("{from} to {to} s ago"),
        "seconds": _("{seconds} s"),
        "minutes": _("{minutes} min {seconds} s"),
        "summary": _("Observed {seen}."),
        "summary_unsure": _("Observed {seen}; unsure for another {unsure}."),
        "summary_nothing": _(
            "No face was seen clearly for long enough, so nothing went into the journal."
        ),
        "snapshot_saved": _("Saved as {name}."),
        "snapshot_failed": _("The snapshot could not be saved."),
    }
