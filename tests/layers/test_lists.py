"""The lists of what is installed in the cloud follow from the lock, and nothing in them is in two layers."""

from itertools import combinations

import pytest

from infra.topology import TOPOLOGY
from infra.wheels import names, pins
from layers.lists import IMAGE, LAYERS, MACHINES, ROOT, Lists, path

EACH = pytest.mark.parametrize("machine", MACHINES.values())


@EACH
def test_lists_are_those_of_this_lock(machine: str) -> None:
    """`make lock` writes them anew."""
    derived = Lists(machine).all()
    assert {file.stem for file in path("core", machine).parent.glob("*.txt")} == derived.keys()
    for name, text in derived.items():
        assert path(name, machine).read_text() == text


@EACH
def test_every_line_is_a_pin_of_the_lock_with_a_wheel_that_fits(machine: str) -> None:
    locked = {
        f"{name}=={version}": hashes for name, version, _, hashes in pins((ROOT / "requirements.lock").read_text())
    }
    wheels = names((ROOT / "requirements.wheels").read_text())
    for name, text in Lists(machine).all().items():
        for line in text.splitlines():
            pin, *hashes = line.split()
            taken = {word.removeprefix("--hash=sha256:") for word in hashes}
            assert taken, (name, pin)
            assert taken <= locked[pin]
            assert all("none-any" in wheels[sha256] or machine in wheels[sha256] for sha256 in taken)


@EACH
def test_layers_share_nothing(machine: str) -> None:
    listed = Lists(machine).all()
    packages = {name: {line.partition("==")[0] for line in listed[name].splitlines()} for name in ("core", *LAYERS)}
    for one, other in combinations(packages, 2):
        assert packages[one] & packages[other] == set()


def test_every_layer_of_the_topology_has_a_list() -> None:
    assert {layer for row in TOPOLOGY.functions for layer in row.layers} == {"core", *LAYERS}


def test_the_image_knows_no_database_and_no_web() -> None:
    listed = {line.partition("==")[0] for line in path(IMAGE, "x86_64").read_text().splitlines()}
    assert {"av", "imageio-ffmpeg", "boto3"} <= listed
    assert not listed & {"sqlalchemy", "psycopg", "fastapi", "argon2-cffi", "awslambdaric"}
