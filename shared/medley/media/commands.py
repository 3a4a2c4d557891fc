"""Every FFmpeg command Medley runs, as argv lists made by pure functions from plain values.

File names are ours and always prefixed `file:`; nothing a user typed is an argument, except a title that has
been cleaned. Graphs are built by ffmpeg-python, which only quotes and orders; it runs nothing here.
"""

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import ffmpeg

from medley.contracts.media import SAMPLE_RATE, Canvas, Encoding, Rational, Segment, VideoFacts
from medley.media import encoders, picture, reading, sound
from medley.media.sources import SourceFile

GLOBAL = ("-hide_banner", "-nostdin", "-nostats", "-v", "error", "-progress", "pipe:1", "-stats_period", "0.5", "-y")
TIMESCALE_MIN = 10_000  # ticks per second of our MP4 files, at least: FFmpeg's own lower bound


def timescale(fps: Rational) -> int:
    """Ticks per second in which one frame is a whole number of ticks: 15360 for 30 fps, 30000 for 30000/1001."""
    ticks = fps.num
    while ticks < TIMESCALE_MIN:
        ticks *= 2
    return ticks


def samples_before(frame: int, fps: Rational) -> int:
    """The sample at which `frame` begins: rounded from zero each time, so rounding never accumulates."""
    return round(Fraction(frame * fps.den * SAMPLE_RATE, fps.num))


def samples_within(frames: int, fps: Rational) -> int:
    """Samples of a segment's audio: enough for `frames` frames wherever in an output they stand."""
    return -(-frames * fps.den * SAMPLE_RATE // fps.num)


def render(
    executable: str,
    segment: Segment,
    *,
    canvas: Canvas,
    encoding: Encoding,
    sources: Mapping[str, SourceFile],
    video_out: Path,
    sound_out: Path | None,
    threads: int,
) -> list[str]:
    """Encode one segment: its picture alone into `video_out`, its shot's sound as PCM into `sound_out` if given.

    Closed GOPs, equal headers, frames in the order they are shown and one time base make any prefix of any such
    segments join by copying (docs/ARCHITECTURE.md). Both outputs come from one read of the source on one clock.
    """
    source = sources[segment.shot.clip_sha256]
    where = reading.window(source.facts, segment.shot, canvas.fps)
    clip = reading.clip_input(source, where, threads)
    outputs = [
        ffmpeg.output(
            picture.finished(picture.chain(clip["V:0"], source.facts, segment.shot, canvas, where.start_us)),
            f"file:{video_out}",
            **encoders.options(encoding, canvas.fps, threads),
            **{"frames:v": segment.frames, "fps_mode": "passthrough"},
            **_tidy(canvas.fps),
        )
    ]
    if sound_out is not None:
        samples = samples_within(segment.frames, canvas.fps)
        heard = sound.chain(clip["a:0"], segment.shot.speed, where.start_us, samples)
        outputs.append(sound.wav(heard, sound_out))
    return _compile(executable, ffmpeg.merge_outputs(*outputs), "-filter_complex_threads", str(threads))


def clip_poster(executable: str, source: Path, video: VideoFacts, out: Path, *, at_us: int, side: int) -> list[str]:
    """The picture of a clip at `at_us` after its container's start, as a JPEG within `side` pixels."""
    clip = ffmpeg.input(f"file:{source}", **reading.untrusted(), **_at(at_us))
    return _compile(executable, _jpeg(picture.clip_poster(clip["V:0"], video, side), out))


def canvas_poster(executable: str, video: Path, canvas: Canvas, out: Path, *, at_us: int, side: int) -> list[str]:
    """The same of a segment or finished video."""
    stream = ffmpeg.input(f"file:{video}", protocol_whitelist="file", threads=1, **_at(at_us))
    return _compile(executable, _jpeg(picture.canvas_poster(stream["v:0"], canvas, side), out))


def _at(at_us: int) -> dict[str, Any]:
    return {"ss": reading.seconds(at_us)} if at_us else {}


def _jpeg(picture_stream: Any, out: Path) -> Any:
    options = {"frames:v": 1, "q:v": 4, "fps_mode": "passthrough", "map_metadata": -1}
    return ffmpeg.output(picture_stream, f"file:{out}", f="image2", update=1, vcodec="mjpeg", **options)


def _tidy(fps: Rational) -> dict[str, Any]:
    """Output options: exact times, and nothing of the source's tags, chapters or other streams."""
    return {
        "video_track_timescale": timescale(fps),
        "movie_timescale": timescale(fps),
        "map_metadata": -1,
        "map_chapters": -1,
    }


def _compile(executable: str, stream: Any, *more: str) -> list[str]:
    argv: list[str] = ffmpeg.compile(stream, cmd=[executable, *GLOBAL, *more])
    return argv
