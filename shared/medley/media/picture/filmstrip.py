"""Filmstrip: pictures of a clip side by side in one JPEG, evenly spread over it, for a timeline to show."""

from pathlib import Path
from typing import Any

from medley import limits
from medley.contracts.media import ClipFacts
from medley.media.picture import jpeg, video_filters

SIDE_PX = 160  # each picture fits into a square of this side
QUALITY = 5  # of the JPEG: 1 is best, 31 worst


def output(stream: Any, facts: ClipFacts, out: Path) -> Any:
    """The output that writes the filmstrip of frames whose times count from the clip's first."""
    count = limits.FILMSTRIP_PICTURES
    rate = f"{count * 1_000_000}/{facts.video.duration_us}"
    spread = stream.filter("fps", rate, start_time=0, round="near", eof_action="pass")
    strip = (
        video_filters.clip_poster(spread, facts.video, SIDE_PX)
        .filter("tpad", stop=count, stop_mode="clone")
        .filter("trim", end_frame=count)
        .filter("tile", f"{count}x1")
    )
    return jpeg.output(strip, out, QUALITY)
