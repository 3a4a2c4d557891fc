"""A worker says that it lives, whether or not it is heard."""

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from medley.apps.video_mixer import worker
from medley.apps.video_mixer.execution.heartbeat import Heartbeat
from medley.contracts.facts import TaskFact, TaskProgressed
from medley.errors import QueueUnavailable
from tests.apps.bench import Bench


def beats(bench: Bench, clips: dict[str, Path], report: Callable[[TaskFact], None]) -> Heartbeat:
    return Heartbeat(bench.render(clips["red"], (0, 5)).work, report, progress_s=0.001, silence_s=0.002)


def test_a_heartbeat_goes_on_while_nothing_is_done(bench: Bench, clips: dict[str, Path]) -> None:
    enough = threading.Event()
    heard: list[int] = []

    def report(fact: TaskFact) -> None:
        assert isinstance(fact, TaskProgressed)
        heard.append(fact.work_done)
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

    job = bench.render(clips["red"], (0, 5))
    with pytest.raises(QueueUnavailable):
        worker.render(job, replace(bench.context, report=report))
    assert bench.stored(job, "mp4") == [False]
