"""`medley mix` that is stopped, however it is asked to: in order, and with counts of what the cache holds."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cli import stopping
from cli.directory_store import DirectoryStore
from cli.mix_run import PlanRun
from cli.stopping import heard, stoppable
from cli.terminal import lasting
from cli.up import show
from local.logs import Entry
from medley.apps.video_mixer import cost
from tests.cli.conftest import QUICK

LONG = ("--count", "24", "--resolution", "2160", "--quality", "high", "--fps", "60")
# A shell starts what it puts in the background deaf to Ctrl-C, nohup deaf to a closed terminal: so would these be.
HEARING = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    "; signal.signal(signal.SIGHUP, signal.SIG_DFL)"
)
PROGRAM = f"{HEARING}; from cli.__main__ import main; main()"


@dataclass
class Running:
    process: subprocess.Popen[str]
    folder: Path

    def ended_in_order(self) -> str:
        """What it said; nothing half made is left."""
        _, said = self.process.communicate(timeout=60)
        assert self.process.returncode == 130, said
        assert "Traceback" not in (said or "")
        assert list((self.folder / "out").iterdir()) == []
        assert list((self.folder / "cache" / "work").iterdir()) == []
        assert [path for path in (self.folder / "cache").rglob("*") if path.name.startswith(".partial")] == []
        report = json.loads((self.folder / "report.json").read_text())
        assert {output["state"] for output in report["outputs"]} == {"cancelled"}
        return said


@pytest.fixture
def begun(clips: dict[str, Path], tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """Starts a run with long work before it, and returns when its FFmpeg has begun."""
    started: list[subprocess.Popen[str]] = []

    def start(**options: Any) -> Running:
        places = ["--out", "out", "--cache", "cache", "--json", "report.json"]
        command = [sys.executable, "-c", PROGRAM, "mix", *map(str, clips.values()), *LONG, *places]
        options = {"stderr": subprocess.PIPE, "start_new_session": True} | options
        process = subprocess.Popen(command, cwd=tmp_path, text=True, **options)
        started.append(process)
        while process.poll() is None and not any((tmp_path / "cache" / "work").rglob("*.mp4")):
            time.sleep(0.05)
        return Running(process, tmp_path)

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_ctrl_c_leaves_nothing_half_made(begun: Callable[..., Running], number: signal.Signals) -> None:
    running = begun()
    running.process.send_signal(number)
    said = running.ended_in_order()
    told = re.search(r"Stopped. None of 24 videos was made; seed (\d+)\.", said)
    assert told
    assert f"--seed {told[1]}" in said


def test_ctrl_c_again_and_again_changes_nothing(begun: Callable[..., Running]) -> None:
    running = begun()
    while running.process.poll() is None:
        running.process.send_signal(signal.SIGINT)
        time.sleep(0.002)
    running.ended_in_order()


def test_a_closed_terminal_is_an_orderly_end(begun: Callable[..., Running]) -> None:
    """Its bars, and whatever is said after it, have nowhere to go."""
    try:
        ours, terminal = pty.openpty()
    except OSError:
        pytest.skip("this machine has no terminals to give, as a bare chroot")
    running = begun(stderr=terminal, stdout=terminal, stdin=terminal, preexec_fn=lambda: os.login_tty(terminal))
    os.close(terminal)
    os.close(ours)
    running.ended_in_order()


def test_a_reader_that_goes_away_ends_nothing(clips: dict[str, Path], tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("something to warn of")
    words = ["mix", str(clips["red"]), str(note), "--count", "1", "--resolution", "480", "--out", "out", "--no-cache"]
    reading, writing = os.pipe()
    os.close(reading)
    ran = subprocess.run([sys.executable, "-c", PROGRAM, *words], cwd=tmp_path, stderr=writing, check=False)
    os.close(writing)
    assert ran.returncode == 0
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["Video 1.mp4"]


@pytest.mark.parametrize(
    ("closed", "command", "status"),
    [(">&-", "reset", 0), ("2>&-", "mix", 2), ("<&- >&- 2>&-", "mix CLIP --out out", 0)],
)
def test_streams_that_are_closed_from_the_start_are_nothing_to_write_to(
    closed: str, command: str, status: int, clips: dict[str, Path], tmp_path: Path
) -> None:
    words = [str(clips["red"]) if word == "CLIP" else word for word in command.split()]
    words += ["--count", "1", *QUICK, "--no-cache"] if "CLIP" in command else []
    shell = ["sh", "-c", f'exec "$@" {closed}', "sh", sys.executable, "-c", PROGRAM, *words]
    ran = subprocess.run(shell, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (ran.returncode, "Traceback" in ran.stderr) == (status, False), ran.stderr
    assert [path.name for path in tmp_path.rglob("*.mp4")] == (["Video 1.mp4"] if "CLIP" in command else [])


@pytest.mark.parametrize("is_full", [True, False], ids=["a full disk", "a reader who went away"])
def test_a_cloud_ends_with_its_reader_and_not_for_a_full_disk(monkeypatch: pytest.MonkeyPatch, is_full: bool) -> None:
    asked: list[int] = []
    monkeypatch.setattr(os, "kill", lambda _, number: asked.append(number))
    reading, writing = os.pipe()
    os.close(reading)
    if is_full:
        os.close(writing)
        writing = os.open("/dev/full", os.O_WRONLY)
    with suppress(OSError), open(writing, "w", buffering=1) as stream:  # noqa: PTH123
        monkeypatch.setattr(sys, "stdout", stream)
        show(lasting(), Entry(datetime.now(UTC), "api", "INFO", "hello"))
        monkeypatch.undo()
    assert asked == ([] if is_full else [signal.SIGTERM])


def test_it_can_be_stopped_while_it_still_loads() -> None:
    program = """
import os, signal, sys
class Hurried:
    def find_spec(self, name, *_):
        if name == "typer":
            [os.kill(os.getpid(), signal.SIGTERM) for _ in range(3)]
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.meta_path.insert(0, Hurried())
from cli.__main__ import main
main()
"""
    ran = subprocess.run([sys.executable, "-c", program, "up"], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (130, "", "")


def test_the_installed_program_is_the_one_that_can_be_stopped() -> None:
    assert "from cli.__main__ import main" in Path(sys.executable).with_name("medley").read_text()


def test_one_end_however_often_it_is_asked_for() -> None:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    asked = []
    with stoppable(), stoppable():
        try:
            os.kill(os.getpid(), signal.SIGTERM)
        except KeyboardInterrupt:
            asked.append(signal.SIGTERM)
        for number in before:
            os.kill(os.getpid(), number)
    assert asked == [signal.SIGTERM]
    assert {number: signal.getsignal(number) for number in before} == before


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What `stoppable` takes for the time, in seconds."""
    now = [0.0]
    monkeypatch.setattr(stopping, "monotonic", lambda: now[0])
    return now


class Swallowing:
    """Whose end is asked for while it is being deleted: Python drops what is raised there."""

    def __del__(self) -> None:
        os.kill(os.getpid(), signal.SIGTERM)


def test_an_interrupt_that_is_lost_is_raised_again(monkeypatch: pytest.MonkeyPatch, clock: list[float]) -> None:
    lost: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", lost.append)
    with stoppable():
        for _ in range(2):
            Swallowing()
        assert [event.exc_type for event in lost] == [KeyboardInterrupt]
        clock[0] += stopping.LOST_S
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGTERM)


def test_none_is_raised_again_where_one_is_seen_to(clock: list[float]) -> None:
    """However long what cleans up takes."""

    def ask() -> None:
        clock[0] += 60
        for number in stopping.ASKED_BY:
            os.kill(os.getpid(), number)

    cleaned = []
    with stoppable():
        try:
            try:
                try:
                    os.kill(os.getpid(), signal.SIGTERM)
                finally:
                    ask()
                    cleaned.append("up")
            except KeyboardInterrupt as error:
                raise OSError("another, on its way") from error
        except OSError:
            ask()
            heard()
        ask()
        cleaned.append("to the end")
    assert cleaned == ["up", "to the end"]


def test_who_was_started_deaf_stays_so() -> None:
    """As by `nohup`."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stoppable():
            os.kill(os.getpid(), signal.SIGHUP)
        with pytest.raises(KeyboardInterrupt), stoppable(always=(signal.SIGHUP,)):
            os.kill(os.getpid(), signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_run_that_is_stopped_counts_what_is_in_the_cache(
    mix: Any, clips: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also of the task that was under way: the next run finds it."""
    monkeypatch.setattr(cost, "SEGMENT_MS", 50)
    real, stored = DirectoryStore.upload, threading.Semaphore(0)

    def upload(store: DirectoryStore, path: Path, key: str, content_type: str, **known: Any) -> None:
        real(store, path, key, content_type, **known)
        if key.endswith(".mp4"):
            stored.release()

    def hear(run: PlanRun) -> None:
        for _ in range(2):
            assert stored.acquire(timeout=60)
        raise KeyboardInterrupt

    arguments = (clips["red"], "--count", "1", "--order", "fixed", "--seed", "1")
    with monkeypatch.context() as patched:
        patched.setattr(DirectoryStore, "upload", upload)
        patched.setattr(PlanRun, "_hear", hear)
        ran = mix(*arguments, cached=tmp_path / "cache")
    there = len([*(tmp_path / "cache").rglob("*.mp4")])
    assert ran.status == 130
    assert there >= 2
    assert ran.report["segments"] == {"encoded": there, "reused": 0}
    assert f"{there} segments encoded, 0 found in the cache" in ran.said
    again = mix(*arguments, cached=tmp_path / "cache")
    assert again.report["segments"]["reused"] == there
