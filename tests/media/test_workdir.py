"""Scratch space comes and goes; the cache of downloads keeps within its budget."""

import os
import shutil
import time
from pathlib import Path

import pytest

from medley.errors import NotFound, Unavailable
from medley.media import workdir
from medley.media.workdir import DownloadCache
from medley.ports.cloud import StoredObject


class Shelf:
    """An ObjectStore over a directory that counts its downloads."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.downloads: list[str] = []

    def head(self, key: str) -> StoredObject | None:
        path = self.root / key
        return StoredObject(key, path.stat().st_size, "etag") if path.exists() else None

    def download(self, key: str, path: Path) -> None:
        self.downloads.append(key)
        if not (self.root / key).exists():
            raise NotFound("There is no such object.", code="object_gone")
        shutil.copyfile(self.root / key, path)

    def upload(self, path: Path, key: str, content_type: str) -> None:
        (self.root / key).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, self.root / key)

    def delete(self, key: str) -> None:
        (self.root / key).unlink(missing_ok=True)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    root = tmp_path / "shelf"
    root.mkdir()
    for name in "abcdef":
        (root / f"{name}.mp4").write_bytes(name.encode() * 100)
    return Shelf(root)


def test_scratch_is_removed_whatever_happens(tmp_path: Path) -> None:
    def use() -> None:
        with workdir.scratch(tmp_path / "root") as folder:
            (folder / "deep").mkdir()
            (folder / "deep" / "file").write_text("x")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        use()
    assert list((tmp_path / "root").iterdir()) == []


def test_what_a_killed_process_left_is_removed(tmp_path: Path) -> None:
    old, young, foreign = (tmp_path / name for name in ("medley-old", "medley-young", "else"))
    for path in (old, young, foreign):
        path.mkdir()
    long_ago = time.time() - workdir.STALE_S - 60
    for path in (old, foreign):
        os.utime(path, (long_ago, long_ago))
    with workdir.scratch(tmp_path):
        assert not old.exists()
    assert young.exists()
    assert foreign.exists()


def test_too_little_space_is_said_before_the_work(tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as full, workdir.scratch(tmp_path, need_bytes=2**62):
        pass
    assert full.value.code == "disk_full"
    assert list(tmp_path.iterdir()) == []


def test_an_object_is_fetched_once(shelf: Shelf, tmp_path: Path) -> None:
    for _ in range(2):
        cache = DownloadCache(tmp_path / "cache", 1_000)
        path = cache.fetch(shelf, "a.mp4")
        assert path.read_bytes() == b"a" * 100
        assert path.suffix == ".mp4"
    assert shelf.downloads == ["a.mp4"]


def test_the_least_recently_used_goes_first(shelf: Shelf, tmp_path: Path) -> None:
    root = tmp_path / "cache"
    for age, name in enumerate("cba", start=1):
        path = DownloadCache(root, 300).fetch(shelf, f"{name}.mp4")
        os.utime(path, (time.time() - 100 + age, time.time() - 100 + age))
    DownloadCache(root, 300).fetch(shelf, "c.mp4")  # used again: now b is the oldest
    DownloadCache(root, 300).fetch(shelf, "d.mp4")
    assert {path.read_bytes()[:1] for path in root.iterdir()} == {b"a", b"c", b"d"}


def test_what_this_task_fetched_stays(shelf: Shelf, tmp_path: Path) -> None:
    cache = DownloadCache(tmp_path / "cache", 200)
    paths = [cache.fetch(shelf, f"{name}.mp4") for name in "abcdef"]
    assert all(path.exists() for path in paths)
    DownloadCache(tmp_path / "cache", 200).fetch(shelf, "a.mp4")
    DownloadCache(tmp_path / "cache", 200).fetch(shelf, "b.mp4")
    shelf.delete("a.mp4")
    (shelf.root / "g.mp4").write_bytes(b"g" * 100)
    DownloadCache(tmp_path / "cache", 200).fetch(shelf, "g.mp4")
    assert sum(path.stat().st_size for path in (tmp_path / "cache").iterdir()) <= 200


def test_an_object_that_is_gone_leaves_nothing(shelf: Shelf, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        DownloadCache(tmp_path / "cache", 1_000).fetch(shelf, "none.mp4")
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_download_a_killed_process_left_is_removed(shelf: Shelf, tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir()
    left = tmp_path / "cache" / ".partial-x"
    left.write_bytes(b"x")
    long_ago = time.time() - workdir.STALE_S - 60
    os.utime(left, (long_ago, long_ago))
    DownloadCache(tmp_path / "cache", 1_000).fetch(shelf, "a.mp4")
    assert not left.exists()
