"""Folder of the demo's videos: those of an earlier run make room there, and nothing of anybody else's is touched."""

import json
import re
import shutil
import stat
from collections.abc import Sequence
from pathlib import Path

from cli.places import is_folder

LIST = ".medley-demo.json"  # names and sizes in bytes of what the demo put there
NAMES = re.compile(r"Video \d+\.(mp4|mov)|contact-sheet(-\d+)?\.png")  # that it gives


def require_room(folder: Path) -> None:
    """Check that every file there of a name that the demo gives is one that it made.

    Raises:
        SystemExit: names those that are not.
    """
    _former(folder)


def replace(folder: Path, files: Sequence[Path]) -> None:
    """Move `files` into `folder`, in place of those that an earlier run put there.

    Raises:
        SystemExit: somebody else's files have such names.
    """
    for path in _former(folder):
        path.unlink()
    (folder / LIST).write_text(json.dumps({file.name: file.stat().st_size for file in files}), encoding="utf-8")
    for file in files:
        shutil.move(file, folder / file.name)


def _former(folder: Path) -> list[Path]:
    """What an earlier run left, as it left it. Raises: SystemExit."""
    named = [path for path in folder.iterdir() if NAMES.fullmatch(path.name)] if is_folder(folder) else []
    listed = _listed(folder / LIST)
    others = sorted(path.name for path in named if listed.get(path.name) != _size_bytes(path))
    if others:
        raise SystemExit(
            f"{folder} holds what no demo made, or what was changed since: {', '.join(others)}. "
            "Move it, or name another folder with --out."
        )
    return named


def _listed(path: Path) -> dict[str, int]:
    """Names and sizes; none where there is no list, or it cannot be read."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _size_bytes(path: Path) -> int:
    """Of a file; -1 of anything else."""
    found = path.lstat()
    return found.st_size if stat.S_ISREG(found.st_mode) else -1
