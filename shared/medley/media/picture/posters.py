"""Posters: small pictures of clips and finished videos."""

import time
from collections.abc import Callable
from pathlib import Path

from medley import limits
from medley.contracts.engine import Canvas
from medley.contracts.media import ClipFacts
from medley.domain.wording import refused
from medley.errors import FFmpegFailed, Unavailable
from medley.media.picture import jpeg
from medley.media.sandbox import ffmpeg

POSTER_PX = 480  # a poster fits into a square of this side
POSTER_FRAME = 15  # of a segment or finished video: past a fade-in, still in the first clip


def clip_poster(source: Path, facts: ClipFacts, out: Path) -> None:
    """A JPEG of the clip a third of the way in, upright: also the proof that FFmpeg can decode it.

    Raises:
        NotMedia: code `unreadable`; no picture could be decoded.
        FFmpegFailed: FFmpeg was killed or got stuck.
    """

    def command(at_us: int) -> list[str]:
        return jpeg.clip_poster(ffmpeg.executable(), source, facts.video, out, at_us=at_us, side=POSTER_PX)

    try:
        _first_that_works(out, command, facts.video.start_us + facts.video.duration_us // 3)
    except FFmpegFailed as error:
        if error.metadata.get("status", 0) <= 0:
            raise
        raise refused("unreadable", what="clip") from error


def poster(video: Path, canvas: Canvas, out: Path) -> None:
    """A JPEG of one of the first frames of a segment or finished video.

    Raises:
        FFmpegFailed: FFmpeg broke.
    """

    def command(at_us: int) -> list[str]:
        return jpeg.canvas_poster(ffmpeg.executable(), video, canvas, out, at_us=at_us, side=POSTER_PX)

    _first_that_works(out, command, round(POSTER_FRAME * 1_000_000 / canvas.fps.fraction))


def _first_that_works(out: Path, command: Callable[[int], list[str]], at_us: int) -> None:
    """Take the picture at `at_us`, or the first if the file has ended by then, or it takes too long to get there."""
    for moment in (at_us, 0):
        try:
            ffmpeg.run(command(moment), remaining_s=_deadline(limits.POSTER_S))
        except Unavailable as error:
            if error.code != "out_of_time":
                raise
            continue
        if out.exists() and out.stat().st_size:
            return
    raise refused("unreadable", what="picture")


def _deadline(seconds: float) -> Callable[[], float]:
    """What says how many of these seconds are left."""
    end = time.monotonic() + seconds
    return lambda: end - time.monotonic()
