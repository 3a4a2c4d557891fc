"""An archive: stored objects as one zip, streamed from the store into the store and never whole anywhere else.

Nothing is compressed: videos are. What is in memory at a time are a few ranges read ahead (BUNDLE_READS_AHEAD of
BUNDLE_READ_BYTES) and a few parts on their way (BUNDLE_PARTS_AT_ONCE of BUNDLE_PART_BYTES), however long the archive.
"""

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain, groupby
from typing import Final

from zipstream import ZIP_STORED, ZipStream

from medley import limits, tracing
from medley.domain.bundles import MissingFile
from medley.errors import NotFound, Unavailable
from medley.ports.cloud import ObjectStore, PartStore, UploadPart

Text = tuple[str, bytes]  # a file of our own making: its name and content
GONE: Final = "gone"
DAMAGED: Final = "damaged"


@dataclass(frozen=True)
class ArchivedFile:
    """A stored object as it is to be in an archive: of output `n`, under `name`, with these bytes and no others."""

    n: int
    name: str
    key: str
    size_bytes: int
    sha256: str


class OutOfTime(Unavailable):
    """The function that makes an archive ends before the archive does."""

    default_code = "out_of_time"


class FileVanished(Exception):
    """A file that was begun cannot be ended: the archive so far is of no use."""

    def __init__(self, missing: MissingFile) -> None:
        super().__init__(missing.file)
        self.missing = missing


@dataclass(frozen=True)
class _Piece:
    """A range of an object, and the bytes of it once they are read."""

    file: ArchivedFile
    content: "Future[bytes]"


def stream(
    files: Sequence[ArchivedFile],
    store: ObjectStore,
    *,
    missing: list[MissingFile],
    texts: Callable[[], Iterable[Text]] = tuple,
    read_bytes: int = limits.BUNDLE_READ_BYTES,
) -> Iterator[bytes]:
    """The archive's bytes, chunk by chunk: the files, then the `texts`, which are asked for when the files are in.

    A file that is not there when its turn comes is left out and added to `missing`.

    Raises:
        FileVanished: a file went, or turned out to be another, after its beginning was in the archive.
        StorageUnavailable: the store does not answer.
    """
    archive = ZipStream(compress_type=ZIP_STORED)
    gone: set[int] = set()
    pool = ThreadPoolExecutor(limits.BUNDLE_READS_AHEAD, "read", tracing.join, (tracing.carried(),))
    try:
        pieces = _read_ahead(files, store, pool, gone, read_bytes)
        for file, own in groupby(pieces, key=lambda piece: piece.file):
            first = _first(next(own), read_bytes)
            if isinstance(first, MissingFile):
                gone.add(file.n)
                missing.append(first)
                continue
            archive.add(_content(file, first, own), file.name, size=file.size_bytes)  # noqa: B031 - the rest of it
            yield from archive.all_files()
        for name, content in texts():
            archive.add(content, name)
        yield from archive.finalize()
    finally:
        pool.shutdown(cancel_futures=True)


def _read_ahead(
    files: Sequence[ArchivedFile], store: ObjectStore, pool: ThreadPoolExecutor, gone: set[int], read_bytes: int
) -> Iterator[_Piece]:
    """All ranges of all files in order, some of them being read before they are asked for; none of a file that is
    `gone`."""
    waiting: deque[_Piece] = deque()
    for file in files:
        for start in range(0, file.size_bytes, read_bytes):
            if file.n in gone:
                break
            length = min(read_bytes, file.size_bytes - start)
            waiting.append(_Piece(file, pool.submit(store.read, file.key, start, length)))
            if len(waiting) > limits.BUNDLE_READS_AHEAD:
                yield waiting.popleft()
    while waiting:
        yield waiting.popleft()


def _first(piece: _Piece, read_bytes: int) -> bytes | MissingFile:
    """The beginning of a file, or that there is none."""
    file = piece.file
    try:
        content = piece.content.result()
    except NotFound:
        return MissingFile(file.n, file.name, GONE)
    short = len(content) != min(read_bytes, file.size_bytes)
    return MissingFile(file.n, file.name, DAMAGED) if short else content


def _content(file: ArchivedFile, first: bytes, rest: Iterator[_Piece]) -> Iterator[bytes]:
    """The bytes of a file. Raises: FileVanished, if they are not those it was made with."""
    digest = hashlib.sha256()
    try:
        for content in chain((first,), (piece.content.result() for piece in rest)):
            digest.update(content)
            yield content
    except NotFound as error:
        raise FileVanished(MissingFile(file.n, file.name, GONE)) from error
    if digest.hexdigest() != file.sha256:
        raise FileVanished(MissingFile(file.n, file.name, DAMAGED))


def upload(
    chunks: Iterable[bytes],
    store: PartStore,
    key: str,
    upload_id: str,
    *,
    after_part: Callable[[], None],
    before_end: Callable[[], None],
    part_bytes: int = limits.BUNDLE_PART_BYTES,
) -> int:
    """Send chunks as the parts of an upload and complete it; returns how many bytes they were.

    `after_part` is called each time a part is on its way, `before_end` when all have arrived: what they raise stops the
    upload.

    Raises:
        StorageUnavailable, NotFound (code `upload_gone`): it is not complete.
    """
    sent: deque[Future[UploadPart]] = deque()
    parts: list[UploadPart] = []
    size = 0
    pool = ThreadPoolExecutor(limits.BUNDLE_PARTS_AT_ONCE, "part", tracing.join, (tracing.carried(),))
    try:
        for number, part in enumerate(_cut(chunks, part_bytes), start=1):
            size += len(part)
            if len(sent) == limits.BUNDLE_PARTS_AT_ONCE:
                parts.append(sent.popleft().result())
            sent.append(pool.submit(store.upload_part, key, upload_id, number, part))
            after_part()
        parts += [each.result() for each in sent]
        before_end()
        store.complete_multipart(key, upload_id, parts)
    finally:
        pool.shutdown(cancel_futures=True)
    return size


def _cut(chunks: Iterable[bytes], part_bytes: int) -> Iterator[bytes]:
    """The same bytes in parts of so many; the last may be shorter."""
    held: list[bytes] = []
    length = 0
    for chunk in chunks:
        rest = memoryview(chunk)
        while length + len(rest) >= part_bytes:
            taken = part_bytes - length
            yield b"".join((*held, rest[:taken]))
            held, length, rest = [], 0, rest[taken:]
        if rest:
            held.append(bytes(rest) if len(rest) != len(chunk) else chunk)
            length += len(rest)
    if held:
        yield b"".join(held)
