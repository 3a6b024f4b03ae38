"""The administration's own pages for data, given faces, runs, versions and the audit log."""

from emotionweb.training.admin import audit, datasets, review, runs, test_sets, versions

__all__ = ["audit", "datasets", "review", "runs", "test_sets", "versions"]
