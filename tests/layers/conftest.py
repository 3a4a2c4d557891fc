"""What is deployed, built twice on the Python of the cloud from wheels that are here already."""

import platform
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from layers.build import build
from layers.lists import MACHINES, PYTHON

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
        pytest.skip(f"Layers are for Python {'.'.join(map(str, PYTHON))}; `.ci/run` builds them where there is one.")
    made = Built(tmp_path_factory.mktemp("one"), tmp_path_factory.mktemp("another"))
    for folder in (made.first, made.second):
        build(folder, ARCHITECTURE, offline=True)
    return made
