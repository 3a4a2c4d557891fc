"""The wheels of the locked packages: what `make install` can install without building anything.

`requirements.lock` pins hashes, which do not say for which Python and machine a file is; `requirements.wheels` gives
their names to those that are wheels for Linux on x86-64 or aarch64. `make lock` writes it from uv's own account of the
files it locked:

    python -m infra.wheels PYLOCK LOCK     prints it; PYLOCK is that account, a pylock.toml (PEP 751)
"""

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

PIN = re.compile(r"^(?P<name>[a-z0-9][a-z0-9._-]*)==(?P<version>[^ ;\\]+)(?: ; (?P<marker>[^\\]+?))? *\\?$")
WANTED = re.compile(r"-none-any\.whl$|manylinux\w*_(x86_64|aarch64)\b")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def pins(lock: str) -> Iterator[tuple[str, str, str | None, frozenset[str]]]:
    """Name, version, marker and SHA-256 hashes of every pin of a lock."""
    name: tuple[str, str, str | None] | None = None
    hashes: set[str] = set()
    for line in lock.splitlines():
        if match := PIN.match(line):
            if name is not None:
                yield *name, frozenset(hashes)
            name, hashes = (match["name"], match["version"], match["marker"]), set()
        hashes |= set(HASH.findall(line))
    if name is not None:
        yield *name, frozenset(hashes)


def names(wheels: str) -> dict[str, str]:
    """File name by SHA-256, of a record as `record` writes it."""
    return dict(line.split(maxsplit=1) for line in wheels.splitlines() if line)


def record(account: dict[str, Any], lock: str) -> str:
    """One line for each such wheel that the lock pins: its hash and its file name, in order of name."""
    pinned = {sha256 for *_, hashes in pins(lock) for sha256 in hashes}
    found = {
        (unquote(urlsplit(wheel["url"]).path).rsplit("/", 1)[-1], wheel["hashes"]["sha256"])
        for package in account["packages"]
        for wheel in package.get("wheels", ())
    }
    return "".join(f"{sha256}  {name}\n" for name, sha256 in sorted(found) if sha256 in pinned and WANTED.search(name))


if __name__ == "__main__":
    with Path(sys.argv[1]).open("rb") as file:
        sys.stdout.write(record(tomllib.load(file), Path(sys.argv[2]).read_text()))
