"""Five ways a stored file is lost or damaged. Each takes its path and that of another file of its kind.

A file is never changed in place: it may be a link to others that are fine.
"""

from collections.abc import Callable
from pathlib import Path

Damage = Callable[[Path, Path], None]


def lose(path: Path, other: Path) -> None:
    path.unlink()


def empty(path: Path, other: Path) -> None:
    _write(path, b"")


def cut(path: Path, other: Path) -> None:
    content = path.read_bytes()
    _write(path, content[: len(content) // 2])


def change(path: Path, other: Path) -> None:
    """Some bytes amid it; it stays as long as it was."""
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 400] = bytes(255 - byte for byte in content[middle : middle + 400])
    _write(path, bytes(content))


def mistake(path: Path, other: Path) -> None:
    """The other in its place."""
    _write(path, other.read_bytes())


def _write(path: Path, content: bytes) -> None:
    path.unlink()
    path.write_bytes(content)


DAMAGES: tuple[Damage, ...] = (lose, empty, cut, change, mistake)
