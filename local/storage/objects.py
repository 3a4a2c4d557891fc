"""Objects of the embedded S3 on disk: content in one file, what is known of it in another.

    content/{random}            the bytes, written once
    records/{sha256 of key}     JSON: key, content file, size, ETag, time, metadata; replaced by rename

An object is what its record says. The record is replaced after the new content is complete and before the old
content goes, so whatever moment a process is killed at, the next one finds the old object or the new one, whole.
"""

import hashlib
import json
import os
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock
from typing import Final

_CHUNK_BYTES: Final = 1024**2
KEPT_S: Final = 30.0  # seconds a replaced content stays, for those about to open it


class BodyCutShort(Exception):
    """A client announced more bytes than it sent."""


@dataclass(frozen=True)
class Content:
    """A finished content file."""

    path: Path
    size_bytes: int
    md5: str  # hex


@dataclass(frozen=True)
class Record:
    """What is known of one object. `modified` is seconds since the epoch, `content` a file name."""

    key: str
    content: str
    size_bytes: int
    etag: str
    modified: float
    metadata: Mapping[str, str]


class ObjectFolder:
    """Objects below `folder`, for one process. Safe for threads.

    Args:
        durable: what was stored survives a power cut, not only the end of the process.
    """

    def __init__(self, folder: Path, *, durable: bool) -> None:
        self._content = folder / "content"
        self._records = folder / "records"
        self._durable = durable
        self._discarded: deque[tuple[float, Path]] = deque()
        self._lock = Lock()
        self._content.mkdir(parents=True, exist_ok=True)
        self._records.mkdir(parents=True, exist_ok=True)

    def load(self, expired: Callable[[Record], bool]) -> list[Record]:
        """All objects but those `expired` says yes to; what belongs to none of them is removed. Call it first."""
        kept: list[Record] = []
        for path in self._records.iterdir():
            record = Record(**json.loads(path.read_text())) if path.suffix == "" else None
            if record is None or expired(record):
                path.unlink()
            else:
                kept.append(record)
        used = {record.content for record in kept}
        for path in self._content.iterdir():
            if path.name not in used:
                path.unlink()
        return kept

    def content(self, record: Record, md5: str = "") -> Content:
        """The content file of a record."""
        return Content(self._content / record.content, record.size_bytes, md5)

    def write(self, chunks: Iterable[bytes]) -> Content:
        """Make a content file of these bytes; nothing is left of one that could not be finished."""
        path = self._content / uuid.uuid4().hex
        md5 = hashlib.md5(usedforsecurity=False)  # S3's ETag
        size = 0
        try:
            with path.open("wb") as file:
                for chunk in chunks:
                    file.write(chunk)
                    md5.update(chunk)
                    size += len(chunk)
                self._sync(file.fileno())
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return Content(path, size, md5.hexdigest())

    def save(self, key: str, content: Content, *, etag: str, metadata: Mapping[str, str]) -> None:
        """Make the object `key` this content, as of now."""
        record = Record(key, content.path.name, content.size_bytes, etag, time.time(), dict(metadata))
        path = self._record(key)
        new = path.with_name(f"{path.name}.{uuid.uuid4().hex}")
        with new.open("w") as file:
            json.dump(asdict(record), file)
            file.flush()
            self._sync(file.fileno())
        new.replace(path)

    def forget(self, key: str) -> None:
        """There is no object `key` any more."""
        self._record(key).unlink(missing_ok=True)

    def discard(self, content: Content) -> None:
        """Remove a content file that no record names any more; a little later, for those about to read it."""
        now = time.monotonic()
        with self._lock:
            self._discarded.append((now, content.path))
            while self._discarded and self._discarded[0][0] < now - KEPT_S:
                self._discarded.popleft()[1].unlink(missing_ok=True)

    def _record(self, key: str) -> Path:
        return self._records / hashlib.sha256(key.encode()).hexdigest()

    def _sync(self, descriptor: int) -> None:
        if self._durable:
            os.fsync(descriptor)


def body(read: Callable[[int], bytes], length: int) -> Iterator[bytes]:
    """The `length` bytes of a request's body, in chunks.

    Raises:
        BodyCutShort: it ended before.
    """
    left = length
    while left:
        chunk = read(min(left, _CHUNK_BYTES))
        if not chunk:
            raise BodyCutShort(f"{left} of {length} bytes are missing")
        left -= len(chunk)
        yield chunk


def joined(contents: Iterable[Content]) -> Iterator[bytes]:
    """The bytes of several contents, one after the other, in chunks."""
    for content in contents:
        with content.path.open("rb") as file:
            while chunk := file.read(_CHUNK_BYTES):
                yield chunk
