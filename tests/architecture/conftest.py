"""Imports in a fresh process with an empty environment, watched."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.once import once

ROOT = Path(__file__).parents[2]
PATH = f"{ROOT}:{ROOT / 'shared'}:{ROOT / 'clients' / 'python'}"

PROBE = """
import importlib, os, sys

def refuse(what):
    raise AssertionError(f"{what} at import")

def audit(event, args):
    if event in {"socket.connect", "socket.bind", "subprocess.Popen", "os.posix_spawn", "os.fork"}:
        refuse(event)

try:
    import botocore.session
    botocore.session.Session.create_client = lambda *a, **k: refuse("an AWS client")
except ImportError:
    pass
sys.addaudithook(audit)
for name in sys.argv[1:]:
    importlib.import_module(name)
print(" ".join(sys.modules))
"""


def import_alone(*modules: str) -> set[str]:
    """Import modules in a process of their own; returns the names of all that are loaded then."""
    run = subprocess.run(
        [sys.executable, "-c", PROBE, *modules],
        cwd=ROOT,
        env={"PYTHONPATH": PATH},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return set(run.stdout.split())


def packages(modules: set[str]) -> set[str]:
    """The top-level packages they are of."""
    return {name.partition(".")[0] for name in modules}


@pytest.fixture(scope="session")
def loaded_by(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], set[str]]:
    """The names of all modules that are loaded once the handler in a folder is imported, alone."""

    def loaded(name: str) -> set[str]:
        def write(folder: Path) -> None:
            (folder / "modules").write_text(" ".join(sorted(import_alone(f"functions.{name}.handler"))))

        return set((once(tmp_path_factory, f"handler-{name}", write) / "modules").read_text().split())

    return loaded
