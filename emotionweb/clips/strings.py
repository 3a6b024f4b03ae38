"""Every sentence about uploads and jobs that a person may meet.

A problem says what happened, what was kept, and what to do. ``%(name)s`` in a sentence is filled
from ``Job.problem_details``.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from emotionweb.clips.models import Job

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

#: What lies in the file itself: reading it once more would find the same.
IN_THE_FILE = frozenset(
    {
        "not_video",
        "no_video",
        "empty",
        "truncated",
        "encrypted",
        "damaged",
        "too_large",
        "not_photo",
        "heic",
        "photo_truncated",
        "photo_size",
    }
)

#: Why a job failed, by ``Job.problem``. The first ones are codes of ``inference.errors``.
PROBLEMS: Mapping[str, _StrPromise] = MappingProxyType(
    {
        "not_video": _(
            "This file is not a video, whatever its name says. Nothing was read from it. Delete it "
            "and upload the video itself."
        ),
        "no_video": _(
            "This file has sound but no picture, so there is no face to look at. The file is kept. "
            "Upload a recording with picture."
        ),
        "empty": _("This file is empty: it has 0 bytes. Delete it and upload the video again."),
        "truncated": _(
            "This file ends too early, as when a recording or a copy was cut off. The file is "
            "kept. Copy it again from the camera, or repair it, and upload that."
        ),
        "encrypted": _(
            "This video is encrypted, so nothing can be read from it. The file is kept. Upload a "
            "copy without protection."
        ),
        "damaged": _(
            "This file is damaged so badly that no picture of it can be read. The file is kept. "
            "Upload another copy of it."
        ),
        "too_large": _(
            "The pictures of this video have too many pixels. The file is kept. Make it smaller, "
            "for instance 1920 x 1080, and upload that."
        ),
        "not_photo": _(
            "This file is not a picture of a kind that is read here: JPEG, PNG or WebP. Nothing "
            "was read from it. Save the picture as one of these and upload it again."
        ),
        "heic": _(
            "HEIC pictures cannot be read here. The file is kept. Save the picture as JPEG and "
            "upload that."
        ),
        "photo_truncated": _(
            "This picture ends before its last row, as when a copy was cut off. The file is kept. "
            "Upload another copy of it."
        ),
        "photo_size": _(
            "This picture has more pixels than can be read here, or too few. The file is kept. "
            "Upload it in another size."
        ),
        "disk_full": _(
            "The disk of the server is full. The clip is kept, what was half done is not. Try "
            "again once the operator has made room."
        ),
        "worker_died": _(
            "The program that read this file ended %(attempts)s times in the middle of it. The "
            "file is kept. Try again, with fewer frames a second or a shorter range; if it fails "
            "again, tell the operator."
        ),
        "model": _(
            "The model that reads faces cannot be used at the moment. The file is kept. Try again "
            "later; if it fails again, tell the operator."
        ),
        "no_proxy": _(
            "The faces were read, but the video could not be prepared for the browser. Everything "
            "else of the clip works. Try again, or upload it as MP4 (H.264)."
        ),
        "no_render": _(
            "The annotated video could not be written. The clip and its results are kept. Try "
            "again."
        ),
        "nothing_in_range": _(
            "The clip has no picture in the chosen range. The clip is kept. Choose another range."
        ),
        "not_annotated": _(
            "The clip has no results yet to draw. Read the faces first, then make the video."
        ),
        "file_gone": _(
            "The file is not on the server any more. Delete the entry and upload the file again."
        ),
        "internal": _(
            "Something went wrong on the server. The file is kept. Try again; if it fails again, "
            "tell the operator."
        ),
    }
)

#: What a job is doing, in words for its row.
STATES: Mapping[str, _StrPromise] = MappingProxyType(
    {
        Job.State.WAITING: pgettext_lazy("job", "Waiting for its turn"),
        Job.State.RUNNING: pgettext_lazy("job", "Working"),
        Job.State.DONE: pgettext_lazy("job", "Done"),
        Job.State.FAILED: pgettext_lazy("job", "Not done"),
        Job.State.CANCELLED: pgettext_lazy("job", "Cancelled"),
    }
)

STOPPING = pgettext_lazy("job", "Stopping …")

STAGES: Mapping[str, _StrPromise] = MappingProxyType(
    {
        Job.Stage.READING: pgettext_lazy("job", "Opening the file"),
        Job.Stage.ANNOTATING: pgettext_lazy("job", "Looking at the faces"),
        Job.Stage.CONVERTING: pgettext_lazy("job", "Preparing the video for the browser"),
        Job.Stage.WRITING: pgettext_lazy("job", "Writing the annotated video"),
    }
)


def problem_sentence(problem: str, details: Mapping[str, object]) -> str:
    """The sentence of a problem with its places filled; "" where there is no problem."""
    if not problem:
        return ""
    sentence = PROBLEMS.get(problem, PROBLEMS["internal"])
    try:
        return str(sentence) % details
    except (KeyError, ValueError):  # details of an older version
        return str(PROBLEMS["internal"])


def words(job: Job) -> str:
    """The state of a job in words."""
    if job.cancel_asked and job.state == Job.State.RUNNING:
        return str(STOPPING)
    if job.state == Job.State.RUNNING and job.stage in STAGES:
        return str(STAGES[job.stage])
    return str(STATES[job.state])
