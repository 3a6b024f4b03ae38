import os
from pathlib import Path

import pytest

from inference.bundle import Bundle
from inference.pipeline import FacePipeline

SHIPPED = Path(__file__).parents[2] / "models" / "flagship"


@pytest.fixture(scope="session")
def bundle() -> Bundle:
    """The bundle the product ships."""
    return Bundle.load(SHIPPED)


@pytest.fixture
def pipeline(bundle: Bundle) -> FacePipeline:
    """The live pipeline: BlazeFace short range, LiteRT."""
    return FacePipeline.load(bundle)


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """FER2013 with FER+ votes, where this machine has it: an extra, never needed."""
    folder = os.environ.get("EMOTIONWEB_REFERENCE_DATA", "")
    path = (Path(folder) if folder else SHIPPED.parents[2] / "shared" / "data") / (
        "fer2013-trainval.parquet"
    )
    if not path.exists():
        pytest.skip("the reference data are not on this machine (EMOTIONWEB_REFERENCE_DATA)")
    return path
