"""Scratch space: a private directory per invocation, and a cache of downloads that keeps within a budget."""

import contextlib
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from medley.errors import Unavailable
from medley.ports.cloud import ObjectStore

PREFIX = "medley-"
STALE_S = 6 * 3_600  # seconds; older than any invocation or `medley mix` step can be


@contextlib.contextmanager
def scratch(root: Path, *, need_bytes: int = 0) -> Iterator[Path]:
    """A private, empty directory below `root` (made if missing), removed afterwards whatever happens.

    Directories a killed process left behind are removed first.

    Raises:
        Unavailable: code `disk_full`; fewer than `need_bytes` are free.
    """
    root.mkdir(parents=True, exist_ok=True)
    remove_stale(root)
    require_space(root, need_bytes)
    path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=root))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


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
    """Objects of a store as local files, least recently used ones removed to stay within `budget_bytes`.

    Made anew for each invocation over a `root` that outlives it: what this instance fetched stays until the
    next instance, even when that is more than the budget. Only immutable objects may be fetched, since a file
    found is not compared with the store again.
    """

    def __init__(self, root: Path, budget_bytes: int) -> None:
        self._root = root
        self._budget_bytes = budget_bytes
        self._held: set[Path] = set()
        root.mkdir(parents=True, exist_ok=True)

    def fetch(self, store: ObjectStore, key: str) -> Path:
        """The object's file; its suffix is the key's. The caller must not change or remove it.

        Raises:
            NotFound: code `object_gone`. StorageUnavailable: the store does not answer.
        """
        path = self._root / (hashlib.sha256(key.encode()).hexdigest() + Path(key).suffix)
        self._held.add(path)
        try:
            os.utime(path)  # its time of use, for eviction
        except FileNotFoundError:
            self._download(store, key, path)
            self._evict()
        return path

    def _download(self, store: ObjectStore, key: str, path: Path) -> None:
        descriptor, name = tempfile.mkstemp(prefix=".partial-", dir=self._root)
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
            with contextlib.suppress(FileNotFoundError):  # another process over the same root removed it
                status = path.stat()
                files.append((status.st_mtime, status.st_size, path))
        total = sum(size for _, size, _ in files)
        for used_at, size, path in sorted(files):
            abandoned = path.name.startswith(".partial-") and used_at < time.time() - STALE_S
            if not abandoned and (total <= self._budget_bytes or path in self._held or path.name.startswith(".")):
                continue
            path.unlink(missing_ok=True)
            total -= size
