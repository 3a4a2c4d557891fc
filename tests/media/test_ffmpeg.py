"""Which FFmpeg is accepted, how its progress is read, and what its failures become."""

from pathlib import Path

import pytest

from medley.errors import Broken, FFmpegFailed
from medley.media import ffmpeg
from medley.media.ffmpeg import Progress, patched_version


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


def test_a_failure_says_what_ffmpeg_said(tmp_path: Path) -> None:
    with pytest.raises(FFmpegFailed) as failed:
        ffmpeg.run([ffmpeg.executable(), "-v", "error", "-i", f"file:{tmp_path}/none.mp4", "-f", "null", "-"])
    assert failed.value.code == "ffmpeg_failed"
    assert failed.value.metadata["status"] > 0
    assert "No such file" in failed.value.metadata["stderr"]
