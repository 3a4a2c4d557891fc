"""The cache of what tasks download, kept for those after them within a budget."""

import contextlib
import os
import tempfile
from pathlib import Path
from typing import Final

from medley import checksums
from medley.ports.cloud import ObjectStore, object_damaged, object_gone

FOLDER: Final = "downloads"  # below what a function sees as its /tmp


class DownloadCache:
    """Objects of a store as local files, kept for later tasks as long as they fit into `budget_bytes`.

    `root` outlives tasks and may be shared by processes; `private` is the task's own folder on the same file system.
    A file is in both as hard links, so that whoever removes the least recently used from `root` takes nothing from
    a task at work. It is named by its SHA-256, so what replaced an object in the store is never taken for it.
    """

    def __init__(self, root: Path, budget_bytes: int, private: Path) -> None:
        self._root = root
        self._budget_bytes = budget_bytes
        self._private = private
        root.mkdir(parents=True, exist_ok=True)

    def fetch(self, store: ObjectStore, key: str, *, sha256: str | None = None) -> Path:
        """The object's file in `private`; its suffix is the key's. It must not be changed.

        Raises:
            NotFound, StorageUnavailable: as `Fetch` of medley.ports.worker.
        """
        for _ in range(2):  # what is here may be damaged, what is there replaced on the way: look once more
            expected = sha256 or _of_its_making(store, key)
            name = expected + Path(key).suffix
            cached, ours = self._root / name, self._private / name
            self._take(store, key, cached, ours)
            with contextlib.suppress(FileNotFoundError):  # another thread found it damaged
                if checksums.sha256(ours) == expected:
                    return ours
            cached.unlink(missing_ok=True)
            ours.unlink(missing_ok=True)
        raise object_damaged(key)

    def _take(self, store: ObjectStore, key: str, cached: Path, ours: Path) -> None:
        """Link the file from the cache, or download it into both."""
        try:
            os.link(cached, ours)
            os.utime(cached)  # its time of use
        except FileExistsError:  # fetched by this task already
            return
        except FileNotFoundError:  # never fetched, or removed between these two lines
            if not ours.exists():
                self._download(store, key, ours)
                with contextlib.suppress(FileExistsError):  # another task fetched it at the same time
                    os.link(ours, cached)
                self._evict()

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


def _of_its_making(store: ObjectStore, key: str) -> str:
    found = store.head(key)
    if found is None:
        raise object_gone(key)
    if found.sha256 is None:
        raise object_damaged(key)  # nobody said what it was
    return found.sha256
