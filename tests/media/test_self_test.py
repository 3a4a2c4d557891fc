"""The self-test passes where the tools work, and names the one that does not."""

import logging
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from medley import workdir
from medley.errors import SelfTestFailed, Unavailable
from medley.media.intake import probe, self_test
from medley.media.picture import perceptual_hash
from medley.media.sandbox import ffmpeg


def missing(*_: object, **__: object) -> None:
    raise AttributeError("no such thing in this release")


def test_it_passes_here_and_leaves_nothing(tmp_path: Path) -> None:
    said = self_test.try_out(tmp_path)
    assert said["ffmpeg"] == ffmpeg.version()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("module", "name", "tool"),
    [
        (ffmpeg, "run", "FFmpeg"),
        (probe, "scanned", "the probe"),
        (probe, "judge", "the probe"),
        (perceptual_hash, "pdq", "the reader of pictures"),
    ],
)
def test_it_names_what_does_not_work(
    module: object, name: str, tool: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, name, missing)
    with pytest.raises(SelfTestFailed, match="no such thing in this release") as failed:
        self_test.try_out(tmp_path)
    assert failed.value.metadata == {"tool": tool}
    assert list(tmp_path.iterdir()) == []


def test_a_probe_that_sees_another_clip_does_not_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(self_test, "FRAMES", 12)
    usual: Callable[[Path], None] = self_test._make

    def make_another(clip: Path) -> None:
        usual(clip)
        shorter = clip.with_name("shorter.mp4")
        argv = [ffmpeg.executable(), "-v", "error", "-i", str(clip), "-frames:v", "11", "-c", "copy", str(shorter)]
        subprocess.run(argv, check=True)
        shorter.replace(clip)

    monkeypatch.setattr(self_test, "_make", make_another)
    with pytest.raises(SelfTestFailed, match="a test clip was read as"):
        self_test.try_out(tmp_path)


def test_a_full_disk_is_no_fault_of_the_tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise Unavailable("There is not enough disk space for this work.", code="disk_full")

    monkeypatch.setattr(workdir, "require_space", full)
    with pytest.raises(Unavailable):
        self_test.try_out(tmp_path)


def test_it_is_made_once_and_again_when_something_broke(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tried: list[Path] = []
    monkeypatch.setattr(self_test, "try_out", lambda folder: tried.append(folder) or {})
    test = self_test.SelfTest(tmp_path)
    test.require()
    test.require()
    assert tried == [tmp_path]

    def fail(_: Path) -> None:
        raise SelfTestFailed("The probe failed.")

    works = self_test.try_out
    monkeypatch.setattr(self_test, "try_out", fail)
    test.require()
    with caplog.at_level(logging.CRITICAL), pytest.raises(SelfTestFailed):
        test.repeat()
    with pytest.raises(SelfTestFailed):
        test.require()
    assert "no work is taken" in caplog.text
    monkeypatch.setattr(self_test, "try_out", works)
    test.require()
    assert tried == [tmp_path] * 2
