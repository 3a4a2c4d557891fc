"""Object store in a directory: the same keys as in the bucket, hard links instead of transfers.

segments/{owner}/{digest}.mp4            an object's bytes
segments/{owner}/{digest}.mp4.seal       JSON: its key, size and SHA-256 when it was stored
"""

import contextlib
import os
import shutil
import stat
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from medley import checksums, machine
from medley.contracts.media import WireModel
from medley.errors import Broken, StorageUnavailable
from medley.ports.cloud import StoredObject, object_damaged, object_gone

PARTIAL = ".partial-"
SEAL = ".seal"  # what the name of an object's seal ends in
PARTIAL_S = 86_400  # seconds after which a part of an upload was left behind by a process that died


class Seal(WireModel):
    """What an object was when it was stored."""

    key: str
    size_bytes: int
    sha256: str


class DirectoryStore:
    """ObjectStore (ports.cloud) below `root`; keys that begin with a prefix in `elsewhere` live below that directory.

    Objects may share their bytes with files handed in or out, so nobody may change those. An object's modification
    time is when it was last used. One without a seal, or not as long as it says, is no object.
    """

    def __init__(self, root: Path, *, elsewhere: Mapping[str, Path] | None = None) -> None:
        self._root = root
        self._elsewhere = dict(elsewhere or {})
        self._adopted: dict[str, Path] = {}
        self.stored: set[str] = set()  # keys of what was stored through this store

    def adopt(self, path: Path, key: str) -> None:
        """Let `key` be the file at `path`, where it is, as long as this store is used. It is never touched."""
        self._adopted[key] = path.absolute()

    def head(self, key: str) -> StoredObject | None:
        path = self._location(key)
        try:
            if key in self._adopted:
                status, sha256 = path.stat(), None
                if not stat.S_ISREG(status.st_mode):  # a pipe in its place would be waited for
                    return None
            else:
                os.utime(path)
                status = path.stat()
                sha256 = self._sealed(key, status.st_size)
        except (OSError, ValueError) as error:
            _require_no_limit(error)
            return None
        used = datetime.fromtimestamp(status.st_mtime, UTC)
        return StoredObject(key, status.st_size, f"{status.st_ino:x}-{status.st_size:x}", used, sha256)

    def fetch(self, key: str, *, sha256: str | None = None) -> Path:
        """The object's own file, to be read only; this counts as a use. See `Fetch` of medley.ports.worker."""
        found = self._present(key)
        try:
            if checksums.sha256(self._location(key)) == (sha256 or found.sha256):
                return self._location(key)
        except FileNotFoundError as error:
            raise object_gone(key) from error
        except OSError as error:  # a folder in its place, a bad block
            _require_no_limit(error)
            raise object_damaged(key) from error
        raise object_damaged(key)

    def download(self, key: str, path: Path) -> None:
        """See ObjectStore.download."""
        self._present(key)
        with _gone_if_missing(key):
            _link_or_copy(self._location(key), path)

    def read(self, key: str, start: int = 0, length: int | None = None) -> bytes:
        """See ObjectStore.read."""
        self._present(key)
        with _gone_if_missing(key), self._location(key).open("rb") as file:
            file.seek(start)
            return file.read(-1 if length is None else length)

    def write(self, content: bytes, key: str, content_type: str) -> None:  # noqa: ARG002 - a file has no content type
        """See ObjectStore.write. The bytes are on the disk before the object appears."""
        self._put(key, lambda partial: partial.write_bytes(content))

    def upload(
        self,
        path: Path,
        key: str,
        content_type: str,  # noqa: ARG002 - a file has no content type
        *,
        sha256: str | None = None,
    ) -> None:
        """See ObjectStore.upload. The bytes are on the disk before the object appears."""
        self._put(key, lambda partial: _link_or_copy(path, partial), sha256)

    def delete(self, key: str) -> None:
        """See ObjectStore.delete."""
        path = self._path(key)
        path.unlink(missing_ok=True)
        _seal_of(path).unlink(missing_ok=True)

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

    def _present(self, key: str) -> StoredObject:
        found = self.head(key)
        if found is None:
            raise object_gone(key)
        return found

    def _sealed(self, key: str, size_bytes: int) -> str:
        """The SHA-256 in an object's seal. Raises: OSError; ValueError, if the seal is not of such an object."""
        seal = _seal_of(self._path(key))
        os.utime(seal)
        told = Seal.model_validate_json(seal.read_bytes())
        if (told.key, told.size_bytes) != (key, size_bytes):
            raise ValueError("the seal is of another object")
        return told.sha256

    def _location(self, key: str) -> Path:
        return self._adopted.get(key) or self._path(key)

    def _put(self, key: str, fill: Callable[[Path], object], sha256: str | None = None) -> None:
        target = self._path(key)
        partial = target.with_name(f"{PARTIAL}{uuid4().hex}")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            fill(partial)
            with partial.open("rb") as file:
                os.fsync(file.fileno())
            seal = Seal(key=key, size_bytes=partial.stat().st_size, sha256=sha256 or checksums.sha256(partial))
            _replace(partial, target)
            partial.unlink(missing_ok=True)  # there still if it is the very file the object was before
            partial.write_text(seal.model_dump_json())
            _replace(partial, _seal_of(target))
            self.stored.add(key)
        except OSError as error:
            raise StorageUnavailable(f"Cannot write to {target.parent}: {error.strerror}.") from error
        finally:
            partial.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        parts = key.removesuffix("/").split("/")
        if any(part in {"", ".", ".."} for part in parts):
            raise Broken(f"{key!r} is not a key.", code="foreign_key")
        for prefix, folder in self._elsewhere.items():
            if key.startswith(prefix):
                return folder.joinpath(*parts)
        return self._root.joinpath(*parts)


def _seal_of(path: Path) -> Path:
    return path.with_name(path.name + SEAL)


def _require_no_limit(error: Exception) -> None:
    """A limit of the machine says nothing of an object. Raises: StorageUnavailable."""
    reached = machine.limit_reached(getattr(error, "errno", None))
    if reached is not None:
        raise StorageUnavailable(reached.message) from error


def _replace(new: Path, target: Path) -> None:
    """Put a file where another is, or a folder that has no business there."""
    try:
        new.replace(target)
    except IsADirectoryError:
        shutil.rmtree(target)
        new.replace(target)


@contextlib.contextmanager
def _gone_if_missing(key: str) -> Iterator[None]:
    """An object may go between a look and its use. Raises: NotFound (code `object_gone`)."""
    try:
        yield
    except FileNotFoundError as error:
        raise object_gone(key) from error


def _link_or_copy(source: Path, target: Path) -> None:
    """The same bytes at `target`: a hard link where the file system can, a copy where it cannot."""
    try:
        target.hardlink_to(source.resolve())
    except FileNotFoundError:
        raise
    except OSError:
        shutil.copyfile(source, target)
