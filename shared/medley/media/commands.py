"""Every FFmpeg command Medley runs, as argv lists made by pure functions from plain values.

File names are ours and always prefixed `file:`; nothing a user typed is an argument, except a title that has
been cleaned. Graphs are built by ffmpeg-python, which only quotes and orders; it runs nothing here.
"""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import ffmpeg

from medley import limits
from medley.contracts.media import SAMPLE_RATE, Canvas, ClipFacts, Encoding, Quality, Rational, Segment, VideoFacts
from medley.media import picture, sound
from medley.media.accepted import demuxer_options

GLOBAL = ("-hide_banner", "-nostdin", "-nostats", "-v", "error", "-progress", "pipe:1", "-stats_period", "0.5", "-y")
SEEK_MARGIN_US = 1_000_000  # read this much before a segment, beyond the longest frame
SEEK_MARGIN_TS_US = 15_000_000  # MPEG-TS has no index: a seek may land behind the keyframe it should find
READ_MARGIN_US = 1_000_000  # and after it, since frames are stored out of order
TIMESCALE_MIN = 10_000  # ticks per second of our MP4 files, at least: FFmpeg's own lower bound


@dataclass(frozen=True)
class X264:
    """Settings of libx264 for one quality; equal for all segments of an output, or they would not join."""

    preset: str
    crf: int


X264_SETTINGS: dict[Quality, X264] = {
    "draft": X264("ultrafast", 24),
    "standard": X264("veryfast", 20),
    "high": X264("medium", 18),
}


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


@dataclass(frozen=True)
class Window:
    """The part of a clip to read, in microseconds on the container's clock from its start."""

    start_us: int  # of the segment
    seek_us: int  # where reading starts; 0: at the very beginning
    length_us: int  # how much to read from there


def window(facts: ClipFacts, segment: Segment, fps: Rational) -> Window:
    """Where in the clip the segment lies, with room on both sides for frames that are long or out of order."""
    offset = Fraction(segment.start_frame * 1_000_000, 1) / fps.fraction
    start_us = facts.video.start_us + round(offset)
    margin = facts.video.longest_frame_us + (SEEK_MARGIN_TS_US if "mpegts" in facts.container else SEEK_MARGIN_US)
    seek_us = max(0, start_us - margin) if segment.start_frame else 0
    need_us = int(segment.frames * segment.speed.fraction / fps.fraction * 1_000_000)
    return Window(start_us, seek_us, start_us - seek_us + need_us + facts.video.longest_frame_us + READ_MARGIN_US)


def render(
    executable: str,
    source: Path,
    facts: ClipFacts,
    segment: Segment,
    *,
    canvas: Canvas,
    encoding: Encoding,
    video_out: Path,
    audio_out: Path | None,
    threads: int,
) -> list[str]:
    """Encode one segment: H.264 without audio into `video_out`, its sound as PCM into `audio_out` if given.

    Closed GOPs, `stitchable` headers, no B-frames and one time base make any prefix of any such segments
    join by copying (docs/ARCHITECTURE.md). Both outputs come from one read of the source on one clock.
    """
    where = window(facts, segment, canvas.fps)
    clip = ffmpeg.input(f"file:{source}", **_reading(facts, where, threads))
    outputs = [
        ffmpeg.output(
            picture.chain(clip["V:0"], facts.video, segment, canvas, where.start_us),
            f"file:{video_out}",
            **_x264(encoding, canvas.fps, threads),
            **{"frames:v": segment.frames, "fps_mode": "passthrough"},
            **_tidy(canvas.fps),
        )
    ]
    if audio_out is not None:
        samples = samples_within(segment.frames, canvas.fps)
        outputs.append(
            ffmpeg.output(
                sound.chain(clip["a:0"], segment.speed, where.start_us, samples),
                f"file:{audio_out}",
                f="wav",
                acodec="pcm_s16le",
                fflags="+bitexact",
                map_metadata=-1,
            )
        )
    return _compile(executable, ffmpeg.merge_outputs(*outputs), "-filter_complex_threads", str(threads))


def assemble(executable: str, listing: Path, out: Path, canvas: Canvas, *, title: str) -> list[str]:
    """Join the segments of an ffconcat `listing` by copying, with PCM from stdin encoded once as AAC."""
    video = ffmpeg.input(f"file:{listing}", f="concat", safe=1, protocol_whitelist="file")
    audio = ffmpeg.input("pipe:0", f="s16le", ar=SAMPLE_RATE, ac=2, protocol_whitelist="pipe")
    stream = ffmpeg.output(
        video["v:0"],
        audio["a:0"],
        f"file:{out}",
        vcodec="copy",
        acodec="aac",
        aac_coder="fast",  # 1.8 times as fast as twoloop and no further from the source, measured on music and noise
        audio_bitrate="160k",
        movflags="+faststart",
        **_tidy(canvas.fps),
        metadata=f"title={plain_title(title)}",
    )
    return _compile(executable, stream)


def clip_poster(executable: str, source: Path, video: VideoFacts, out: Path, *, at_us: int, side: int) -> list[str]:
    """The picture of a clip at `at_us` after its container's start, as a JPEG within `side` pixels."""
    clip = ffmpeg.input(f"file:{source}", **_untrusted(), **_at(at_us))
    return _compile(executable, _jpeg(picture.clip_poster(clip["V:0"], video, side), out))


def canvas_poster(executable: str, video: Path, canvas: Canvas, out: Path, *, at_us: int, side: int) -> list[str]:
    """The same of a segment or finished video."""
    stream = ffmpeg.input(f"file:{video}", protocol_whitelist="file", threads=1, **_at(at_us))
    return _compile(executable, _jpeg(picture.canvas_poster(stream["v:0"], canvas, side), out))


def _at(at_us: int) -> dict[str, Any]:
    return {"ss": _seconds(at_us)} if at_us else {}


def _jpeg(picture_stream: Any, out: Path) -> Any:
    options = {"frames:v": 1, "q:v": 4, "fps_mode": "passthrough", "map_metadata": -1}
    return ffmpeg.output(picture_stream, f"file:{out}", f="image2", update=1, vcodec="mjpeg", **options)


def plain_title(title: str) -> str:
    """A title fit for an MP4 tag: one line, no control characters, of bounded length."""
    return " ".join("".join(c if c.isprintable() else " " for c in title).split())[: limits.NAME_CHARACTERS]


def _reading(facts: ClipFacts, where: Window, threads: int) -> dict[str, Any]:
    options: dict[str, Any] = _untrusted() | {"threads": threads, "t": _seconds(where.length_us)}
    options |= {"copyts": None, "start_at_zero": None}  # no rounding of the offset between the streams
    if where.seek_us:
        options["ss"] = _seconds(where.seek_us)
    if not facts.video.interlaced:  # a picture that changes size is scaled; a deinterlacer could not take it
        options["reinit_filter:v"] = 0
    if facts.audio is not None:
        options["drop_changed:a"] = 1
    return options


def _untrusted() -> dict[str, Any]:
    """Input options for a file that came from a user; its rotation is applied by our own filters."""
    return {
        **demuxer_options(),
        "max_streams": limits.CLIP_STREAMS,
        "max_pixels": limits.CLIP_PIXELS,
        "threads": 1,
        "display_rotation:v": 0,
    }


def _x264(encoding: Encoding, fps: Rational, threads: int) -> dict[str, Any]:
    settings = X264_SETTINGS[encoding.quality]
    return {
        "f": "mp4",
        "vcodec": "libx264",
        "preset": settings.preset,
        "crf": settings.crf,
        "bf": 0,
        "g": round(fps.fraction),
        "threads": threads,
        "x264-params": "stitchable=1:open-gop=0:scenecut=0",
    }


def _tidy(fps: Rational) -> dict[str, Any]:
    """Output options: exact times, and nothing of the source's tags, chapters or other streams."""
    return {
        "video_track_timescale": timescale(fps),
        "movie_timescale": timescale(fps),
        "map_metadata": -1,
        "map_chapters": -1,
    }


def _seconds(us: int) -> str:
    return f"{us // 1_000_000}.{us % 1_000_000:06d}"


def _compile(executable: str, stream: Any, *more: str) -> list[str]:
    argv: list[str] = ffmpeg.compile(stream, cmd=[executable, *GLOBAL, *more])
    return argv
