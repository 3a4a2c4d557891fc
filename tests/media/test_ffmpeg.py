"""Which FFmpeg is accepted, how its progress is read, and what its failures become."""

import logging
from pathlib import Path

import pytest

from medley.errors import Broken, FFmpegFailed, Unavailable
from medley.media.sandbox import child_process, ffmpeg
from medley.media.sandbox.ffmpeg import Progress, patched_version


def test_ours_is_accepted() -> None:
    assert Path(ffmpeg.executable()).is_file()
    assert int(ffmpeg.version().split(".")[0]) >= 7


@pytest.mark.parametrize("release", ["7.1.5", "8.0.3", "8.1.2", "8.2", "9.0", "9.0.2", "10.1"])
def test_patched_releases(release: str) -> None:
    banner = f"ffmpeg version n{release}-17-g2a571b6068 Copyright (c) 2000-2026"
    assert patched_version(banner).startswith(release)


@pytest.mark.parametrize("release", ["4.4", "6.1.1", "7.0.9", "7.1.4", "8.0.2", "8.1.1", "8.1", "8.0", "N-118000-gabc"])
def test_releases_with_holes(release: str) -> None:
    with pytest.raises(Broken) as refused:
        patched_version(f"ffmpeg version {release} Copyright (c) 2000-2025")
    assert refused.value.code == "ffmpeg_outdated"


def test_progress_comes_in_pieces() -> None:
    heard: list[int] = []
    progress = Progress(heard.append)
    assert not progress(b"fra")
    assert progress(b"me=12\nfps=30\n")
    assert not progress(b"frame=12\nprogress=continue\n")
    assert progress(b"out_time_us=400000\n")
    assert progress(b"frame=  36\nprogress=end\n")
    assert heard == [12, 36]


def test_a_failure_says_what_ffmpeg_said_to_the_log_alone(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(FFmpegFailed) as failed:
        ffmpeg.run([ffmpeg.executable(), "-v", "error", "-i", f"file:{tmp_path}/none.mp4", "-f", "null", "-"])
    assert failed.value.code == "ffmpeg_failed"
    assert failed.value.metadata["status"] > 0
    assert str(tmp_path) not in f"{failed.value.message} {failed.value.metadata}"
    logging.getLogger("medley").warning("it failed", exc_info=failed.value)
    assert f"Error opening input file file:{tmp_path}/none.mp4" in caplog.text


def test_where_a_command_writes() -> None:
    argv = ["ffmpeg", "-i", "file:/in/a", "-f", "concat", "-i", "file:/list/b", "-c", "copy", "file:/out/x.mp4"]
    assert ffmpeg.output_folders([*argv, "-map", "1", "file:/sound/y:z.wav"]) == {Path("/out"), Path("/sound")}


def test_a_full_disk_is_no_failure_of_the_clip() -> None:
    """/dev/full is a device that has no room."""
    source = ("-f", "lavfi", "-i", "sine=duration=3")
    with pytest.raises(Unavailable) as full:
        ffmpeg.run([ffmpeg.executable(), "-v", "error", "-y", *source, "-f", "wav", "file:/dev/full"])
    assert full.value.code == "disk_full"


def test_what_is_in_force_is_said_at_startup() -> None:
    said = ffmpeg.ready()
    assert said["ffmpeg"] == ffmpeg.version()
    assert {name: said[f"refused_{name}"] for name in child_process.confinement()} == child_process.confinement()
    assert len(said) == 5
