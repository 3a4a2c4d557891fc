"""JPEGs of clips and finished videos: the commands that take one picture."""

from pathlib import Path
from typing import Any

import ffmpeg

from medley.contracts.engine import Canvas
from medley.contracts.media import VideoFacts
from medley.media.picture import video_filters
from medley.media.sandbox import input_options
from medley.media.sandbox.ffmpeg_command import argv

POSTER_QUALITY = 4  # of a JPEG: 1 is best, 31 worst


def clip_poster(executable: str, source: Path, video: VideoFacts, out: Path, *, at_us: int, side: int) -> list[str]:
    """The picture of a clip at `at_us` after its container's start, as a JPEG within `side` pixels."""
    clip = ffmpeg.input(f"file:{source}", **input_options.untrusted(), **_at(at_us))
    shown = video_filters.clip_poster(input_options.picture(clip, video), video, side)
    return argv(executable, output(shown, out, POSTER_QUALITY))


def canvas_poster(executable: str, video: Path, canvas: Canvas, out: Path, *, at_us: int, side: int) -> list[str]:
    """The same of a segment or finished video."""
    stream = ffmpeg.input(f"file:{video}", protocol_whitelist="file", threads=1, **_at(at_us))
    return argv(executable, output(video_filters.canvas_poster(stream["v:0"], canvas, side), out, POSTER_QUALITY))


def output(shown: Any, out: Path, quality: int) -> Any:
    """The output that writes the first picture of a stream as a JPEG."""
    options = {"frames:v": 1, "q:v": quality, "fps_mode": "passthrough", "map_metadata": -1}
    return ffmpeg.output(shown, f"file:{out}", f="image2", update=1, vcodec="mjpeg", **options)


def _at(at_us: int) -> dict[str, Any]:
    return {"ss": input_options.seconds(at_us)} if at_us else {}
