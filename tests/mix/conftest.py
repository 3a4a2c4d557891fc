from pathlib import Path

import pytest

from tests.apps import scenes


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The scenes, by colour."""
    return scenes.make(tmp_path_factory.mktemp("scenes"))
