"""The worker with real clips, real FFmpeg and a directory for a bucket."""

import os
import shutil
import threading
from collections.abc import Callable
from dataclasses import replace
from math import inf
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import pytest

from local.directory_store import DirectoryStore
from medley.apps import registry
from medley.apps.video_mixer import worker
from medley.apps.video_mixer.execution import attempts
from medley.apps.video_mixer.execution.heartbeat import Heartbeat
from medley.contracts import keys
from medley.contracts.commands import AssembleOutputs, OutputOrder, Piece, RenderSegments, SoundPiece, Tags
from medley.contracts.facts import OutputFailed, OutputMade, TaskFact, TaskFailed, TaskFinished, TaskProgressed
from medley.contracts.media import Canvas, ClipSource, Encoding, Rational, Segment, Shot, Sound
from medley.errors import FFmpegFailed, QueueUnavailable, StorageUnavailable, Unavailable
from medley.media import assembly, probe, segments, verify
from medley.ports.worker import Tools
from tests.apps.scenes import SILENT

OWNER, GENERATION, TASK = UUID(int=1), UUID(int=2), UUID(int=3)
CANVAS = Canvas(width=160, height=120, fps=Rational(num=30))
DRAFT = Encoding(quality="draft")
GONE = "0" * 64


class Part(NamedTuple):
    """A clip in an output."""

    piece: Piece
    sound: SoundPiece


class Bench:
    """A store, the facts reported, and tools to hand to the worker."""

    def __init__(self, folder: Path) -> None:
        self.store = DirectoryStore(folder / "bucket")
        self.facts: list[TaskFact] = []
        self.fetched: list[str] = []
        scratch = folder / "scratch"
        scratch.mkdir()
        self.tools = Tools(
            store=self.store,
            fetch=self._fetch,
            scratch=scratch,
            report=self.facts.append,
            remaining_s=lambda: inf,
            threads=2,
        )

    def _fetch(self, key: str) -> Path:
        self.fetched.append(key)
        return self.store.fetch(key)

    def render(self, path: Path, *parts: tuple[int, int], source: ClipSource | None = None) -> RenderSegments:
        """The command to encode parts (start, frames) of the clip at `path`."""
        clip = source or self.upload(path)
        shots = [Shot(clip_sha256=clip.facts.sha256, start_frame=start, frames=frames) for start, frames in parts]
        audible = shots if clip.facts.audio is not None else []
        return RenderSegments(
            app="video_mixer",
            owner_id=OWNER,
            generation_id=GENERATION,
            task_id=TASK,
            attempt=3,
            clips=(clip,),
            canvas=CANVAS,
            encoding=DRAFT,
            segments=tuple(Segment(shot=shot) for shot in shots),
            sounds=tuple(Sound.of(shot, CANVAS.fps) for shot in audible),
        )

    def upload(self, path: Path) -> ClipSource:
        clip_id = UUID(int=len(self.fetched) + 10)
        key = str(keys.UploadKey(OWNER, OWNER, clip_id))
        self.store.adopt(path, key)
        return ClipSource(clip_id=clip_id, key=key, name=path.name, facts=probe.probe(path))

    def assemble(self, *outputs: tuple[Part, ...]) -> AssembleOutputs:
        return AssembleOutputs(
            app="video_mixer",
            owner_id=OWNER,
            generation_id=GENERATION,
            task_id=TASK,
            attempt=3,
            canvas=CANVAS,
            encoding=DRAFT,
            outputs=tuple(
                OutputOrder(
                    n=n,
                    tags=Tags(title=f"Video {n}"),
                    pieces=tuple(part.piece for part in parts),
                    sounds=tuple(part.sound for part in parts),
                )
                for n, parts in enumerate(outputs, 1)
            ),
        )

    def stored(self, command: RenderSegments, suffix: str) -> list[bool]:
        pictures = [segment.digest(CANVAS, DRAFT) for segment in command.segments]
        found = [sound.digest() for sound in command.sounds] if suffix == "wav" else pictures
        return [self.store.head(keys.segment(OWNER, digest, suffix)) is not None for digest in found]

    @property
    def settled(self) -> list[TaskFact]:
        return [fact for fact in self.facts if not isinstance(fact, TaskProgressed)]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def part_of(command: RenderSegments) -> Part:
    """The only segment and sound of a command."""
    (segment,) = command.segments
    digest = command.sounds[0].digest() if command.sounds else None
    picture = Piece(digest=segment.digest(CANVAS, DRAFT), frames=segment.frames)
    return Part(picture, SoundPiece(digest=digest, frames=segment.frames))


def test_the_registry_finds_the_worker() -> None:
    assert registry.worker("video_mixer") is worker


def test_segments_are_encoded_stored_and_found_again(bench: Bench, clips: dict[str, Path]) -> None:
    command = bench.render(clips["red"], (0, 20), (20, 10))
    worker.render(command, bench.tools)
    first, last = bench.facts[0], bench.facts[-1]
    assert isinstance(first, TaskProgressed)
    assert first.frames_done == 0
    assert isinstance(last, TaskFinished)
    assert (last.made, last.reused, last.attempt, last.task_id) == (2, 0, 3, TASK)
    assert last.cpu_ms > 0
    assert [len(one.hashes) for one in last.prints] == [1, 1]
    for suffix in ("mp4", "wav", "jpg", "json"):
        assert bench.stored(command, suffix) == [True, True]
    assert list(bench.tools.scratch.iterdir()) == []

    bench.fetched.clear()
    worker.render(command, bench.tools)
    again = bench.facts[-1]
    assert isinstance(again, TaskFinished)
    assert (again.made, again.reused, again.prints) == (0, 2, last.prints)
    assert all(key.endswith(".json") for key in bench.fetched)  # no clip


def test_a_clip_without_sound_has_no_sound_object(bench: Bench, clips: dict[str, Path]) -> None:
    command = bench.render(clips[SILENT], (0, 5))
    worker.render(command, bench.tools)
    assert (bench.stored(command, "mp4"), bench.stored(command, "wav")) == ([True], [])


@pytest.mark.parametrize("suffix", ["mp4", "wav", "jpg", "json"])
def test_a_segment_that_lost_an_object_is_made_again(bench: Bench, clips: dict[str, Path], suffix: str) -> None:
    command = bench.render(clips["red"], (0, 5))
    worker.render(command, bench.tools)
    digest = command.sounds[0].digest() if suffix == "wav" else command.segments[0].digest(CANVAS, DRAFT)
    bench.store.delete(keys.segment(OWNER, digest, suffix))
    worker.render(command, bench.tools)
    last = bench.facts[-1]
    assert isinstance(last, TaskFinished)
    assert (last.made, last.reused) == ((0, 1) if suffix == "wav" else (1, 0))
    assert bench.stored(command, suffix) == [True]


def test_a_clip_that_changed_after_ingest_is_not_used(bench: Bench, clips: dict[str, Path], tmp_path: Path) -> None:
    command = bench.render(clips["red"], (0, 5))
    bench.store.adopt(clips["green"], command.clips[0].key)
    worker.render(command, bench.tools)
    (fact,) = bench.settled
    assert isinstance(fact, TaskFailed)
    assert fact.code == "clip_changed"
    assert fact.message.startswith("red.mp4: ")
    assert bench.stored(command, "mp4") == [False]


def test_a_clip_that_was_deleted_fails_the_task(bench: Bench, clips: dict[str, Path], tmp_path: Path) -> None:
    source = bench.upload(clips["red"]).model_copy(update={"key": str(keys.UploadKey(OWNER, OWNER, TASK))})
    worker.render(bench.render(clips["red"], (0, 5), source=source), bench.tools)
    (fact,) = bench.settled
    assert isinstance(fact, TaskFailed)
    assert fact.code == "object_gone"


def test_a_clip_that_gives_fewer_frames_than_planned_fails_the_task(bench: Bench, clips: dict[str, Path]) -> None:
    command = bench.render(clips["red"], (0, 10), (10, 500))
    worker.render(command, bench.tools)
    (fact,) = bench.settled
    assert isinstance(fact, TaskFailed)
    assert fact.code == "short_footage"
    assert "red.mp4" in fact.message
    assert bench.stored(command, "mp4") == [True, False]


def test_a_clip_ffmpeg_breaks_on_is_tried_twice_then_fails_the_task(
    bench: Bench, clips: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = []

    def broken(*args: object, **options: object) -> None:
        tries.append(args)
        raise FFmpegFailed("FFmpeg ended with status 1.")

    command = bench.render(clips["red"], (0, 10))
    monkeypatch.setattr(segments, "render", broken)
    worker.render(command, bench.tools)
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

    command = bench.render(clips["red"], (0, 10))
    monkeypatch.setattr(segments, "render", broken)
    with pytest.raises(Unavailable) as caught:
        worker.render(command, bench.tools)
    assert caught.value.code == "disk_full"
    assert bench.settled == []


def test_when_time_runs_out_what_is_done_is_kept(bench: Bench, clips: dict[str, Path]) -> None:
    command = bench.render(clips["red"], (0, 10), (10, 10))

    def left() -> float:
        return 1.0 if any(bench.stored(command, "mp4")) else 100.0

    with pytest.raises(Unavailable) as caught:
        worker.render(command, replace(bench.tools, remaining_s=left))
    assert caught.value.code == "out_of_time"
    assert bench.stored(command, "mp4") == [True, False]
    assert bench.settled == []
    worker.render(command, bench.tools)
    last = bench.facts[-1]
    assert isinstance(last, TaskFinished)
    assert (last.made, last.reused) == (1, 1)


def test_a_store_that_is_down_leaves_the_task_to_be_tried_again(bench: Bench, clips: dict[str, Path]) -> None:
    class Down(DirectoryStore):
        def upload(self, path: Path, key: str, content_type: str) -> None:
            if key.endswith(".mp4"):
                raise StorageUnavailable("down")
            super().upload(path, key, content_type)

    command = bench.render(clips["red"], (0, 5))
    with pytest.raises(StorageUnavailable):
        worker.render(command, replace(bench.tools, store=Down(bench.tools.scratch.parent / "bucket")))
    assert bench.settled == []
    assert bench.stored(command, "mp4") == [False]


@pytest.fixture(scope="module")
def encoded(clips: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Part]]:
    """A bucket with a segment of each clip."""
    folder = tmp_path_factory.mktemp("encoded")
    bench = Bench(folder)
    made = {}
    for colour, path in clips.items():
        command = bench.render(path, (0, 15))
        worker.render(command, bench.tools)
        made[colour] = part_of(command)
    return folder / "bucket", made


@pytest.fixture
def parts(bench: Bench, tmp_path: Path, encoded: tuple[Path, dict[str, Part]]) -> dict[str, Part]:
    """A segment of each clip, in the bench's store."""
    bucket, made = encoded
    shutil.copytree(bucket, tmp_path / "bucket", copy_function=os.link)
    return made


def test_outputs_are_joined_stored_and_reported_one_by_one(bench: Bench, parts: dict[str, Part]) -> None:
    command = bench.assemble((parts["red"], parts[SILENT], parts["gold"]), (parts["gold"], parts["red"]))
    worker.assemble(command, bench.tools)
    made = sorted((fact for fact in bench.facts if isinstance(fact, OutputMade)), key=lambda fact: fact.n)
    assert [(fact.n, fact.frames, fact.samples) for fact in made] == [(1, 45, 72_000), (2, 30, 48_000)]
    for fact in made:
        path = bench.store.fetch(fact.key)
        assert (path.stat().st_size, verify.count_frames(path)) == (fact.size_bytes, fact.frames)
        assert bench.store.head(fact.poster_key) is not None
    assert len({fact.sha256 for fact in made}) == 2
    last = bench.facts[-1]
    assert isinstance(last, TaskFinished)
    assert last.made == 2
    assert list(bench.tools.scratch.iterdir()) == []


def test_making_an_output_again_makes_the_same_bytes(bench: Bench, parts: dict[str, Part]) -> None:
    command = bench.assemble((parts["red"], parts["green"]))
    worker.assemble(command, bench.tools)
    worker.assemble(command, bench.tools)
    first, second = (fact for fact in bench.facts if isinstance(fact, OutputMade))
    assert first == second


def test_an_output_whose_segment_is_gone_does_not_stop_the_others(bench: Bench, parts: dict[str, Part]) -> None:
    lost = parts["red"]._replace(piece=Piece(digest=GONE, frames=15))
    worker.assemble(bench.assemble((parts["red"], lost), (parts["green"], parts["red"])), bench.tools)
    by_n = {fact.n: fact for fact in bench.settled if isinstance(fact, OutputFailed | OutputMade)}
    assert isinstance(by_n[1], OutputFailed)
    assert by_n[1].code == "segment_missing"
    assert isinstance(by_n[2], OutputMade)
    assert isinstance(bench.facts[-1], TaskFinished)


def test_segments_that_cannot_be_joined_fail_their_output_alone(
    bench: Bench, parts: dict[str, Part], clips: dict[str, Path]
) -> None:
    bench.store.upload(clips["gold"], keys.segment(OWNER, parts["gold"].piece.digest, "mp4"), "video/mp4")
    worker.assemble(bench.assemble((parts["red"], parts["gold"]), (parts["red"], parts["green"])), bench.tools)
    by_n = {fact.n: fact for fact in bench.settled if isinstance(fact, OutputFailed | OutputMade)}
    assert isinstance(by_n[1], OutputFailed)
    assert isinstance(by_n[2], OutputMade)


def test_an_output_that_breaks_us_does_not_stop_the_others(
    bench: Bench, parts: dict[str, Part], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = assembly.assemble

    def broken(*args: Any, tags: Tags, **options: Any) -> assembly.Assembled:
        if tags.title == "Video 1":
            raise ZeroDivisionError
        return real(*args, tags=tags, **options)

    monkeypatch.setattr(assembly, "assemble", broken)
    with pytest.raises(ZeroDivisionError):
        worker.assemble(bench.assemble((parts["red"],), (parts["green"],), (parts["gold"],)), bench.tools)
    assert sorted(fact.n for fact in bench.settled if isinstance(fact, OutputMade)) == [2, 3]
    assert not any(isinstance(fact, TaskFinished) for fact in bench.facts)


def test_assembling_stops_when_time_runs_out(bench: Bench, parts: dict[str, Part]) -> None:
    with pytest.raises(Unavailable) as caught:
        worker.assemble(bench.assemble((parts["red"],)), replace(bench.tools, remaining_s=lambda: 3.0))
    assert caught.value.code == "out_of_time"
    assert bench.settled == []


def test_an_output_that_cannot_be_reported_leaves_the_task_to_be_tried_again(
    bench: Bench, parts: dict[str, Part]
) -> None:
    def report(fact: TaskFact) -> None:
        if isinstance(fact, OutputMade):
            raise QueueUnavailable("down")
        bench.facts.append(fact)

    with pytest.raises(QueueUnavailable):
        worker.assemble(bench.assemble((parts["red"],), (parts["green"],)), replace(bench.tools, report=report))
    assert bench.settled == []


def beats(bench: Bench, clips: dict[str, Path], report: Callable[[TaskFact], None]) -> Heartbeat:
    return Heartbeat(bench.render(clips["red"], (0, 5)), report, progress_s=0.001, silence_s=0.002)


def test_a_heartbeat_goes_on_while_nothing_is_done(bench: Bench, clips: dict[str, Path]) -> None:
    enough = threading.Event()
    heard: list[int] = []

    def report(fact: TaskFact) -> None:
        assert isinstance(fact, TaskProgressed)
        heard.append(fact.frames_done)
        if heard.count(7) >= 3:
            enough.set()

    with beats(bench, clips, report) as heartbeat:
        heartbeat.beyond(5)(2)
        assert enough.wait(30)
    assert heard[0] == 0
    assert set(heard) <= {0, 7}


def test_a_heartbeat_that_cannot_be_sent_is_a_hint_lost(bench: Bench, clips: dict[str, Path]) -> None:
    tried = threading.Event()
    calls = []

    def report(fact: TaskFact) -> None:
        calls.append(fact)
        if len(calls) > 2:
            tried.set()
        if len(calls) > 1:
            raise QueueUnavailable("down")

    with beats(bench, clips, report):
        assert tried.wait(30)


def test_a_task_whose_start_cannot_be_reported_does_not_start(bench: Bench, clips: dict[str, Path]) -> None:
    def report(fact: TaskFact) -> None:
        raise QueueUnavailable("down")

    command = bench.render(clips["red"], (0, 5))
    with pytest.raises(QueueUnavailable):
        worker.render(command, replace(bench.tools, report=report))
    assert bench.stored(command, "mp4") == [False]
