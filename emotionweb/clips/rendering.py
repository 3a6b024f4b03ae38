"""The job that makes an annotated video: boxes and words burnt in, the sound kept."""

from __future__ import annotations

from django.utils import timezone

from emotionweb.clips import files, jobs
from emotionweb.clips.annotating import draft_beside, progress_in, source_of
from emotionweb.clips.held import Held
from emotionweb.clips.models import Job
from emotionweb.clips.problems import ProblemError, as_problem


def render_clip(held: Held) -> None:
    """Do a RENDER job.

    Raises:
        LostError: The job is not ours any more.
        StoppedError: It was cancelled, or the process is about to end.
        ProblemError: Something is in the way.
    """
    from emotionweb.clips import overlay
    from inference.video.render import render

    clip = held.job.clip
    assert clip is not None
    if clip.annotation is None:
        raise ProblemError("not_annotated")
    path = source_of(clip)
    result = files.clip_render(clip.user_id, clip.pk, held.job.pk)
    draft = draft_beside(files.absolute(result), held)
    say = progress_in(held, Job.Stage.WRITING, 0.0, clip.duration_s, 0.0, 1.0)
    try:
        with as_problem("no_render"):
            labels = overlay.labels(clip.annotation)
            about = overlay.about(clip.annotation)
            render(path, draft, labels, say, held.should_stop, about)
        with held.holding() as row:
            draft.replace(files.absolute(result))
            row.result_path = result
            jobs.finish(row, Job.State.DONE, timezone.now())
    finally:
        files.remove(draft)
