import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.directory_store import DirectoryStore
from medley import checksums
from medley.errors import Broken, NotFound, StorageUnavailable


@pytest.fixture
def store(tmp_path: Path) -> DirectoryStore:
    return DirectoryStore(tmp_path / "store", elsewhere={"outputs/": tmp_path / "other"})


def file(tmp_path: Path, text: str, name: str = "made") -> Path:
    path = tmp_path / name
    path.write_text(text)
    return path


@pytest.mark.parametrize("key", ["segments/a/b.mp4", "outputs/a/1.mp4"])
def test_what_was_uploaded_is_found_and_downloaded(store: DirectoryStore, tmp_path: Path, key: str) -> None:
    assert store.head(key) is None
    store.upload(file(tmp_path, "hello"), key, "video/mp4")
    found = store.head(key)
    assert found is not None
    assert (found.key, found.size_bytes) == (key, 5)
    store.download(key, tmp_path / "copy")
    assert (tmp_path / "copy").read_text() == "hello"
    assert store.fetch(key).read_text() == "hello"
    again = store.head(key)
    assert again is not None
    assert again.etag == found.etag


def test_an_object_stays_when_the_uploaded_file_goes(store: DirectoryStore, tmp_path: Path) -> None:
    made = file(tmp_path, "hello")
    store.upload(made, "segments/x", "audio/wav")
    made.unlink()
    assert store.fetch("segments/x").read_text() == "hello"


def test_uploading_again_replaces_the_object_and_leaves_nothing_else(store: DirectoryStore, tmp_path: Path) -> None:
    made = file(tmp_path, "one")
    store.upload(made, "segments/x", "audio/wav")
    before = store.head("segments/x")
    store.upload(made, "segments/x", "audio/wav")
    store.upload(file(tmp_path, "three", "other"), "segments/x", "audio/wav")
    assert store.fetch("segments/x").read_text() == "three"
    assert store.head("segments/x") != before
    assert {path.name for path in (tmp_path / "store" / "segments").iterdir()} == {"x", "x.seal"}


def test_deleting_twice_is_fine(store: DirectoryStore, tmp_path: Path) -> None:
    store.upload(file(tmp_path, "one"), "segments/x", "audio/wav")
    store.delete("segments/x")
    store.delete("segments/x")
    assert store.head("segments/x") is None


def test_what_is_not_there_is_gone(store: DirectoryStore, tmp_path: Path) -> None:
    with pytest.raises(NotFound) as fetched:
        store.fetch("segments/x")
    with pytest.raises(NotFound) as downloaded:
        store.download("segments/x", tmp_path / "copy")
    assert fetched.value.code == downloaded.value.code == "object_gone"
    assert not (tmp_path / "copy").exists()


@pytest.mark.parametrize("key", ["../x", "segments/../../x", "/etc/passwd", "segments//x", "", "./x"])
def test_a_key_cannot_lead_out_of_the_store(store: DirectoryStore, key: str) -> None:
    with pytest.raises(Broken):
        store.fetch(key)


def test_an_adopted_file_is_read_where_it_is_and_left_alone(store: DirectoryStore, tmp_path: Path) -> None:
    clip = file(tmp_path, "clip")
    os.utime(clip, (1_000_000, 1_000_000))
    store.adopt(clip, "uploads/a/b/c")
    assert store.fetch("uploads/a/b/c", sha256=checksums.sha256(clip)) == clip
    with pytest.raises(NotFound):
        store.fetch("uploads/a/b/c", sha256="0" * 64)
    assert store.head("uploads/a/b/c") is not None
    assert clip.stat().st_mtime == 1_000_000


def test_what_was_not_used_for_long_expires(store: DirectoryStore, tmp_path: Path) -> None:
    for name in ("old", "used", "new"):
        store.upload(file(tmp_path, name, name), f"segments/a/{name}", "video/mp4")
    folder = tmp_path / "store" / "segments" / "a"
    abandoned = folder / ".partial-1"
    abandoned.touch()
    for name in ("old", "old.seal", "used", "used.seal", abandoned.name):
        os.utime(folder / name, (time.time() - 2 * 86_400,) * 2)
    store.head("segments/a/used")
    assert store.expire("segments/", older_than_s=1.5 * 86_400) == 3
    assert sorted(path.name for path in folder.iterdir()) == ["new", "new.seal", "used", "used.seal"]


def test_nothing_expires_where_nothing_is(store: DirectoryStore) -> None:
    assert store.expire("segments/", older_than_s=0) == 0


def test_where_no_link_can_be_made_the_bytes_are_copied(
    store: DirectoryStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path, target: Path) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    made = file(tmp_path, "hello")
    store.upload(made, "segments/x", "audio/wav")
    assert store.fetch("segments/x").read_text() == "hello"
    assert not store.fetch("segments/x").samefile(made)


def test_a_disk_that_fails_is_unavailable_and_leaves_no_part(
    store: DirectoryStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageUnavailable):
        store.upload(file(tmp_path, "hello"), "segments/x", "audio/wav")
    assert list((tmp_path / "store" / "segments").iterdir()) == []


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def change(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"e", b"E", 1))


def become_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()
    (path / "within").touch()


@pytest.mark.parametrize("name", ["x", "x.seal"])
@pytest.mark.parametrize("damage", [Path.unlink, cut, change, become_a_folder])
def test_what_was_damaged_is_no_object_and_can_be_stored_again(
    store: DirectoryStore, tmp_path: Path, name: str, damage: Callable[[Path], None]
) -> None:
    made = tmp_path / "made"
    made.write_text("hello")
    store.upload(made, "segments/x", "audio/wav")
    kept = tmp_path / "store" / "segments" / name
    content = kept.read_bytes()
    kept.unlink()  # it is a link to what was handed in
    kept.write_bytes(content)
    damage(kept)
    with pytest.raises(NotFound):
        store.fetch("segments/x")
    store.upload(made, "segments/x", "audio/wav")
    assert store.fetch("segments/x").read_text() == "hello"


def test_another_object_in_its_place_is_not_the_object(store: DirectoryStore, tmp_path: Path) -> None:
    for key in ("segments/x", "segments/y"):
        store.upload(file(tmp_path, key), key, "audio/wav")
    folder = tmp_path / "store" / "segments"
    for suffix in ("", ".seal"):
        (folder / f"y{suffix}").replace(folder / f"x{suffix}")
    assert store.head("segments/x") is None


def test_a_clip_removed_meanwhile_is_gone(store: DirectoryStore, tmp_path: Path) -> None:
    clip = file(tmp_path, "clip")
    store.adopt(clip, "uploads/a/b/c")
    clip.unlink()
    with pytest.raises(NotFound) as raised:
        store.fetch("uploads/a/b/c", sha256="0" * 64)
    assert raised.value.code == "object_gone"
