"""Objects of the embedded S3 on disk: content in one file, what is known of it in another.

    content/{random}            the bytes, written once
    records/{sha256 of key}     JSON: key, content file, size, ETag, time, metadata; replaced by rename
    aside/                      what was found in either and is not as it was written

An object is what its record says. The record is replaced after the new content is complete and before the old
content goes, so whatever moment a process is killed at, the next one finds the old object or the new one, whole.

Files are damaged and lost by other ways too: a record that cannot be read, or whose content is missing or of another
length, is put aside with a line in the log, and there is no such object.
"""

import contextlib
import hashlib
import json
import logging
import os
import re
import time
import uuid
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock
from typing import Final

from pydantic import TypeAdapter, ValidationError

from local.disk import sync_folder, write_whole

_CHUNK_BYTES: Final = 1024**2
_HALF_WRITTEN: Final = re.compile(r"[0-9a-f]{64}\.[0-9a-f]{32}")  # a record whose writer was killed
logger = logging.getLogger(__name__)
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


_RECORD: Final = TypeAdapter(Record)


class ObjectFolder:
    """Objects below `folder`, for one process. Safe for threads.

    Args:
        durable: what was stored survives a power cut, not only the end of the process.
    """

    def __init__(self, folder: Path, *, durable: bool) -> None:
        self._content = folder / "content"
        self._records = folder / "records"
        self._aside = folder / "aside"
        self._durable = durable
        self._discarded: deque[tuple[float, Path]] = deque()
        self._lock = Lock()
        self._content.mkdir(parents=True, exist_ok=True)
        self._records.mkdir(parents=True, exist_ok=True)
        self._sync_folder(folder)

    def load(self, in_use: Collection[str] = ()) -> list[Record]:
        """All objects. What is not as it was written is put aside; what belongs to no object, nor is in `in_use` (names
        of content files), is removed, unless it may belong to what was put aside. Call it first."""
        kept: list[Record] = []
        some_lost = False
        for path in self._records.iterdir():
            if _HALF_WRITTEN.fullmatch(path.name):
                path.unlink()
            elif (record := self._whole(path)) is None:
                some_lost = True
            else:
                kept.append(record)
        used = {record.content for record in kept} | set(in_use)
        for path in self._content.iterdir():
            if path.name not in used:
                if some_lost or path.is_dir():
                    self.put_aside(path, "it belongs to no object")
                else:
                    path.unlink()
        return kept

    def _whole(self, path: Path) -> Record | None:
        """The record in this file, if it and its content are as they were written; else it is put aside."""
        try:
            record = _RECORD.validate_json(path.read_bytes())
        except (OSError, ValidationError):
            self.put_aside(path, "it cannot be read")
            return None
        content = self._content / record.content
        if self._record(record.key) != path or content.parent != self._content:
            self.put_aside(path, f"it is not of {record.key}")
        elif not content.is_file():
            self.put_aside(path, f"the content of {record.key} is missing")
        elif content.stat().st_size != record.size_bytes:
            self.put_aside(path, f"the content of {record.key} is not as long as it was stored")
        else:
            return record
        return None

    def put_aside(self, path: Path, why: str) -> None:
        """Move what is not as it was written out of the way, and say so in the log."""
        self._aside.mkdir(exist_ok=True)
        target = self._aside / f"{path.name}.{uuid.uuid4().hex}"
        path.rename(target)
        logger.warning("%s is put aside as %s: %s", path, target, why)

    def content(self, record: Record, md5: str = "") -> Content:
        """The content file of a record."""
        return Content(self.path(record.content), record.size_bytes, md5)

    def path(self, content: str) -> Path:
        """Where the content file of this name is."""
        return self._content / content

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
                if self._durable:
                    file.flush()
                    os.fsync(file.fileno())
            self._sync_folder(self._content)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return Content(path, size, md5.hexdigest())

    def save(self, key: str, content: Content, *, etag: str, metadata: Mapping[str, str]) -> None:
        """Make the object `key` this content, as of now."""
        record = Record(key, content.path.name, content.size_bytes, etag, time.time(), dict(metadata))
        write_whole(self._record(key), json.dumps(asdict(record)), durable=self._durable)

    def forget(self, key: str) -> None:
        """There is no object `key` any more."""
        self._record(key).unlink(missing_ok=True)
        self._sync_folder(self._records)

    def discard(self, content: Content) -> None:
        """Remove a content file that no record names any more; a little later, for those about to read it."""
        now = time.monotonic()
        with self._lock:
            self._discarded.append((now, content.path))
            while self._discarded and self._discarded[0][0] < now - KEPT_S:
                with contextlib.suppress(OSError):  # gone already, or no file any more
                    self._discarded.popleft()[1].unlink()

    def _record(self, key: str) -> Path:
        return self._records / hashlib.sha256(key.encode()).hexdigest()

    def _sync_folder(self, folder: Path) -> None:
        if self._durable:
            sync_folder(folder)


def body_length(told: str) -> int | None:
    """The bytes a request's Content-Length says its body has; None if it says nothing that is a number. Of endless
    digits the first are more than any body has."""
    return int(told.lstrip("0")[:19] or "0") if told.isascii() and told.isdecimal() else None


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
