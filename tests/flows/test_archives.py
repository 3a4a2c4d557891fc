"""Archives as Python's own zipfile reads them, whatever is in them and whatever happens on the way."""

import hashlib
import io
import struct
import zipfile
from collections.abc import Iterator
from itertools import count

import pytest

from medley.domain.bundles import MissingFile
from medley.errors import StorageUnavailable
from medley.services import archives
from medley.services.archives import ArchivedFile, FileVanished
from tests.flows.fakes import FakeStore

ZIP64 = b"PK\x06\x06"  # the end record of a zip with more than 65,535 files or 4 GiB


def stored(store: FakeStore, n: int, content: bytes, name: str | None = None) -> ArchivedFile:
    """A file of this content, in the store."""
    key = f"outputs/{n}"
    store.contents[key] = content
    return ArchivedFile(n, name or f"{n}.mp4", key, len(content), hashlib.sha256(content).hexdigest())


def test_files_come_out_as_they_were_with_what_is_told_of_them() -> None:
    store, missing = FakeStore(), list[MissingFile]()
    files = [stored(store, n, bytes([n]) * size) for n, size in enumerate((1, 9, 10, 11, 20, 95), start=1)]
    texts = [("manifest.json", b"{}"), ("été 🎬.txt", b"")]
    zipped = b"".join(archives.stream(files, store, missing=missing, texts=lambda: texts, read_bytes=10))
    with zipfile.ZipFile(io.BytesIO(zipped)) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == {
            **{file.name: store.contents[file.key] for file in files},
            **dict(texts),
        }
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}
    assert missing == []


def test_what_is_not_there_is_left_out_and_named_before_the_texts_are_asked_for() -> None:
    store, missing = FakeStore(), list[MissingFile]()
    files = [stored(store, n, b"x" * 35) for n in (1, 2, 3)]
    del store.contents[files[0].key]
    store.contents[files[2].key] = b"x" * 5
    zipped = b"".join(
        archives.stream(
            files,
            store,
            missing=missing,
            texts=lambda: [("missing.txt", str(sorted(file.n for file in missing)).encode())],
            read_bytes=10,
        )
    )
    assert missing == [MissingFile(1, "1.mp4", "gone"), MissingFile(3, "3.mp4", "damaged")]
    with zipfile.ZipFile(io.BytesIO(zipped)) as archive:
        assert archive.namelist() == ["2.mp4", "missing.txt"]
        assert archive.read("missing.txt") == b"[1, 3]"


@pytest.mark.parametrize(("change", "code"), [("deleted", "gone"), ("other", "damaged"), ("cut", "damaged")])
def test_what_goes_or_changes_once_it_is_begun_is_never_passed_off_as_whole(change: str, code: str) -> None:
    store = FakeStore()
    files = [stored(store, n, b"x" * 400) for n in (1, 2)]
    chunks = archives.stream(files, store, missing=[], read_bytes=10)
    while next(chunks) != b"x" * 10:  # the first bytes of the first file
        pass
    match change:
        case "deleted":
            del store.contents[files[0].key]
        case "other":
            store.contents[files[0].key] = b"y" * 400
        case "cut":
            store.contents[files[0].key] = b"x" * 300
    with pytest.raises(FileVanished) as vanished:
        list(chunks)
    assert vanished.value.missing == MissingFile(1, "1.mp4", code)


def test_a_store_that_does_not_answer_stops_it() -> None:
    store = FakeStore()
    files = [stored(store, n, b"x" * 400) for n in (1, 2)]
    chunks = archives.stream(files, store, missing=[], read_bytes=10)
    next(chunks)
    store.down = True
    with pytest.raises(StorageUnavailable):
        list(chunks)


def test_more_than_65535_files_make_a_zip64() -> None:
    store = FakeStore()
    texts = [(f"{n}.txt", b"") for n in range(65_600)]
    zipped = b"".join(archives.stream([stored(store, 1, b"abc")], store, missing=[], texts=lambda: texts))
    assert ZIP64 in zipped[-200:]
    with zipfile.ZipFile(io.BytesIO(zipped)) as archive:
        assert len(archive.namelist()) == 65_601
        assert archive.read("1.mp4") == b"abc"


class Zeros(FakeStore):
    """A store of one endless object of zeros."""

    def read(self, key: str, start: int = 0, length: int | None = None) -> bytes:
        return _ZEROS[:length]


_ZEROS = bytes(64 * 1024**2)


def test_a_file_over_4_gib_makes_a_zip64(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of its bytes only the tail is kept: sizes and offsets are read from the records there."""
    size = 4 * 1024**3 + 17

    class Unhashed:
        def update(self, _content: bytes) -> None:
            pass

        def hexdigest(self) -> str:
            return ""

    monkeypatch.setattr(hashlib, "sha256", Unhashed)
    files = [ArchivedFile(1, "long.mp4", "k", size, ""), ArchivedFile(2, "short.mp4", "k", 5, "")]
    total, tail = 0, b""
    for chunk in archives.stream(files, Zeros(), missing=[], read_bytes=len(_ZEROS)):
        total += len(chunk)
        tail = (tail + chunk[-1000:])[-1000:]
    end64 = tail.index(ZIP64)
    entries, directory_size, directory_start = struct.unpack("<QQQ", tail[end64 + 32 : end64 + 56])
    assert (entries, directory_start + directory_size) == (2, total - (len(tail) - end64))
    assert directory_start > size
    directory = tail[end64 - directory_size : end64]
    assert struct.pack("<HHQQ", 1, 16, size, size) in directory  # of the long one
    assert directory.index(b"long.mp4") < directory.index(b"short.mp4")


def test_parts_are_of_one_size_and_the_rest_comes_last() -> None:
    store = FakeStore()
    upload_id = store.start_multipart("k", "application/zip")
    chunks = [b"abc", b"", b"defghijklmnopqrstu", b"v", b"wxyz"]
    said = count()

    def say() -> None:
        next(said)

    size = archives.upload(iter(chunks), store, "k", upload_id, after_part=say, before_end=say, part_bytes=5)
    assert (size, store.contents["k"]) == (26, b"abcdefghijklmnopqrstuvwxyz")
    assert next(said) == 7


def test_what_is_said_after_a_part_stops_the_upload() -> None:
    store = FakeStore()
    upload_id = store.start_multipart("k", "application/zip")

    def endless() -> Iterator[bytes]:
        while True:
            yield b"x" * 5

    def stop() -> None:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        archives.upload(endless(), store, "k", upload_id, after_part=stop, before_end=stop, part_bytes=5)
    assert "k" not in store.contents
