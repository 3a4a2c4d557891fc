"""What is deployed is the same bytes each time, small enough, and starts with nothing beside it."""

import hashlib
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from infra.rows import Function, Lane
from infra.topology import TOPOLOGY
from layers import canary
from layers.build import MIB, NOT_IN_ZIPS, SERVICES, compile_in, copy_code, sizes
from tests.layers.conftest import Built

ZIPS = [row for row in TOPOLOGY.functions if row.kind == "zip"]
API_MIB, ZIP_MIB = 120, 30  # Lambda takes 250 in all, and 50 in one request
MODULES = {"api": 1_320, "canary": 1_060, "socket": 1_040}  # loaded at the start; what loads more starts later
OTHER_MODULES = 1_000
NEVER = {"moto", "pip", "setuptools", "numpy", "av"}


def digests(folder: Path) -> dict[str, str]:
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(folder.glob("*.zip"))}


def test_two_builds_are_the_same_bytes(built: Built) -> None:
    first = digests(built.first)
    assert first == digests(built.second)
    assert first.keys() == {f"function-{row.folder}.zip" for row in ZIPS} | {
        f"layer-{name}.zip" for row in ZIPS for name in row.layers
    }


def test_what_is_deployed_is_small(built: Built) -> None:
    measured = {name: (unzipped, zipped) for name, unzipped, zipped in sizes(built.first)}
    assert max(zipped for _, zipped in measured.values()) < ZIP_MIB * MIB
    for row in ZIPS:
        parts = [f"function-{row.folder}", *(f"layer-{name}" for name in row.layers)]
        assert sum(measured[part][0] for part in parts) <= API_MIB * MIB, row.name


@pytest.mark.parametrize("row", ZIPS, ids=lambda row: row.name)
def test_a_function_starts_with_its_layers_alone(built: Built, row: Function) -> None:
    before = {file for file in (built.first / "unpacked").rglob("*") if file.is_file()}
    told = canary.start(row, built.first / "unpacked")
    assert told["modules"] <= MODULES.get(row.name, OTHER_MODULES)
    assert not NEVER & set(told["top"])
    assert {file for file in (built.first / "unpacked").rglob("*") if file.is_file()} == before


def test_a_function_that_lacks_a_layer_does_not_pass(built: Built) -> None:
    relay = next(row for row in ZIPS if row.name == "relay")
    poorer = Function(relay.name, relay.kind, relay.memory_mib, relay.timeout_s, relay.triggers, layers=("core",))
    with pytest.raises(canary.Faulty, match="sqlalchemy"):
        canary.start(poorer, built.first / "unpacked")


def test_a_lane_without_media_starts_with_core_alone(built: Built, tmp_path: Path) -> None:
    lane = Lane("draw", 2048, 120, max_concurrency=50, kind="zip", layers=("core",), settings=())
    copy_code(tmp_path / "function-worker", (lane.function.folder,), NOT_IN_ZIPS)
    compile_in(tmp_path / "function-worker", "/var/task")
    (tmp_path / "layer-core").symlink_to(built.first / "unpacked" / "layer-core")
    assert not NEVER & set(canary.start(lane.function, tmp_path)["top"])


@pytest.mark.parametrize("magic", [None, b"\0\0\r\n"], ids=["none", "of another Python"])
def test_a_function_without_bytecode_that_is_used_does_not_pass(
    built: Built, tmp_path: Path, magic: bytes | None
) -> None:
    relay = next(row for row in ZIPS if row.name == "relay")
    shutil.copytree(built.first / "unpacked" / "function-relay", tmp_path / "function-relay")
    for layer in relay.layers:
        (tmp_path / f"layer-{layer}").symlink_to(built.first / "unpacked" / f"layer-{layer}")
    canary.start(relay, tmp_path)
    (bytecode,) = (tmp_path / "function-relay").glob("medley/__pycache__/limits.*.pyc")
    content = bytecode.read_bytes()
    bytecode.unlink()
    if magic is not None:
        bytecode.write_bytes(magic + content[4:])
    with pytest.raises(canary.Faulty, match=r"not used: .*limits\.py"):
        canary.start(relay, tmp_path)


def test_bytecode_is_never_checked_and_names_the_place_it_will_be_at(built: Built) -> None:
    script = (
        "import marshal, sys; data = open(sys.argv[1], 'rb').read(); "
        "print(int.from_bytes(data[4:8], 'little'), marshal.loads(data[16:]).co_filename)"
    )
    places = {
        "layer-data/python/sqlalchemy/__pycache__/__init__.cpython-313.pyc": "/opt/python/sqlalchemy/__init__.py",
        "function-api/medley/__pycache__/limits.cpython-313.pyc": "/var/task/medley/limits.py",
    }
    for name, place in places.items():
        file = built.first / "unpacked" / name
        run = subprocess.run([sys.executable, "-c", script, file], capture_output=True, text=True, check=True)
        assert run.stdout.split() == ["1", place]


def test_each_part_holds_what_it_may(built: Built) -> None:
    unpacked = built.first / "unpacked"
    described = {each.name for each in (unpacked / "layer-core/python/botocore/data").iterdir() if each.is_dir()}
    assert described == SERVICES
    assert not (unpacked / "function-api/medley/media").exists()
    image = built.first / "image"
    assert not (image / "task/medley/db").exists()
    assert not (image / "task/medley/services").exists()
    assert {each.name for each in (image / "task/functions").iterdir()} == {"__init__.py", "ingest", "worker"}
    assert {each.name for each in image.iterdir()} == {
        *("Dockerfile", "task", "requirements-aarch64.txt", "requirements-x86_64.txt")
    }
    with zipfile.ZipFile(built.first / "function-api.zip") as archive:
        assert not [name for name in archive.namelist() if str(built.first) in name or name.startswith("/")]
