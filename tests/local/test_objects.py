"""The folder behind the embedded S3."""

from pathlib import Path

import pytest

from local.storage.objects import BodyCutShort, ObjectFolder, body


def test_an_object_is_the_old_one_until_its_record_is_replaced(tmp_path: Path) -> None:
    """A kill between any two steps of storing leaves the old object, and nothing of the new one."""
    folder = ObjectFolder(tmp_path, durable=True)
    old = folder.write([b"old"])
    folder.save("k", old, etag=old.md5, metadata={"Content-Type": "video/mp4"})
    folder.write([b"new"])
    (tmp_path / "records" / "half-written.json").write_text('{"key": "k", "conte')
    (record,) = ObjectFolder(tmp_path, durable=True).load(lambda record: False)
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
