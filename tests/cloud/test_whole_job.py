"""The whole job by a script that knows nothing but the documentation."""

import subprocess
import sys
from pathlib import Path

import av

from local.cloud import Cloud
from medley.limits import SINGLE_UPLOAD_BYTES

SCRIPT = Path(__file__).parents[2] / "examples" / "whole_job.py"


def test_it_is_short() -> None:
    assert sum(bool(line) for line in SCRIPT.read_text().splitlines()) <= 60


def test_the_whole_job(cloud: Cloud, clips: list[Path], tmp_path: Path) -> None:
    """Six clips, one of them so large that it goes in parts."""
    large = tmp_path / "large.mp4"
    filling = SINGLE_UPLOAD_BYTES
    large.write_bytes(clips[0].read_bytes() + (8 + filling).to_bytes(4, "big") + b"free" + bytes(filling))
    (tmp_path / "out").mkdir()
    arguments = [cloud.api_url, str(tmp_path / "out"), str(large), *map(str, (*clips, clips[1]))]
    ran = subprocess.run([sys.executable, str(SCRIPT), *arguments], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout[-2_000:] + ran.stderr[-4_000:]
    videos = sorted((tmp_path / "out").glob("Spring *.mp4"))
    assert len(videos) == 20
    assert len({video.read_bytes() for video in videos}) == 20
    with av.open(str(videos[0])) as video:
        assert video.streams.video[0].frames > 0
    assert "bundle_changed" in ran.stdout
