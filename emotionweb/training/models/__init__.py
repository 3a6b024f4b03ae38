"""What models are trained on, how that went, and which of them answers."""

from emotionweb.training.models.audit import AuditEntry
from emotionweb.training.models.data import Dataset, TestSet
from emotionweb.training.models.given import GivenCrop
from emotionweb.training.models.runs import Run
from emotionweb.training.models.versions import Comparison, ModelVersion

__all__ = [
    "AuditEntry",
    "Comparison",
    "Dataset",
    "GivenCrop",
    "ModelVersion",
    "Run",
    "TestSet",
]
