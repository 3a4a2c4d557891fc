"""Object store in a directory: the same keys as in the bucket, hard links instead of transfers."""

import contextlib
import os
import shutil
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from medley.errors import Broken, NotFound, StorageUnavailable
from medley.ports.cloud import StoredObject

PARTIAL = ".partial-"
PARTIAL_S = 86_400  # seconds after which a part of an upload was left behind by a process that died


class DirectoryStore:
    """ObjectStore (ports.cloud) below `root`; keys that begin with a prefix in `elsewhere` live below that directory.

    Objects may share their bytes with files handed in or out, so nobody may change those. An object's modification
    time is when it was last used.
    """

    def __init__(self, root: Path, *, elsewhere: Mapping[str, Path] | None = None) -> None:
        self._root = root
        self._elsewhere = dict(elsewhere or {})
        self._adopted: dict[str, Path] = {}

    def adopt(self, path: Path, key: str) -> None:
        """Let `key` be the file at `path`, where it is, as long as this store is used. It is never touched."""
        self._adopted[key] = path.absolute()

    def head(self, key: str) -> StoredObject | None:
        try:
            path = self.fetch(key)
            status = path.stat()
        except (NotFound, FileNotFoundError):
            return None
        used = datetime.fromtimestamp(status.st_mtime, UTC)
        return StoredObject(key, status.st_size, f"{status.st_ino:x}-{status.st_size:x}", used)

    def fetch(self, key: str) -> Path:
        """The object's own file, to be read only; this counts as a use.

        Raises:
            NotFound: code `object_gone`.
        """
        if key in self._adopted:
            return self._adopted[key]
        path = self._path(key)
        try:
            os.utime(path)
        except FileNotFoundError:
            raise NotFound(f"There is no object {key}.", code="object_gone") from None
        return path

    def download(self, key: str, path: Path) -> None:
        """See ObjectStore.download."""
        _link_or_copy(self.fetch(key), path)

    def upload(self, path: Path, key: str, content_type: str) -> None:  # noqa: ARG002 - a file has no content type
        """See ObjectStore.upload. The bytes are on the disk before the object appears."""
        target = self._path(key)
        partial = target.with_name(f"{PARTIAL}{uuid4().hex}")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            _link_or_copy(path, partial)
            with partial.open("rb") as file:
                os.fsync(file.fileno())
            partial.replace(target)
        except OSError as error:
            raise StorageUnavailable(f"Cannot store {key}: {error.strerror}.") from error
        finally:
            partial.unlink(missing_ok=True)  # there still if it is the very file the object was before

    def delete(self, key: str) -> None:
        """See ObjectStore.delete."""
        self._path(key).unlink(missing_ok=True)

    def expire(self, prefix: str, *, older_than_s: float) -> int:
        """Remove objects below `prefix` not used for so many seconds, and abandoned parts; returns how many."""
        now = time.time()
        removed = 0
        for path in self._path(prefix).rglob("*"):
            with contextlib.suppress(FileNotFoundError):  # another process expires too
                limit_s = min(PARTIAL_S, older_than_s) if path.name.startswith(PARTIAL) else older_than_s
                if path.is_file() and path.stat().st_mtime < now - limit_s:
                    path.unlink()
                    removed += 1
        return removed

    def _path(self, key: str) -> Path:
        parts = key.removesuffix("/").split("/")
        if any(part in {"", ".", ".."} for part in parts):
            raise Broken(f"{key!r} is not a key.", code="foreign_key")
        for prefix, folder in self._elsewhere.items():
            if key.startswith(prefix):
                return folder.joinpath(*parts)
        return self._root.joinpath(*parts)


def _link_or_copy(source: Path, target: Path) -> None:
    """The same bytes at `target`: a hard link where the file system can, a copy where it cannot."""
    try:
        target.hardlink_to(source.resolve())
    except FileNotFoundError:
        raise
    except OSError:
        shutil.copyfile(source, target)
