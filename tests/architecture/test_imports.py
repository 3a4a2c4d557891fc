"""Importing anything opens nothing, and a function can only reach the packages its row in the topology grants."""

import subprocess
import sys
from pathlib import Path

import pytest

from infra.topology import TOPOLOGY

ROOT = Path(__file__).parents[2]
PATH = f"{ROOT}:{ROOT / 'shared'}:{ROOT / 'clients' / 'python'}"
HANDLERS = sorted(path.parent.name for path in (ROOT / "functions").glob("*/handler.py"))
DATABASE = {"sqlalchemy", "psycopg", "alembic"}
WEB = {"fastapi", "mangum"}
FRAMES = {"av", "ffmpeg"}

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
importlib.import_module(sys.argv[1])
print(" ".join(sys.modules))
"""


def import_alone(module: str) -> set[str]:
    """Import one module in a fresh process with an empty environment; returns the top-level packages it loaded."""
    run = subprocess.run(
        [sys.executable, "-c", PROBE, module],
        cwd=ROOT,
        env={"PYTHONPATH": PATH},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return {name.partition(".")[0] for name in run.stdout.split()}


def test_every_function_of_the_topology_has_a_handler_and_none_is_left_over() -> None:
    assert sorted({row.folder for row in TOPOLOGY.functions}) == HANDLERS


@pytest.mark.parametrize("name", HANDLERS)
def test_a_handler_imports_without_environment_client_or_socket(name: str) -> None:
    loaded = import_alone(f"functions.{name}.handler")
    row = next(row for row in TOPOLOGY.functions if row.folder == name)
    if row.kind == "image":
        assert not loaded & (DATABASE | WEB)
    else:
        assert not loaded & FRAMES
        if "web" not in row.layers:
            assert not loaded & WEB
        if "data" not in row.layers:
            assert not loaded & DATABASE


@pytest.mark.parametrize("module", ["topology", "names", "environment", "stages", "deployment", "grants"])
def test_the_topology_and_what_is_made_of_it_imports_nothing_but_the_standard_library(module: str) -> None:
    assert import_alone(f"infra.{module}") <= {*sys.stdlib_module_names, "infra", "__main__", "__future__"} | {
        name for name in import_alone("json") if name not in {"medley", "functions", "local", "cli"}
    }


ROOMS = ((ROOT / "shared", "medley"), (ROOT, "local"), (ROOT, "cli"), (ROOT / "clients" / "python", "medley_client"))
MODULES = sorted(
    ".".join(path.relative_to(base).with_suffix("").parts)
    for base, package in ROOMS
    for path in (base / package).rglob("*.py")
    if path.stem != "__init__" and "migrations" not in path.parts
)


@pytest.mark.parametrize("group", range(4))
def test_every_other_module_imports_as_quietly(group: int) -> None:
    """All in four processes: what one opens, the audit hook refuses."""
    modules = [name for name in MODULES[group::4] if not name.endswith(("__main__", "_child"))]
    script = PROBE.replace("importlib.import_module(sys.argv[1])", "[importlib.import_module(n) for n in sys.argv[1:]]")
    run = subprocess.run(
        [sys.executable, "-c", script, *modules],
        cwd=ROOT,
        env={"PYTHONPATH": PATH},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize("command", ["main", "mix", "plan", "probe"])
def test_the_command_line_of_the_engine_loads_no_cloud(command: str) -> None:
    assert not import_alone(f"cli.{command}") & (DATABASE | WEB | {"local", "functions", "infra", "boto3", "moto"})
