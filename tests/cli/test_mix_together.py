"""Two runs of `medley mix` at once, into one folder or over one cache: neither does what the other does."""

import errno
import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from cli.ready_tasks import Locks
from medley.apps.video_mixer import APP
from medley.apps.video_mixer.operations import RENDER
from medley.apps.video_mixer.spec import MixSpec
from medley.domain.generations import PlannedTask
from tests.apps.builders import library
from tests.cli.conftest import QUICK

ROOT = Path(__file__).parents[2]
USED = ("red", "blue", "gold")  # clips
# Each begins when both have planned, and none ends its first piece before the other wants one.
PROGRAM = """
import sys, time
from pathlib import Path
from cli.mix_run import PlanRun
from cli.ready_tasks import Locks
from cli.__main__ import main

own, other = Path(sys.argv.pop(1)), Path(sys.argv.pop(1))
real = PlanRun.run

def meet(run):
    own.touch()
    while not other.exists():
        time.sleep(0.01)
    real(run)

PlanRun.run = meet
main()
"""


def run_twice(folder: Path, clips: Mapping[str, Path], *, outs: tuple[str, str], caches: tuple[str, str]) -> list[Any]:
    """Two runs of the same order at once; returns their reports."""
    words = ["mix", *QUICK, *(str(clips[name]) for name in USED), "--count", "3", "--seed", "7"]
    running = []
    for number, (out, cache) in enumerate(zip(outs, caches, strict=True)):
        meeting = [str(folder / f"begun-{each}") for each in (number, 1 - number)]
        places = ["--out", out, "--cache", cache, "--json", f"report-{number}.json"]
        command = [sys.executable, "-c", PROGRAM, *meeting, *words, *places]
        running.append(subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True))
    for process in running:
        _, said = process.communicate(timeout=120)
        assert process.returncode == 0, said
    return [json.loads((folder / f"report-{number}.json").read_text()) for number in range(2)]


@pytest.mark.parametrize("outs", [("out", "out"), ("one", "other")])
def test_one_cache_is_filled_once(clips: dict[str, Path], tmp_path: Path, outs: tuple[str, str]) -> None:
    reports = run_twice(tmp_path, clips, outs=outs, caches=("cache", "cache"))
    counts = [report["segments"] for report in reports]
    assert sum(each["encoded"] for each in counts) == len(USED)
    assert all(each["encoded"] + each["reused"] == len(USED) for each in counts)
    assert {path.name for out in outs for path in (tmp_path / out).iterdir()} == {f"Video {n}.mp4" for n in (1, 2, 3)}
    made = [[(output["state"], output["sha256"]) for output in report["outputs"]] for report in reports]
    assert made[0] == made[1]
    assert {state for state, _ in made[0]} == {"made"}


def test_one_folder_gets_each_video_once(clips: dict[str, Path], tmp_path: Path) -> None:
    reports = run_twice(tmp_path, clips, outs=("out", "out"), caches=("cache", "another"))
    assert len(list((tmp_path / "out").iterdir())) == 3
    assert [[output["file"] for output in report["outputs"]] for report in reports] == [
        [str(tmp_path / "out" / f"Video {n}.mp4") for n in (1, 2, 3)]
    ] * 2


def render_tasks() -> list[PlannedTask]:
    plan = APP.plan(MixSpec(count=6), library("abc"), seed=1)
    return [task for task in plan.tasks if task.operation == RENDER]


HOLDER = """
import sys, time
from pathlib import Path
from cli.ready_tasks import Locks
from tests.cli.test_mix_together import render_tasks

with Locks.of(Path(sys.argv[1])) as locks:
    assert locks.take(render_tasks()[0])
    print("held", flush=True)
    time.sleep(600)
"""


def test_a_lock_ends_with_who_holds_it(tmp_path: Path) -> None:
    """However it ends: here it is killed."""
    one, other, *_ = render_tasks()
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with Locks.of(tmp_path) as locks:
            assert not locks.take(one)
            assert locks.take(other)
            holder.kill()
            holder.wait()
            assert locks.take(one)


def test_without_locks_there_is_work_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "lockf", refuse)
    with Locks.of(tmp_path) as locks:
        assert locks.take(render_tasks()[0])
    with Locks.of(None) as locks:
        assert locks.take(render_tasks()[0])
    assert [path.name for path in tmp_path.iterdir()] == ["locks"]
