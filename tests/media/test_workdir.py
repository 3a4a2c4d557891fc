"""Scratch space comes and goes; the cache of downloads keeps within its budget."""

import os
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
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
        return StoredObject(key, path.stat().st_size, "etag", datetime.now(UTC)) if path.exists() else None

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
    old, young, foreign = (tmp_path / name for name in ("medley-scratch-old", "medley-scratch-young", "medley-data"))
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


def test_a_disk_that_fills_up_meanwhile_is_said_alike(tmp_path: Path) -> None:
    """/dev/full is a device that has no room."""
    with pytest.raises(Unavailable) as full, workdir.scratch(tmp_path), open("/dev/full", "wb", buffering=0) as file:  # noqa: PTH123
        file.write(b"x")
    assert full.value.code == "disk_full"
    assert list(tmp_path.iterdir()) == []


def test_other_faults_of_the_disk_are_themselves(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError), workdir.scratch(tmp_path) as folder:
        folder.write_bytes(b"x")


class Tasks:
    """Makes the cache of one task after another, over one root."""

    def __init__(self, folder: Path, budget_bytes: int) -> None:
        self.folder = folder
        self.root = folder / "cache"
        self.budget_bytes = budget_bytes
        self.count = 0

    def next(self) -> DownloadCache:
        self.count += 1
        private = self.folder / f"task-{self.count}"
        private.mkdir()
        return DownloadCache(self.root, self.budget_bytes, private)

    def kept(self) -> set[bytes]:
        return {path.read_bytes()[:1] for path in self.root.iterdir()}


def test_an_object_is_fetched_once(shelf: Shelf, tmp_path: Path) -> None:
    tasks = Tasks(tmp_path, 1_000)
    for _ in range(2):
        cache = tasks.next()
        for _ in range(2):
            path = cache.fetch(shelf, "a.mp4")
            assert path.read_bytes() == b"a" * 100
            assert path.suffix == ".mp4"
    assert shelf.downloads == ["a.mp4"]


def test_the_least_recently_used_goes_first(shelf: Shelf, tmp_path: Path) -> None:
    tasks = Tasks(tmp_path, 300)
    for age, name in enumerate("cba", start=1):
        path = tasks.next().fetch(shelf, f"{name}.mp4")
        os.utime(path, (time.time() - 100 + age, time.time() - 100 + age))
    tasks.next().fetch(shelf, "c.mp4")  # used again: now b is the oldest
    tasks.next().fetch(shelf, "d.mp4")
    assert tasks.kept() == {b"a", b"c", b"d"}


def test_nothing_is_taken_from_a_task_at_work(shelf: Shelf, tmp_path: Path) -> None:
    tasks = Tasks(tmp_path, 200)
    at_work = tasks.next()
    paths = [at_work.fetch(shelf, f"{name}.mp4") for name in "abc"]
    tasks.next().fetch(shelf, "e.mp4")
    assert [path.read_bytes()[:1] for path in paths] == [b"a", b"b", b"c"]
    assert len(tasks.kept()) == 2


def test_an_object_larger_than_the_budget(shelf: Shelf, tmp_path: Path) -> None:
    tasks = Tasks(tmp_path, 50)
    assert tasks.next().fetch(shelf, "a.mp4").read_bytes() == b"a" * 100
    assert tasks.kept() == set()


def test_an_object_that_is_gone_leaves_nothing(shelf: Shelf, tmp_path: Path) -> None:
    tasks = Tasks(tmp_path, 1_000)
    with pytest.raises(NotFound):
        tasks.next().fetch(shelf, "none.mp4")
    assert tasks.kept() == set()
    assert list((tmp_path / "task-1").iterdir()) == []


def test_many_threads_may_fetch(shelf: Shelf, tmp_path: Path) -> None:
    cache = Tasks(tmp_path, 250).next()
    with ThreadPoolExecutor(8) as pool:
        paths = list(pool.map(lambda n: cache.fetch(shelf, f"{'abcdef'[n % 6]}.mp4"), range(48)))
    assert all(path.stat().st_size == 100 for path in paths)
    assert len(set(paths)) == 6
