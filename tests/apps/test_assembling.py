"""Segments are joined into videos, with real clips, real FFmpeg and a directory for a bucket."""

import hashlib
import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from medley.apps.video_mixer import worker
from medley.apps.video_mixer.recipe import Piece
from medley.contracts import keys
from medley.contracts.engine import Tags
from medley.contracts.facts import OutputFailed, OutputMade, TaskBlocked, TaskFact, TaskFinished
from medley.errors import QueueUnavailable, Unavailable
from medley.media.output import assembly, verify
from tests.apps.bench import GENERATION, OWNER, Bench, Part, part_of
from tests.apps.scenes import SILENT

GONE = "0" * 64


@pytest.fixture(scope="module")
def encoded(clips: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Part]]:
    """A bucket with a segment of each clip."""
    folder = tmp_path_factory.mktemp("encoded")
    bench = Bench(folder)
    made = {}
    for colour, path in clips.items():
        job = bench.render(path, (0, 15))
        worker.render(job, bench.context)
        made[colour] = part_of(job)
    return folder / "bucket", made


@pytest.fixture
def parts(bench: Bench, tmp_path: Path, encoded: tuple[Path, dict[str, Part]]) -> dict[str, Part]:
    """A segment of each clip, in the bench's store."""
    bucket, made = encoded
    shutil.copytree(bucket, tmp_path / "bucket", copy_function=os.link)
    return made


def test_outputs_are_joined_stored_and_reported_one_by_one(bench: Bench, parts: dict[str, Part]) -> None:
    job = bench.assemble((parts["red"], parts[SILENT], parts["gold"]), (parts["gold"], parts["red"]))
    worker.assemble(job, bench.context)
    made = sorted((fact for fact in bench.facts if isinstance(fact, OutputMade)), key=lambda fact: fact.n)
    assert [(fact.n, fact.work, fact.parts[0].facts["samples"]) for fact in made] == [(1, 45, 72_000), (2, 30, 48_000)]
    for fact in made:
        parts_told = [(part.role, part.media_type) for part in fact.parts]
        assert parts_told == [("main", "video/mp4"), ("poster", "image/jpeg")]
        for part in fact.parts:
            path = bench.store.fetch(part.key)
            told = path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest()
            assert told == (part.size_bytes, part.sha256)
        main = fact.parts[0]
        assert verify.count_frames(bench.store.fetch(main.key)) == main.facts["frames"] == fact.work
    assert len({fact.parts[0].sha256 for fact in made}) == 2
    last = bench.facts[-1]
    assert isinstance(last, TaskFinished)
    assert last.made == 2
    assert list(bench.context.scratch.iterdir()) == []


def test_making_an_output_again_makes_the_same_bytes(bench: Bench, parts: dict[str, Part]) -> None:
    job = bench.assemble((parts["red"], parts["green"]))
    worker.assemble(job, bench.context)
    bench.store.delete(keys.output(OWNER, GENERATION, 1, "json"))
    worker.assemble(job, bench.context)
    first, second = (fact for fact in bench.facts if isinstance(fact, OutputMade))
    assert first == second


def test_an_output_whose_segment_is_gone_is_blocked_and_does_not_stop_the_others(
    bench: Bench, parts: dict[str, Part]
) -> None:
    lost = parts["red"]._replace(piece=Piece(digest=GONE, frames=15))
    worker.assemble(bench.assemble((parts["red"], lost), (parts["green"], parts["red"])), bench.context)
    made, blocked = bench.settled
    assert isinstance(made, OutputMade)
    assert isinstance(blocked, TaskBlocked)
    assert (made.n, blocked.outputs, blocked.lost) == (2, (1,), (keys.segment(OWNER, GONE, "mp4"),))
    assert blocked.code == "segment_lost"


def test_segments_that_cannot_be_joined_fail_their_output_alone(
    bench: Bench, parts: dict[str, Part], clips: dict[str, Path]
) -> None:
    bench.store.upload(clips["gold"], keys.segment(OWNER, parts["gold"].piece.digest, "mp4"), "video/mp4")
    worker.assemble(bench.assemble((parts["red"], parts["gold"]), (parts["red"], parts["green"])), bench.context)
    by_n = {fact.n: fact for fact in bench.settled if isinstance(fact, OutputFailed | OutputMade)}
    assert isinstance(by_n[1], OutputFailed)
    assert isinstance(by_n[2], OutputMade)


@pytest.mark.parametrize("suffix", ["mp4", "jpg", "json"])
def test_an_output_that_is_told_of_but_lost_is_made_again(bench: Bench, parts: dict[str, Part], suffix: str) -> None:
    command = bench.assemble((parts["red"],))
    worker.assemble(command, bench.context)
    key = keys.output(OWNER, GENERATION, 1, suffix)
    bench.store.delete(key)
    worker.assemble(command, bench.context)
    first, second = (fact for fact in bench.facts if isinstance(fact, OutputMade))
    assert first == second
    assert bench.store.head(key) is not None


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
        worker.assemble(bench.assemble((parts["red"],), (parts["green"],), (parts["gold"],)), bench.context)
    assert sorted(fact.n for fact in bench.settled if isinstance(fact, OutputMade)) == [2, 3]
    assert not any(isinstance(fact, TaskFinished) for fact in bench.facts)


def test_assembling_stops_when_time_runs_out(bench: Bench, parts: dict[str, Part]) -> None:
    with pytest.raises(Unavailable) as caught:
        worker.assemble(bench.assemble((parts["red"],)), replace(bench.context, remaining_s=lambda: 3.0))
    assert caught.value.code == "out_of_time"
    assert bench.settled == []


def test_a_command_that_comes_again_goes_on_where_it_was(
    bench: Bench, parts: dict[str, Part], monkeypatch: pytest.MonkeyPatch
) -> None:
    job = bench.assemble(*[(parts[colour],) for colour in ("red", "green", "gold", "red", "green")])

    def made() -> list[int]:
        return sorted(fact.n for fact in bench.facts if isinstance(fact, OutputMade))

    def left() -> float:
        return 1.0 if len(made()) >= 2 else 100.0

    with pytest.raises(Unavailable):
        worker.assemble(job, replace(bench.context, remaining_s=left))
    before = made()
    assert 2 <= len(before) < 5
    first = {fact.n: fact for fact in bench.facts if isinstance(fact, OutputMade)}
    bench.facts.clear()
    joined: list[str] = []
    real = assembly.assemble

    def watched(*args: Any, tags: Tags, **options: Any) -> assembly.Assembled:
        joined.append(tags.title)
        return real(*args, tags=tags, **options)

    monkeypatch.setattr(assembly, "assemble", watched)
    worker.assemble(job, bench.context)
    assert made() == [1, 2, 3, 4, 5]
    assert sorted(joined) == [f"Video {n}" for n in range(1, 6) if n not in before]
    again = {fact.n: fact for fact in bench.facts if isinstance(fact, OutputMade)}
    assert {n: again[n] for n in before} == {n: first[n] for n in before}


def test_an_output_that_cannot_be_reported_leaves_the_task_to_be_tried_again(
    bench: Bench, parts: dict[str, Part]
) -> None:
    def report(fact: TaskFact) -> None:
        if isinstance(fact, OutputMade):
            raise QueueUnavailable("down")
        bench.facts.append(fact)

    with pytest.raises(QueueUnavailable):
        worker.assemble(bench.assemble((parts["red"],), (parts["green"],)), replace(bench.context, report=report))
    assert bench.settled == []
