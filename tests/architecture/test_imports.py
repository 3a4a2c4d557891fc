"""Importing anything opens nothing, and a function can only reach the packages its row in the topology grants."""

import sys
from collections.abc import Callable

import pytest

from infra.topology import TOPOLOGY
from tests.architecture.conftest import ROOT, import_alone, packages

HANDLERS = sorted(path.parent.name for path in (ROOT / "functions").glob("*/handler.py"))
DATABASE = {"sqlalchemy", "psycopg", "alembic"}
WEB = {"fastapi", "mangum"}
FRAMES = {"av", "ffmpeg"}


def test_every_function_of_the_topology_has_a_handler_and_none_is_left_over() -> None:
    assert sorted({row.folder for row in TOPOLOGY.functions}) == HANDLERS


@pytest.mark.parametrize("name", HANDLERS)
def test_a_handler_imports_without_environment_client_or_socket(
    loaded_by: Callable[[str], set[str]], name: str
) -> None:
    loaded = packages(loaded_by(name))
    row = next(row for row in TOPOLOGY.functions if row.folder == name)
    if row.kind == "image":
        assert not loaded & (DATABASE | WEB)
    else:
        assert not loaded & FRAMES
        if "web" not in row.layers:
            assert not loaded & WEB
        if "data" not in row.layers:
            assert not loaded & DATABASE


def test_the_topology_and_what_is_made_of_it_imports_nothing_but_the_standard_library() -> None:
    modules = ("topology", "names", "environment", "stages", "deployment", "grants")
    there_anyway = packages(import_alone("json")) - {"medley", "functions", "local", "cli"}
    loaded = packages(import_alone(*(f"infra.{module}" for module in modules)))
    assert loaded <= {*sys.stdlib_module_names, "infra", "__main__", "__future__"} | there_anyway


ROOMS = ((ROOT / "shared", "medley"), (ROOT, "local"), (ROOT, "cli"), (ROOT / "clients" / "python", "medley_client"))
MODULES = sorted(
    ".".join(path.relative_to(base).with_suffix("").parts)
    for base, package in ROOMS
    for path in (base / package).rglob("*.py")
    if path.stem != "__init__" and "migrations" not in path.parts
)


def test_every_other_module_imports_as_quietly() -> None:
    """All in one process: what one opens, the audit hook refuses."""
    import_alone(*(name for name in MODULES if not name.endswith(("__main__", "_child"))))


def test_the_command_line_of_the_engine_loads_no_cloud() -> None:
    loaded = packages(import_alone(*(f"cli.{command}" for command in ("main", "mix", "plan", "probe"))))
    assert not loaded & (DATABASE | WEB | {"local", "functions", "infra", "boto3", "moto"})
