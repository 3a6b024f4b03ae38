"""Pytest plugin: where tests keep their data, and real services when they are asked for.

Settings read the environment once, so it is set here, in a plugin named on pytest's command line:
those are loaded before pytest-django looks at the settings. (Run `python -m pytest`, which finds
this package.)
"""

import os
import shutil
import tempfile
from collections.abc import Generator

import pytest

from tests import real_services

MISSING = pytest.StashKey[str]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--real-services",
        action="store_true",
        help="start a PostgreSQL and a Redis for the tests, and run those marked `services`",
    )


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, None, None]:
    data_dir = tempfile.mkdtemp(prefix="emotionweb-tests-")
    early_config.add_cleanup(lambda: shutil.rmtree(data_dir, ignore_errors=True))
    os.environ["EMOTIONWEB_DATA_DIR"] = data_dir
    for name in ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "EMOTIONWEB_SECRET_KEY"):
        os.environ.pop(name, None)
    if early_config.known_args_namespace.real_services:
        try:
            services = real_services.start()
        except real_services.MissingServiceError as error:
            early_config.stash[MISSING] = str(error)
        else:
            early_config.add_cleanup(services.stop)
            os.environ.update(services.environment)
    yield


def pytest_sessionstart(session: pytest.Session) -> None:
    """In CI a missing service is a failure; elsewhere its tests are left out, loudly."""
    if message := session.config.stash.get(MISSING, None):
        in_ci = os.environ.get("CI") == "true"
        pytest.exit(f"NOT TESTED on real services: {message}", returncode=1 if in_ci else 0)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.option.real_services:
        config.hook.pytest_deselected(
            items=[item for item in items if not item.get_closest_marker("services")]
        )
        items[:] = [item for item in items if item.get_closest_marker("services")]
