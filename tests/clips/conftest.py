"""What tests of clips share: a media folder of their own."""

from pathlib import Path

import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    """The folder of the files of people, empty at first."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT
