"""Every locked package installs from a wheel, on every Python and machine Medley runs on: no compiler, no surprise."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.tags import Tag, compatible_tags, cpython_tags
from packaging.utils import parse_wheel_filename

from infra.wheels import names, pins, record

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / "requirements.lock").read_text()
WHEELS = names((ROOT / "requirements.wheels").read_text())
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
MACHINES = ("x86_64", "aarch64")
GLIBC_MINORS = range(5, 37)  # up to Debian 12's 2.36, the oldest system the README names
ONE_VERSION = ("av", "numpy", "imageio-ffmpeg")  # the code is right for one, whatever the Python


def tags(python: str, machine: str) -> set[Tag]:
    """What a CPython of Debian 12 can install there."""
    version = tuple(map(int, python.split(".")))
    platforms = [f"manylinux_2_{minor}_{machine}" for minor in GLIBC_MINORS]
    platforms += [f"manylinux2014_{machine}", f"manylinux2010_{machine}", f"manylinux1_{machine}", f"linux_{machine}"]
    interpreter = f"cp{python.replace('.', '')}"
    return {*cpython_tags(version, platforms=platforms), *compatible_tags(version, interpreter, platforms)}


def wanted(python: str, machine: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Name and hashes of what is installed there."""
    environment = {
        "python_version": python,
        "python_full_version": f"{python}.0",
        "platform_machine": machine,
        "sys_platform": "linux",
        "platform_system": "Linux",
        "os_name": "posix",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }
    for name, _, marker, hashes in pins(LOCK):
        if marker is None or Marker(marker).evaluate(environment):
            yield name, hashes


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("python", PYTHONS)
def test_every_package_has_a_wheel(python: str, machine: str) -> None:
    fitting = tags(python, machine)
    without = [
        name
        for name, hashes in wanted(python, machine)
        if not any(fitting & parse_wheel_filename(WHEELS[sha256])[3] for sha256 in hashes & WHEELS.keys())
    ]
    assert without == []


def test_the_record_of_wheels_is_of_this_lock() -> None:
    pinned = {sha256: name for name, _, _, hashes in pins(LOCK) for sha256 in hashes}
    strangers = {wheel for sha256, wheel in WHEELS.items() if parse_wheel_filename(wheel)[0] != pinned.get(sha256)}
    assert (len(WHEELS) > 0, strangers) == (True, set())


@pytest.mark.parametrize("library", ONE_VERSION)
def test_media_libraries_have_one_version_for_every_python(library: str) -> None:
    assert len([name for name, *_ in pins(LOCK) if name == library]) == 1


def test_the_record_is_read_from_an_account_of_the_lock() -> None:
    lock = (
        "one==1.0 ; python_version < '4' \\\n    --hash=sha256:"
        + "a" * 64
        + " \\\n    --hash=sha256:"
        + "b" * 64
        + "\n"
    )
    files = {"one-1.0-cp311-abi3-manylinux_2_28_x86_64.whl": "a", "one-1.0-cp311-abi3-win_amd64.whl": "b"}
    files |= {"one-1.0-py3-none-any.whl": "c"}  # the lock does not pin it
    wheels = [{"url": f"https://mirror/1/{name}", "hashes": {"sha256": digit * 64}} for name, digit in files.items()]
    assert names(record({"packages": [{"name": "one", "wheels": wheels}]}, lock)) == {
        "a" * 64: "one-1.0-cp311-abi3-manylinux_2_28_x86_64.whl"
    }


def test_the_record_is_made_with_the_standard_library_alone() -> None:
    """`make lock` has no more."""
    script = "import sys; sys.path.insert(0, sys.argv[1]); import infra.wheels"
    subprocess.run([sys.executable, "-I", "-S", "-c", script, str(ROOT)], check=True)


def test_the_makefile_builds_nothing() -> None:
    makefile = (ROOT / "Makefile").read_text()
    installing = [line for line in makefile.splitlines() if "pip install" in line or "pip sync" in line]
    assert len(installing) == 3
    assert [line for line in installing if "--only-binary :all:" not in line and "--editable ." not in line] == []
