"""A filmstrip: pictures of a clip side by side in one JPEG, evenly spread over it, for a timeline to show."""

from pathlib import Path
from typing import Any

import ffmpeg

from medley import limits
from medley.contracts.media import ClipFacts
from medley.media import picture

SIDE_PX = 160  # each picture fits into a square of this side


def output(stream: Any, facts: ClipFacts, out: Path) -> Any:
    """The output that writes the filmstrip of frames whose times count from the clip's first."""
    count = limits.FILMSTRIP_PICTURES
    rate = f"{count * 1_000_000}/{facts.video.duration_us}"
    spread = stream.filter("fps", rate, start_time=0, round="near", eof_action="pass")
    strip = (
        picture.clip_poster(spread, facts.video, SIDE_PX)
        .filter("tpad", stop=count, stop_mode="clone")
        .filter("trim", end_frame=count)
        .filter("tile", f"{count}x1")
    )
    options = {"frames:v": 1, "q:v": 5, "fps_mode": "passthrough", "map_metadata": -1}
    return ffmpeg.output(strip, f"file:{out}", f="image2", update=1, vcodec="mjpeg", **options)
