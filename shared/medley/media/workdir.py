"""Scratch space: a private directory per invocation, and a cache of downloads that keeps within a budget."""

import contextlib
import errno
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from medley.errors import Unavailable
from medley.ports.cloud import ObjectStore

PREFIX = "medley-scratch-"
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
STALE_S = 6 * 3_600  # seconds; older than any invocation or `medley mix` step can be


@contextlib.contextmanager
def scratch(root: Path, *, need_bytes: int = 0) -> Iterator[Path]:
    """A private, empty directory below `root` (made if missing), removed afterwards whatever happens.

    Directories a killed process left behind are removed first.

    Raises:
        Unavailable: code `disk_full`; fewer than `need_bytes` are free, or the disk filled up while it was in use.
    """
    with _full_disk_is_unavailable():
        root.mkdir(parents=True, exist_ok=True)
        remove_stale(root)
        require_space(root, need_bytes)
        path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=root))
        try:
            yield path
        finally:
            shutil.rmtree(path, ignore_errors=True)


@contextlib.contextmanager
def _full_disk_is_unavailable() -> Iterator[None]:
    """Say of a write that found no room what `require_space` would have said: later there may be."""
    try:
        yield
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise Unavailable("The disk is full.", code="disk_full") from error


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


class DownloadCache:
    """Objects of a store as local files, kept for later tasks as long as they fit into `budget_bytes`.

    `root` outlives tasks and may be shared by processes; `private` is the task's own folder on the same file system.
    A file is in both as hard links, so that whoever removes the least recently used from `root` takes nothing from
    a task at work. Only immutable objects may be fetched, since a file found is not compared with the store again.
    """

    def __init__(self, root: Path, budget_bytes: int, private: Path) -> None:
        self._root = root
        self._budget_bytes = budget_bytes
        self._private = private
        root.mkdir(parents=True, exist_ok=True)

    def fetch(self, store: ObjectStore, key: str) -> Path:
        """The object's file in `private`; its suffix is the key's. It must not be changed.

        Raises:
            NotFound: code `object_gone`. StorageUnavailable: the store does not answer.
        """
        name = hashlib.sha256(key.encode()).hexdigest() + Path(key).suffix
        cached, ours = self._root / name, self._private / name
        try:
            os.link(cached, ours)
            os.utime(cached)  # its time of use
        except FileExistsError:  # fetched by this task already
            return ours
        except FileNotFoundError:  # never fetched, or removed between these two lines
            if not ours.exists():
                self._download(store, key, ours)
                with contextlib.suppress(FileExistsError):  # another task fetched it at the same time
                    os.link(ours, cached)
                self._evict()
        return ours

    def _download(self, store: ObjectStore, key: str, path: Path) -> None:
        descriptor, name = tempfile.mkstemp(prefix=".partial-", dir=self._private)
        os.close(descriptor)
        partial = Path(name)
        try:
            store.download(key, partial)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)

    def _evict(self) -> None:
        files = []
        for path in self._root.iterdir():
            with contextlib.suppress(FileNotFoundError):  # another process removed it
                status = path.stat()
                files.append((status.st_mtime, status.st_size, path))
        excess = sum(size for _, size, _ in files) - self._budget_bytes
        for _, size, path in sorted(files):
            if excess <= 0:
                break
            path.unlink(missing_ok=True)
            excess -= size
