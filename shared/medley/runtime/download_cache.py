"""What tasks download, kept for those after them within a budget."""

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path

from medley.ports.cloud import ObjectStore


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
