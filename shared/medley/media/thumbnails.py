"""Small pictures of clips and finished videos."""

from pathlib import Path

from medley.contracts.media import Canvas, ClipFacts, VideoFacts
from medley.errors import NotMedia
from medley.media import commands, ffmpeg, picture

POSTER_PX = 480  # a poster fits into a square of this side
CANVAS_POSTER_FRAME = 15  # of a finished video: past a fade-in, still in the first clip


def clip_poster(source: Path, facts: ClipFacts, out: Path, *, threads: int = 1) -> None:
    """A JPEG of the clip a third of the way in, upright.

    Raises:
        NotMedia: code `unreadable`; no picture could be decoded.
        FFmpegFailed: FFmpeg broke.
    """
    _poster(source, facts.video, facts.video.duration_us // 3, out, threads)


def output_poster(video: Path, canvas: Canvas, frames: int, out: Path, *, threads: int = 1) -> None:
    """A JPEG of one of the first frames of a finished video or segment of `frames` frames.

    Raises:
        FFmpegFailed: FFmpeg broke.
    """
    at = min(CANVAS_POSTER_FRAME, frames // 2)
    facts = VideoFacts(
        codec="h264",
        width=canvas.width,
        height=canvas.height,
        fps=canvas.fps,
        pixel_format="yuv420p",
        matrix="bt709",
        duration_us=max(1, round(frames * 1_000_000 / canvas.fps.fraction)),
        frames=frames,
    )
    _poster(video, facts, round(at * 1_000_000 / canvas.fps.fraction), out, threads)


def _poster(source: Path, facts: VideoFacts, at_us: int, out: Path, threads: int) -> None:
    wanted = picture.Poster(facts, POSTER_PX)
    for moment in (at_us, 0):  # nothing decodes there in a clip damaged or indexed badly: take its first picture
        ffmpeg.run(commands.poster(ffmpeg.executable(), source, out, at_us=moment, video=wanted, threads=threads))
        if out.exists() and out.stat().st_size:
            return
    raise NotMedia("No picture of the file can be decoded.", code="unreadable")
