"""The job that reads a clip: what the file is, the faces in it, and a proxy where one is needed.

All computing happens outside of transactions; each minute of samples is written in a short one,
in which the job is certainly ours. What an attempt left unfinished is deleted by the next one, so
no sample is ever there twice.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from emotionweb.clips import files, jobs, mine, tracks
from emotionweb.clips.held import Held
from emotionweb.clips.models import Annotation, Clip, Job, SampleBlock
from emotionweb.clips.options import AnnotateOptions
from emotionweb.clips.problems import ProblemError, as_problem
from emotionweb.live.services import active_bundle_path

if TYPE_CHECKING:
    from inference.video.annotate import Block
    from inference.video.probe import ClipInfo

#: Share of the progress that the faces have where a proxy is made as well.
FACES_SHARE_WITH_PROXY = 0.6

#: Pictures of faces that are held in memory: a crowd for two hours must not fill it.
MAX_FACES = 5000

Stage = Job.Stage


def annotate_clip(held: Held) -> None:
    """Do an ANNOTATE job.

    Raises:
        LostError: The job is not ours any more.
        StoppedError: It was cancelled, or the process is about to end.
        ClipError: The file cannot be read.
        ProblemError: Something else is in the way.
    """
    from inference.video.probe import probe

    clip = held.job.clip
    assert clip is not None
    path = source_of(clip)
    info = probe(path)
    held.check()
    _remember(held, clip, info)
    needs_proxy = bool(info.unplayable) and not _has_proxy(clip)
    share = FACES_SHARE_WITH_PROXY if needs_proxy else 1.0
    # After a death in what follows the faces are there already.
    if not Annotation.objects.filter(job=held.job).exclude(finished_at=None).exists():
        _read_faces(held, clip, path, info, share)
    _tell_journal(held, clip)
    if needs_proxy:
        _make_proxy(held, clip, path, info, share)
    with held.holding() as row:
        jobs.finish(row, Job.State.DONE, timezone.now())


def source_of(clip: Clip) -> Path:
    """The file of a clip.

    Raises:
        ProblemError: It is gone.
    """
    path = files.absolute(clip.path)
    if not path.is_file():
        raise ProblemError("file_gone")
    return path


def progress_in(
    held: Held, stage: Job.Stage, start_s: float, end_s: float | None, low: float, high: float
) -> Callable[[float], None]:
    """What the parts of ``inference.video`` call with the time they have come to, in seconds."""
    length_s = (end_s or 0.0) - start_s

    def say(at_s: float) -> None:
        done = min(max((at_s - start_s) / length_s, 0.0), 1.0) if length_s > 0.0 else 0.0
        held.say(stage, low + (high - low) * done)

    return say


# === What the file is ===


def _remember(held: Held, clip: Clip, info: ClipInfo) -> None:
    facts = {
        "duration_s": info.duration_s,
        "width": info.width,
        "height": info.height,
        "frame_rate": info.frame_rate,
        "container": info.container[:64],
        "video_codec": info.video_codec[:32],
        "has_audio": info.has_audio,
        "unplayable": info.unplayable,
    }
    with held.holding():
        Clip.objects.filter(pk=clip.pk).update(**facts)
        if info.recorded_at is not None and info.recorded_at <= timezone.now():
            unsaid = Clip.objects.filter(pk=clip.pk, recorded_at=None)
            unsaid.exclude(recorded_from=Clip.RecordedFrom.PERSON).update(
                recorded_at=info.recorded_at, recorded_from=Clip.RecordedFrom.FILE
            )


# === The faces ===


def _read_faces(held: Held, clip: Clip, path: Path, info: ClipInfo, share: float) -> None:
    from inference.bundle import Bundle
    from inference.video.annotate import AnnotateSettings, annotate

    options = AnnotateOptions.parse(held.job.options)
    bundle = Bundle.load(active_bundle_path())
    annotation = _begin(held, clip, options, bundle.version)
    end_s = options.end_s if options.end_s is not None else info.duration_s
    blocks = annotate(
        path,
        bundle,
        AnnotateSettings(
            rate=options.rate,
            start_s=options.start_s,
            end_s=options.end_s,
            detector=settings.CLIP_DETECTOR,
            thumbnails=clip.keep_thumbnails,
        ),
        on_progress=progress_in(held, Stage.ANNOTATING, options.start_s, end_s, 0.0, share),
        should_stop=held.should_stop,
    )
    faces: dict[int, bytes] = {}
    with closing(blocks):  # its threads end with us, however we end
        for block in blocks:
            _store(held, annotation, block)
            faces |= block.faces_jpeg if len(faces) < MAX_FACES else {}
    annotation.refresh_from_db()
    if annotation.frames == 0:
        raise ProblemError("nothing_in_range")
    _show(held, clip, annotation, faces)


def _begin(held: Held, clip: Clip, options: AnnotateOptions, version: str) -> Annotation:
    with held.holding() as row:
        Annotation.objects.filter(clip=clip, finished_at=None).delete()
        return Annotation.objects.create(
            clip=clip,
            job=row,
            created_at=timezone.now(),
            model_version=version,
            detector=settings.CLIP_DETECTOR,
            rate=options.rate,
            start_s=options.start_s,
        )


def _store(held: Held, annotation: Annotation, block: Block) -> None:
    row = SampleBlock(
        annotation=annotation,
        index=block.index,
        start_s=block.start_s,
        end_s=block.end_s,
        samples=block.samples.to_bytes(),
        seconds=block.samples.by_second().to_bytes(),
    )
    with held.holding():
        row.save(force_insert=True)
        Annotation.objects.filter(pk=annotation.pk).update(
            frames=F("frames") + block.frames,
            frames_without_face=F("frames_without_face") + block.frames_without_face,
            frames_damaged=F("frames_damaged") + block.frames_damaged,
            end_s=block.end_s,
        )


def _show(held: Held, clip: Clip, annotation: Annotation, faces: dict[int, bytes]) -> None:
    """Put the new annotation in the place of the old one, with what was said about that."""
    with held.holding():
        # Whoever took the pictures back meanwhile gets none.
        keeps = Clip.objects.values_list("keep_thumbnails", flat=True).get(pk=clip.pk)
        tracks.make_tracks(annotation, faces if keeps else None)
    with held.holding():
        now_clip = Clip.objects.select_related("annotation").get(pk=clip.pk)
        if not now_clip.keep_thumbnails:
            tracks.forget_thumbnails(now_clip)
        old = now_clip.annotation
        if old is not None:
            tracks.carry_over(old, annotation)
        annotation.finished_at = timezone.now()
        annotation.save(update_fields=["finished_at"])
        now_clip.annotation = annotation
        now_clip.save(update_fields=["annotation"])
        if old is not None:
            old.delete()
            for render in Job.objects.filter(clip=clip, kind=Job.Kind.RENDER):
                render.delete()  # it shows what was replaced


def _tell_journal(held: Held, clip: Clip) -> None:
    """Bring the journal up to date; in a transaction of its own, for it takes longest."""
    with held.holding():
        mine.sync(Clip.objects.select_related("annotation").get(pk=clip.pk))


# === The proxy ===


def _has_proxy(clip: Clip) -> bool:
    return bool(clip.proxy_path) and files.absolute(clip.proxy_path).is_file()


def _make_proxy(held: Held, clip: Clip, path: Path, info: ClipInfo, low: float) -> None:
    from inference.video.proxy import make_proxy

    proxy = files.clip_proxy(clip.user_id, clip.pk)
    draft = draft_beside(files.absolute(proxy), held)
    say = progress_in(held, Stage.CONVERTING, 0.0, info.duration_s, low, 1.0)
    try:
        with as_problem("no_proxy"):
            make_proxy(path, draft, on_progress=say, should_stop=held.should_stop)
        with held.holding():
            draft.replace(files.absolute(proxy))
            Clip.objects.filter(pk=clip.pk).update(proxy_path=proxy)
    finally:
        files.remove(draft)


def draft_beside(path: Path, held: Held) -> Path:
    """A name of this attempt's own, so that no other worker writes to the same file."""
    return path.with_name(f".{held.holder.rpartition(':')[2]}-{path.name}")
