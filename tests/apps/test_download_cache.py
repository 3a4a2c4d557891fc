"""The cache of downloads keeps within its budget, and takes nothing from a task at work."""

import os
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from medley import checksums
from medley.errors import NotFound
from medley.ports.cloud import StoredObject
from medley.runtime.download_cache import DownloadCache


class Shelf:
    """An ObjectStore over a directory that counts its downloads."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.made = {path.name: checksums.sha256(path) for path in root.iterdir()}
        self.downloads: list[str] = []

    def head(self, key: str) -> StoredObject | None:
        path = self.root / key
        if not path.exists():
            return None
        return StoredObject(key, path.stat().st_size, "etag", datetime.now(UTC), self.made.get(key))

    def download(self, key: str, path: Path) -> None:
        self.downloads.append(key)
        if not (self.root / key).exists():
            raise NotFound("There is no such object.", code="object_gone")
        shutil.copyfile(self.root / key, path)

    def upload(self, path: Path, key: str, content_type: str, *, sha256: str | None = None) -> None:
        shutil.copyfile(path, self.root / key)
        self.made[key] = sha256 or checksums.sha256(path)

    def delete(self, key: str) -> None:
        (self.root / key).unlink(missing_ok=True)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    root = tmp_path / "shelf"
    root.mkdir()
    for name in "abcdef":
        (root / f"{name}.mp4").write_bytes(name.encode() * 100)
    return Shelf(root)


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


def test_what_is_not_as_it_was_made_is_not_fetched(shelf: Shelf, tmp_path: Path) -> None:
    tasks = Tasks(tmp_path, 1_000)
    (shelf.root / "a.mp4").write_bytes(b"A" * 100)
    with pytest.raises(NotFound) as raised:
        tasks.next().fetch(shelf, "a.mp4")
    assert raised.value.code == "object_damaged"
    assert tasks.kept() == set()
    assert list((tmp_path / "task-1").iterdir()) == []


def test_what_nobody_said_the_making_of_is_fetched_by_its_checksum_alone(shelf: Shelf, tmp_path: Path) -> None:
    sha256 = shelf.made.pop("a.mp4")
    tasks = Tasks(tmp_path, 1_000)
    with pytest.raises(NotFound) as raised:
        tasks.next().fetch(shelf, "a.mp4")
    assert raised.value.code == "object_damaged"
    assert tasks.next().fetch(shelf, "a.mp4", sha256=sha256).read_bytes() == b"a" * 100
    with pytest.raises(NotFound):
        tasks.next().fetch(shelf, "a.mp4", sha256="0" * 64)


def test_a_file_damaged_in_the_cache_is_fetched_again(shelf: Shelf, tmp_path: Path) -> None:
    tasks = Tasks(tmp_path, 1_000)
    tasks.next().fetch(shelf, "a.mp4")
    for path in tasks.root.iterdir():
        path.write_bytes(b"A" * 100)
    assert tasks.next().fetch(shelf, "a.mp4").read_bytes() == b"a" * 100
    assert tasks.kept() == {b"a"}
    assert shelf.downloads == ["a.mp4"] * 2


def test_an_object_that_was_replaced_is_fetched_anew(shelf: Shelf, tmp_path: Path) -> None:
    tasks = Tasks(tmp_path, 1_000)
    tasks.next().fetch(shelf, "a.mp4")
    shelf.upload(shelf.root / "b.mp4", "a.mp4", "video/mp4")
    assert tasks.next().fetch(shelf, "a.mp4").read_bytes() == b"b" * 100


def test_many_threads_may_fetch(shelf: Shelf, tmp_path: Path) -> None:
    cache = Tasks(tmp_path, 250).next()
    with ThreadPoolExecutor(8) as pool:
        paths = list(pool.map(lambda n: cache.fetch(shelf, f"{'abcdef'[n % 6]}.mp4"), range(48)))
    assert all(path.stat().st_size == 100 for path in paths)
    assert len(set(paths)) == 6
