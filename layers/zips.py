"""Zips that are the same bytes whenever and wherever they are made: names in order, one date, two modes, no traces."""

import stat
import zipfile
from pathlib import Path
from typing import Final

DATE: Final = (1980, 1, 1, 0, 0, 0)
UNIX: Final = 3
LEVEL: Final = 6


def write(folder: Path, path: Path) -> None:
    """Pack all files of a folder, by their names within it."""
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(folder.rglob("*"), key=lambda each: each.relative_to(folder).as_posix()):
            if file.is_file():
                archive.writestr(_entry(file, folder), file.read_bytes(), zipfile.ZIP_DEFLATED, LEVEL)


def _entry(file: Path, folder: Path) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(file.relative_to(folder).as_posix(), DATE)
    entry.create_system = UNIX
    executable = file.stat().st_mode & stat.S_IXUSR
    entry.external_attr = (stat.S_IFREG | (0o755 if executable else 0o644)) << 16
    return entry


def size(folder: Path) -> int:
    """Bytes of all its files."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
