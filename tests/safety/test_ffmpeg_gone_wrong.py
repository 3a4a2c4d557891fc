"""An FFmpeg that is too old, hangs, or is killed: that is said, nothing is left behind, and no good clip is blamed."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from medley import limits
from medley.errors import Broken, FFmpegFailed, NotMedia
from medley.media.intake import probe
from medley.media.picture import posters
from medley.media.sandbox import ffmpeg
from medley.media.sandbox.child_limits import Limits
from tests.media.clips import Maker

Children = Callable[[], set[int]]


@pytest.fixture
def children() -> Children:
    """Processes this thread has started since, and not yet reaped; fixtures of other tests may run some too."""

    def running() -> set[int]:
        told = Path(f"/proc/self/task/{threading.get_native_id()}/children").read_text()
        return {int(pid) for pid in told.split()}

    before = running()
    return lambda: running() - before


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Puts a shell script in FFmpeg's place."""

    def put(script: str) -> None:
        path = tmp_path / "ffmpeg"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        monkeypatch.setattr(ffmpeg, "_bundled", lambda: str(path))
        forget()

    yield put
    forget()


def forget() -> None:
    """What is remembered of the FFmpeg there was."""
    ffmpeg.executable.cache_clear()
    ffmpeg.version.cache_clear()


def test_an_old_ffmpeg_is_refused_before_any_work(stand_in: Callable[[str], None]) -> None:
    stand_in("echo ffmpeg version 7.1.4 Copyright")
    for start in (ffmpeg.ready, ffmpeg.executable):
        with pytest.raises(Broken) as refused:
            start()
        assert refused.value.code == "ffmpeg_outdated"
        assert refused.value.message == "FFmpeg 7.1.4 has known holes; 7.1.5 is patched."


HANGING = 'case "$1" in -version) echo ffmpeg version 9.0;; *) exec sleep 600;; esac'


def test_an_ffmpeg_that_hangs_is_killed(stand_in: Callable[[str], None], children: Children) -> None:
    stand_in(HANGING)
    with pytest.raises(FFmpegFailed) as failed:
        ffmpeg.run([ffmpeg.executable(), "-i", "file:x"], stall_s=0.6)
    assert failed.value.code == "stalled"
    assert children() == set()


def test_an_ffmpeg_that_hangs_is_killed_with_all_it_started(stand_in: Callable[[str], None], tmp_path: Path) -> None:
    """It could start nothing; that its session ends does not rest on that."""
    stand_in(f"sleep 600 & echo $! > {tmp_path}/pid; wait")
    with pytest.raises(FFmpegFailed):
        ffmpeg.run([ffmpeg._bundled(), f"file:{tmp_path}/out.mp4"], stall_s=1.0, limit=Limits(forks=True))
    assert ended(int((tmp_path / "pid").read_text()))


def test_a_clip_whose_pictures_never_come_is_refused(
    stand_in: Callable[[str], None], monkeypatch: pytest.MonkeyPatch, make: Maker, tmp_path: Path, children: Children
) -> None:
    clip = make("tiny")
    facts = probe.probe(clip)
    stand_in(HANGING)
    monkeypatch.setattr(limits, "POSTER_S", 0)
    with pytest.raises(NotMedia) as refused:
        posters.clip_poster(clip, facts, tmp_path / "poster.jpg")
    assert refused.value.code == "unreadable"
    assert children() == set()


def test_an_ffmpeg_that_is_killed_has_failed_and_can_be_tried_again(children: Children) -> None:
    """As the kernel does when memory is short. No clip is to blame: the status is negative."""

    def kill(frames: int) -> None:
        for child in children():
            os.kill(child, signal.SIGKILL)

    source = ("-re", "-f", "lavfi", "-i", "testsrc2=size=64x48:duration=60")
    argv = [ffmpeg.executable(), "-v", "error", "-progress", "pipe:1", *source, "-f", "null", "-"]
    with pytest.raises(FFmpegFailed) as failed:
        ffmpeg.run(argv, on_frames=kill)
    assert (failed.value.code, failed.value.metadata["status"]) == ("ffmpeg_failed", -signal.SIGKILL)


def ended(pid: int) -> bool:
    """Whether the process ends within ten seconds."""
    for _ in range(200):
        try:
            if Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z":
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.05)
    return False
