"""Clips and photos, the jobs that read them, and what was found in them."""

from emotionweb.clips.models.clips import Clip, Photo, Upload
from emotionweb.clips.models.jobs import Job
from emotionweb.clips.models.remarks import Correction, Marker
from emotionweb.clips.models.results import Annotation, SampleBlock, Track

__all__ = [
    "Annotation",
    "Clip",
    "Correction",
    "Job",
    "Marker",
    "Photo",
    "SampleBlock",
    "Track",
    "Upload",
]
