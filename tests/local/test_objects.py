"""The folder behind the embedded S3."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from local.storage.objects import BodyCutShort, ObjectFolder, body


def test_an_object_is_the_old_one_until_its_record_is_replaced(tmp_path: Path) -> None:
    """A kill between any two steps of storing leaves the old object, and nothing of the new one."""
    folder = ObjectFolder(tmp_path, durable=True)
    old = folder.write([b"old"])
    folder.save("k", old, etag=old.md5, metadata={"Content-Type": "video/mp4"})
    folder.write([b"new"])
    (tmp_path / "records" / f"{'0' * 64}.{'1' * 32}").write_text('{"key": "k", "conte')
    (record,) = ObjectFolder(tmp_path, durable=True).load()
    assert folder.content(record).path.read_bytes() == b"old"
    assert [path.read_bytes() for path in (tmp_path / "content").iterdir()] == [b"old"]
    assert len(list((tmp_path / "records").iterdir())) == 1


def test_nothing_is_left_of_content_that_was_cut_short(tmp_path: Path) -> None:
    folder = ObjectFolder(tmp_path, durable=False)
    chunks = iter([b"abc", b""])
    with pytest.raises(BodyCutShort):
        folder.write(body(lambda _: next(chunks), 10))
    assert list((tmp_path / "content").iterdir()) == []


def test_discarded_content_stays_for_those_about_to_read_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = ObjectFolder(tmp_path, durable=False)
    first, second = folder.write([b"1"]), folder.write([b"2"])
    folder.discard(first)
    assert first.path.exists()
    monkeypatch.setattr("local.storage.objects.KEPT_S", 0.0)
    folder.discard(second)
    assert not first.path.exists()


def empty(path: Path) -> None:
    path.write_bytes(b"")


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def lengthen(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"more")


def become_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


DAMAGES = [Path.unlink, empty, cut, become_a_folder]


def kept(folder: Path) -> dict[str, bytes]:
    """What a new process finds in it."""
    objects = ObjectFolder(folder, durable=True)
    return {record.key: objects.content(record).path.read_bytes() for record in objects.load()}


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    """A folder with objects `good` and `bad`."""
    folder = ObjectFolder(tmp_path, durable=True)
    for key in ("good", "bad"):
        content = folder.write([key.encode() * 10])
        folder.save(key, content, etag=content.md5, metadata={})
    return tmp_path


def record_of(folder: Path, key: str) -> Path:
    return folder / "records" / hashlib.sha256(key.encode()).hexdigest()


@pytest.mark.parametrize("damage", DAMAGES[1:])
def test_a_record_that_cannot_be_read_is_put_aside_by_name(
    stored: Path, caplog: pytest.LogCaptureFixture, damage: Callable[[Path], None]
) -> None:
    damage(record_of(stored, "bad"))
    assert kept(stored) == {"good": b"good" * 10}
    assert str(record_of(stored, "bad")) in caplog.text
    aside = [path for path in (stored / "aside").iterdir() if path.is_file()]
    assert b"bad" * 10 in [path.read_bytes() for path in aside]  # it may be all there is of it
    assert kept(stored) == {"good": b"good" * 10}


def test_what_is_no_record_of_ours_is_put_aside(stored: Path) -> None:
    (stored / "records" / ".DS_Store").write_bytes(b"Bud1")
    record_of(stored, "copied").write_bytes(record_of(stored, "bad").read_bytes())
    assert set(kept(stored)) == {"good", "bad"}
    assert len(list((stored / "aside").iterdir())) == 2


@pytest.mark.parametrize("damage", [*DAMAGES, lengthen])
def test_an_object_whose_content_is_not_as_long_as_it_was_stored_is_none(
    stored: Path, caplog: pytest.LogCaptureFixture, damage: Callable[[Path], None]
) -> None:
    content = next(path for path in (stored / "content").iterdir() if path.read_bytes().startswith(b"bad"))
    damage(content)
    assert kept(stored) == {"good": b"good" * 10}
    assert "the content of bad" in caplog.text


def test_names_are_on_the_disk_too_where_that_is_promised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(os.fstat(descriptor).st_ino))
    for durable in (True, False):
        folder = ObjectFolder(tmp_path / str(durable), durable=durable)
        synced.clear()
        content = folder.write([b"x"])
        folder.save("k", content, etag=content.md5, metadata={})
        names = {(tmp_path / str(durable) / name).stat().st_ino for name in ("content", "records")}
        assert (names <= set(synced)) is durable
    assert synced == []
