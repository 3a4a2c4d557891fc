"""What is deployed, built twice on the Python of the cloud from wheels that are here already."""

import platform
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from layers.build import build
from layers.lists import MACHINES, PYTHON
from tests.once import once

ON_IT = sys.version_info[:2] == PYTHON
ARCHITECTURE = next(name for name, machine in MACHINES.items() if machine == platform.machine())


@dataclass(frozen=True)
class Built:
    first: Path
    second: Path


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """For this machine, so that it can be tried out."""
    if not ON_IT:
        pytest.skip(f"Layers are for Python {'.'.join(map(str, PYTHON))}; `make deployed` builds them with it.")
    names = ("one", "another")

    def build_twice(folder: Path) -> None:
        for name in names:
            build(folder / name, ARCHITECTURE, offline=True)

    folder = once(tmp_path_factory, "built", build_twice)
    return Built(*(folder / name for name in names))
