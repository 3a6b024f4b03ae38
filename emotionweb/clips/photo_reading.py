"""The job that reads a photo."""

from __future__ import annotations

from django.utils import timezone

from emotionweb.clips import files, jobs
from emotionweb.clips.held import Held
from emotionweb.clips.models import Job, Photo
from emotionweb.clips.problems import ProblemError
from emotionweb.live.services import active_bundle_path


def read_photo(held: Held) -> None:
    """Do a PHOTO job.

    Raises:
        LostError: The job is not ours any more.
        StoppedError: It was cancelled, or the process is about to end.
        PhotoError: The file cannot be read.
        ProblemError: It is gone.
    """
    from django.conf import settings

    from emotionweb.clips import photos
    from inference.pipeline import FacePipeline, PipelineConfig
    from inference.video import photo as reading

    photo = held.job.photo
    assert photo is not None
    path = files.absolute(photo.path)
    if not path.is_file():
        raise ProblemError("file_gone")
    picture = reading.read_photo(path)
    held.check()
    config = PipelineConfig(detector=settings.CLIP_DETECTOR)
    pipeline = FacePipeline.load(active_bundle_path(), config)
    result = reading.analyse_photo(pipeline, picture)
    with held.holding() as row:
        Photo.objects.filter(pk=photo.pk).update(
            width=result.width,
            height=result.height,
            faces=photos.records(result),
            model_version=result.model_version,
        )
        jobs.finish(row, Job.State.DONE, timezone.now())
