"""Working directories: a private directory per invocation, on a disk that may be full."""

import contextlib
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from medley import machine
from medley.errors import Unavailable

PREFIX = "medley-scratch-"
STALE_S = 6 * 3_600  # seconds; older than any invocation or `medley mix` step can be


@contextlib.contextmanager
def scratch(root: Path, *, need_bytes: int = 0) -> Iterator[Path]:
    """A private, empty directory below `root` (made if missing), removed afterwards whatever happens.

    Directories a killed process left behind are removed first.

    Raises:
        Unavailable: code `disk_full`; fewer than `need_bytes` are free, or the disk filled up while it was in use. The
            other codes of `machine.limit_reached`, for other limits that were met in its use.
    """
    with _limits_are_unavailable():
        root.mkdir(parents=True, exist_ok=True)
        remove_stale(root)
        require_space(root, need_bytes)
        path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=root))
        try:
            yield path
        finally:
            shutil.rmtree(path, ignore_errors=True)


@contextlib.contextmanager
def _limits_are_unavailable() -> Iterator[None]:
    """Say of a call that met a limit of the machine what `require_space` would have said: later there may be more."""
    try:
        yield
    except OSError as error:
        reached = machine.limit_reached(error.errno)
        if reached is None:
            raise
        raise reached from error


def remove_stale(root: Path, *, older_than_s: float = STALE_S) -> int:
    """Remove scratch directories last touched more than `older_than_s` seconds ago; returns how many."""
    removed = 0
    for path in root.glob(f"{PREFIX}*"):
        with contextlib.suppress(FileNotFoundError):  # another process may be removing it too
            if path.stat().st_mtime < time.time() - older_than_s:
                shutil.rmtree(path, ignore_errors=True)
                removed += 1
    return removed


def require_space(path: Path, need_bytes: int) -> None:
    """Check that the file system of `path` has `need_bytes` free.

    Raises:
        Unavailable: code `disk_full`.
    """
    free = shutil.disk_usage(path).free
    if free < need_bytes:
        raise Unavailable("There is not enough disk space for this work.", code="disk_full", free=free, need=need_bytes)
