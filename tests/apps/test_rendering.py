"""Segments and sounds are made and found again, with real clips, real FFmpeg and a directory for a bucket."""

import signal
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli.directory_store import DirectoryStore
from medley import limits
from medley.apps.registry import registry
from medley.apps.video_mixer import worker
from medley.apps.video_mixer.execution import attempts
from medley.contracts import keys
from medley.contracts.facts import TaskFailed, TaskFinished, TaskProgressed
from medley.errors import AppUnavailable, Broken, FFmpegFailed, StorageUnavailable, Unavailable
from medley.media.output import segments
from medley.media.sandbox import child_process
from medley.media.sandbox.child_limits import Finished
from medley.ports.cloud import StoredObject
from tests.apps.bench import CANVAS, DRAFT, OWNER, TASK, Bench
from tests.apps.scenes import SILENT


def test_the_registry_finds_what_the_worker_can_do() -> None:
    assert registry().operation("video_mixer", "render") is worker.OPERATIONS["render"]
    with pytest.raises(Broken, match="no operation 'paint'"):
        registry().operation("video_mixer", "paint")
    with pytest.raises(AppUnavailable, match="no app 'painter'"):
        registry().operation("painter", "paint")


def test_segments_are_encoded_stored_and_found_again(bench: Bench, clips: dict[str, Path]) -> None:
    job = bench.render(clips["red"], (0, 20), (20, 10))
    worker.render(job, bench.context)
    first, last = bench.facts[0], bench.facts[-1]
    assert isinstance(first, TaskProgressed)
    assert first.work_done == 0
    assert isinstance(last, TaskFinished)
    assert (last.made, last.reused, last.attempt, last.task_id) == (2, 0, 1, TASK)
    assert last.cpu_ms > 0
    assert [len(hashes) for hashes in last.detail["prints"].values()] == [1, 1]
    for suffix in ("mp4", "wav", "jpg", "json"):
        assert bench.stored(job, suffix) == [True, True]
    assert list(bench.context.scratch.iterdir()) == []

    bench.fetched.clear()
    worker.render(job, bench.context)
    again = bench.facts[-1]
    assert isinstance(again, TaskFinished)
    assert (again.made, again.reused) == (0, 2)
    assert {digest: list(hashes) for digest, hashes in last.detail["prints"].items()} == again.detail["prints"]
    assert all(key.endswith(".json") for key in bench.fetched)  # no clip


def test_a_clip_without_sound_has_no_sound_object(bench: Bench, clips: dict[str, Path]) -> None:
    job = bench.render(clips[SILENT], (0, 5))
    worker.render(job, bench.context)
    assert (bench.stored(job, "mp4"), bench.stored(job, "wav")) == ([True], [])


@pytest.mark.parametrize("suffix", ["mp4", "wav", "jpg", "json"])
def test_a_segment_that_lost_an_object_is_made_again(bench: Bench, clips: dict[str, Path], suffix: str) -> None:
    job = bench.render(clips["red"], (0, 5))
    worker.render(job, bench.context)
    digest = job.payload.sounds[0].digest() if suffix == "wav" else job.payload.segments[0].digest(CANVAS, DRAFT)
    bench.store.delete(keys.segment(OWNER, digest, suffix))
    worker.render(job, bench.context)
    last = bench.facts[-1]
    assert isinstance(last, TaskFinished)
    assert (last.made, last.reused) == ((0, 1) if suffix == "wav" else (1, 0))
    assert bench.stored(job, suffix) == [True]


class Aged(DirectoryStore):
    """A bucket whose objects were all stored that many days ago, and what is stored meanwhile."""

    def __init__(self, root: Path, days: int) -> None:
        super().__init__(root)
        self.stored_at = datetime.now(UTC) - timedelta(days=days)
        self.anew: set[str] = set()

    def head(self, key: str) -> StoredObject | None:
        found = super().head(key)
        return None if found is None else replace(found, stored_at=self.stored_at)

    def upload(self, path: Path, key: str, content_type: str, *, sha256: str | None = None) -> None:
        self.anew.add(key.rpartition(".")[2])
        super().upload(path, key, content_type, sha256=sha256)


@pytest.mark.parametrize(
    ("days", "anew"), [(1, set()), (limits.SEGMENT_DAYS - 1, {"mp4", "wav", "jpg", "json"})], ids=["new", "old"]
)
def test_old_segments_are_stored_anew_to_outlast_the_order(
    bench: Bench, clips: dict[str, Path], days: int, anew: set[str]
) -> None:
    job = bench.render(clips["red"], (0, 5))
    worker.render(job, bench.context)
    aged = Aged(bench.context.scratch.parent / "bucket", days)
    worker.render(job, replace(bench.context, store=aged))
    assert aged.anew == anew
    last = bench.facts[-1]
    assert isinstance(last, TaskFinished)
    assert (last.made, last.reused) == (0, 1)


def test_a_clip_that_changed_after_ingest_is_not_used(bench: Bench, clips: dict[str, Path], tmp_path: Path) -> None:
    job = bench.render(clips["red"], (0, 5))
    bench.store.adopt(clips["green"], job.payload.clips[0].key)
    worker.render(job, bench.context)
    (fact,) = bench.settled
    assert isinstance(fact, TaskFailed)
    assert fact.code == "clip_changed"
    assert fact.message.startswith("red.mp4: ")
    assert bench.stored(job, "mp4") == [False]


def test_a_clip_that_was_deleted_fails_the_task(bench: Bench, clips: dict[str, Path], tmp_path: Path) -> None:
    source = bench.upload(clips["red"]).model_copy(update={"key": str(keys.UploadKey(OWNER, OWNER, TASK))})
    worker.render(bench.render(clips["red"], (0, 5), source=source), bench.context)
    (fact,) = bench.settled
    assert isinstance(fact, TaskFailed)
    assert (fact.code, fact.message) == ("clip_gone", "red.mp4: The file is not there any more; upload it again.")


def test_a_clip_that_gives_fewer_frames_than_planned_fails_the_task(bench: Bench, clips: dict[str, Path]) -> None:
    job = bench.render(clips["red"], (0, 10), (10, 500))
    worker.render(job, bench.context)
    (fact,) = bench.settled
    assert isinstance(fact, TaskFailed)
    assert fact.code == "short_footage"
    assert "red.mp4" in fact.message
    assert bench.stored(job, "mp4") == [True, False]


def test_a_clip_ffmpeg_breaks_on_is_tried_twice_then_fails_the_task(
    bench: Bench, clips: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = []

    def broken(*args: object, **options: object) -> None:
        tries.append(args)
        raise FFmpegFailed("FFmpeg ended with status 1.")

    job = bench.render(clips["red"], (0, 10))
    monkeypatch.setattr(segments, "render", broken)
    worker.render(job, bench.context)
    (fact,) = bench.settled
    assert isinstance(fact, TaskFailed)
    assert (fact.code, len(tries)) == ("ffmpeg_failed", 2)
    assert "status" not in fact.message


def test_a_full_disk_is_not_blamed_on_the_clip(
    bench: Bench, clips: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **options: object) -> None:
        monkeypatch.setattr(attempts, "SPARE_BYTES", 2**62)
        raise FFmpegFailed("FFmpeg ended with status 228.")

    job = bench.render(clips["red"], (0, 10))
    monkeypatch.setattr(segments, "render", broken)
    with pytest.raises(Unavailable) as caught:
        worker.render(job, bench.context)
    assert caught.value.code == "disk_full"
    assert bench.settled == []


def test_an_ffmpeg_that_the_machine_kills_is_not_blamed_on_the_clip(
    bench: Bench, clips: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a kernel short of memory does; once may be chance."""
    tries = []

    def run(*args: object, **options: object) -> Finished:
        tries.append(args)
        return Finished(-signal.SIGKILL, "", 0.1)

    job = bench.render(clips["red"], (0, 10))
    monkeypatch.setattr(child_process, "run", run)
    with pytest.raises(Unavailable) as caught:
        worker.render(job, bench.context)
    assert (caught.value.code, len(tries)) == ("out_of_memory", 2)
    assert bench.settled == []


def test_when_time_runs_out_what_is_done_is_kept(bench: Bench, clips: dict[str, Path]) -> None:
    job = bench.render(clips["red"], (0, 10), (10, 10))

    def left() -> float:
        return 1.0 if any(bench.stored(job, "mp4")) else 100.0

    with pytest.raises(Unavailable) as caught:
        worker.render(job, replace(bench.context, remaining_s=left))
    assert caught.value.code == "out_of_time"
    assert bench.stored(job, "mp4") == [True, False]
    assert bench.settled == []
    worker.render(job, bench.context)
    last = bench.facts[-1]
    assert isinstance(last, TaskFinished)
    assert (last.made, last.reused) == (1, 1)


def test_a_store_that_is_down_leaves_the_task_to_be_tried_again(bench: Bench, clips: dict[str, Path]) -> None:
    class Down(DirectoryStore):
        def upload(self, path: Path, key: str, content_type: str, *, sha256: str | None = None) -> None:
            if key.endswith(".mp4"):
                raise StorageUnavailable("down")
            super().upload(path, key, content_type, sha256=sha256)

    job = bench.render(clips["red"], (0, 5))
    with pytest.raises(StorageUnavailable):
        worker.render(job, replace(bench.context, store=Down(bench.context.scratch.parent / "bucket")))
    assert bench.settled == []
    assert bench.stored(job, "mp4") == [False]
