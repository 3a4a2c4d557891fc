from pathlib import Path

import pytest
from hypothesis import settings

from tests.apps import scenes
from tests.apps.bench import Bench
from tests.breadth import THOROUGH

# Examples are found without a clock and without files: a loaded machine must not fail a test.
settings.register_profile("medley", deadline=None, database=None, max_examples=60 if THOROUGH else 30)
settings.load_profile("medley")


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The scenes, by colour."""
    return scenes.make(tmp_path_factory.mktemp("scenes"))


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)
