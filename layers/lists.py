"""Lists of what is installed where in the cloud: third-party packages by capability, as the lock pins them.

The lock says of each package who asks for it, so a capability is what its packages need, and theirs. Layer `core` is
the project's own dependencies; any other layer is its extra less what `core` has; the image is `core` and the extra
`media`.

    python -m layers.lists          writes layers/<name>.txt, hashes included; tests derive them again
"""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.tags import Tag, compatible_tags, cpython_tags
from packaging.utils import canonicalize_name, parse_wheel_filename

from infra.wheels import HASH, PIN, names

ROOT: Final = Path(__file__).resolve().parent.parent
PYTHON: Final = (3, 13)  # of Lambda; bytecode is of one minor version
GLIBC_MINORS: Final = range(17, 35)  # of Amazon Linux 2023, and what it runs
MACHINES: Final = {"arm64": "aarch64", "x86_64": "x86_64"}
LAYERS: Final = ("data", "web", "zip")  # beside core: extras of the project
IMAGE: Final = "image"
RUNTIME_CLIENT: Final = "awslambdaric"  # AWS's image brings one of its own


@dataclass(frozen=True)
class Package:
    """One pin of the lock. `asked_by` are packages, or the project itself."""

    name: str
    version: str
    marker: str | None
    hashes: frozenset[str]
    asked_by: frozenset[str]


def packages(lock: str) -> Iterator[Package]:
    """Those of a lock that uv wrote."""
    for block in re.split(r"\n(?=[a-z0-9])", lock):
        if found := PIN.match(block.splitlines()[0]):
            told = block.partition("    # via")[2]
            asked = {word.strip("# ").split("[")[0] for word in told.splitlines()}
            yield Package(
                found["name"],
                found["version"],
                found["marker"],
                frozenset(HASH.findall(block)),
                frozenset(canonicalize_name(word) for word in asked if word and "(" not in word),
            )


def environment(machine: str) -> dict[str, str]:
    """What markers are asked about Lambda."""
    version = ".".join(map(str, PYTHON))
    return {
        "python_version": version,
        "python_full_version": f"{version}.0",
        "platform_machine": machine,
        "sys_platform": "linux",
        "platform_system": "Linux",
        "os_name": "posix",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }


def fitting(machine: str) -> set[Tag]:
    """Tags of wheels that run there."""
    platforms = [f"manylinux_2_{minor}_{machine}" for minor in GLIBC_MINORS]
    platforms += [f"{old}_{machine}" for old in ("manylinux2014", "manylinux2010", "manylinux1")]
    interpreter = "cp" + "".join(map(str, PYTHON))
    return {*cpython_tags(PYTHON, platforms=platforms), *compatible_tags(PYTHON, interpreter, platforms)}


@dataclass(frozen=True)
class Lists:
    """Everything that can be derived for one kind of machine (`aarch64`, `x86_64`)."""

    machine: str

    def all(self) -> Mapping[str, str]:
        """Text of each list by name: one pin a line, with the hashes of the wheels that fit."""
        core = self._needed(self._own("dependencies"))
        listed = {"core": core}
        for name in LAYERS:
            listed[name] = self._needed(self._own(name)) - core
        listed[IMAGE] = (core | self._needed(self._own("media"))) - {RUNTIME_CLIENT}
        return {name: self._text(wanted) for name, wanted in listed.items()}

    def of(self, package: str) -> str:
        """Text of the list of one package of the lock and what it needs."""
        return self._text(self._needed({package}))

    def _own(self, extra: str) -> set[str]:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
        lines = project["dependencies"] if extra == "dependencies" else project["optional-dependencies"][extra]
        return {canonicalize_name(Requirement(line).name) for line in lines}

    def _needed(self, roots: set[str]) -> set[str]:
        """They, what they ask for, and so on."""
        here = self._pins()
        needs = defaultdict(set)
        for each in here.values():
            for asker in each.asked_by:
                needs[asker].add(each.name)
        found: set[str] = set()
        todo = roots & here.keys()
        while todo:
            found |= todo
            todo = {name for each in todo for name in needs[each]} - found
        return found

    def _pins(self) -> dict[str, Package]:
        around = environment(self.machine)
        lock = (ROOT / "requirements.lock").read_text()
        return {
            each.name: each for each in packages(lock) if each.marker is None or Marker(each.marker).evaluate(around)
        }

    def _text(self, wanted: set[str]) -> str:
        tags, here = fitting(self.machine), self._pins()
        wheels = names((ROOT / "requirements.wheels").read_text())
        lines = []
        for name in sorted(wanted):
            each = here[name]
            hashes = sorted(
                sha256 for sha256 in each.hashes & wheels.keys() if tags & parse_wheel_filename(wheels[sha256])[3]
            )
            lines.append(" ".join((f"{name}=={each.version}", *(f"--hash=sha256:{sha256}" for sha256 in hashes))))
        return "\n".join(lines) + "\n"


def path(name: str, machine: str) -> Path:
    """Of the file a list is kept in."""
    return ROOT / "layers" / machine / f"{name}.txt"


if __name__ == "__main__":
    for machine in MACHINES.values():
        for name, text in Lists(machine).all().items():
            path(name, machine).parent.mkdir(exist_ok=True)
            path(name, machine).write_text(text)
