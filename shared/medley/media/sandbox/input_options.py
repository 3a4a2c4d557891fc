"""Input options FFmpeg is given for a stretch of a clip, and where the stretch lies."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

import ffmpeg

from medley import limits
from medley.contracts.media import ClipFacts, Rational, VideoFacts
from medley.media.sandbox.allowlist import demuxer_options, max_pixels

SEEK_MARGIN_US = 1_000_000  # read this much before a stretch, beyond the longest frame
MPEG = frozenset({"mpegts", "mpeg"})  # containers without an index, whose times may jump
SEEK_MARGIN_TS_US = 15_000_000  # of those: a seek may land behind the keyframe it should find
READ_MARGIN_US = 1_000_000  # and after it, since frames are stored out of order


@dataclass(frozen=True)
class SourceFile:
    """A clip's file and what the probe said of it."""

    path: Path
    facts: ClipFacts


class Stretch(Protocol):
    """A shot or a sound: `frames` output frames from `start_frame` of the clip, at `speed`, without the first
    `skip_frames`."""

    @property
    def start_frame(self) -> int: ...
    @property
    def skip_frames(self) -> int: ...
    @property
    def frames(self) -> int: ...
    @property
    def speed(self) -> Rational: ...


@dataclass(frozen=True)
class Window:
    """The part of a clip to read, in microseconds on the container's clock from its start."""

    start_us: int  # of the stretch
    seek_us: int  # where reading starts; 0: at the very beginning
    length_us: int  # how much to read from there


def window(facts: ClipFacts, stretch: Stretch, fps: Rational) -> Window:
    """Where in the clip the stretch lies, with room on both sides for frames that are long or out of order."""
    begin = stretch.start_frame + stretch.skip_frames * stretch.speed.fraction  # in source frames
    start_us = facts.video.start_us + round(begin * 1_000_000 / fps.fraction)
    margin = facts.video.longest_frame_us + (SEEK_MARGIN_TS_US if facts.container in MPEG else SEEK_MARGIN_US)
    seek_us = max(0, start_us - margin) if begin else 0
    need_us = int(stretch.frames * stretch.speed.fraction / fps.fraction * 1_000_000)
    after_us = facts.video.longest_frame_us - facts.video.held_us + READ_MARGIN_US
    return Window(start_us, seek_us, start_us - seek_us + need_us + after_us)


def whole_us(facts: ClipFacts) -> int:
    """How much to read of all of a clip."""
    return facts.video.start_us + facts.video.duration_us + READ_MARGIN_US


def clip_input(source: SourceFile, where: Window, threads: int, *, unifying: bool = False) -> Any:
    """The clip as an FFmpeg input that gives `where`, all its streams on the container's clock. Sound that changes its
    form is given while `unifying` alone, since filters are set up anew there."""
    options: dict[str, Any] = untrusted() | {"threads": threads, "t": seconds(where.length_us)}
    options |= {"copyts": None, "start_at_zero": None}  # no rounding of the offset between the streams
    if where.seek_us:
        options["ss"] = seconds(where.seek_us)
    if not source.facts.video.interlaced or source.facts.video.changes_size:  # each picture is scaled by itself
        options["reinit_filter:v"] = 0
    if source.facts.audio is not None and not unifying:
        options["drop_changed:a"] = 1
    return ffmpeg.input(f"file:{source.path}", **options)


def picture(clip: Any, video: VideoFacts) -> Any:
    """The picture of such an input."""
    return clip[f"V:{video.track}"]


def sound(clip: Any, facts: ClipFacts) -> Any:
    """Its sound, of a clip that has any."""
    return clip[f"a:{facts.audio.track if facts.audio is not None else 0}"]


def clock(clip: Any, facts: ClipFacts, *, of: Literal["picture", "sound"]) -> list[Any]:
    """Outputs to nowhere for the other stream of an MPEG stream of which one alone is wanted: the clock starts with
    the first of the streams that are read, not of all, in containers whose times may jump."""
    if facts.container not in MPEG or facts.audio is None:
        return []
    other = sound(clip, facts) if of == "picture" else picture(clip, facts.video)
    return [ffmpeg.output(other, "-", f="null", c="copy")]


def untrusted() -> dict[str, Any]:
    """Input options for a clip that came from a user; its rotation is applied by our own filters."""
    return {
        **demuxer_options(),
        "max_streams": limits.CLIP_STREAMS,
        "max_pixels": max_pixels(limits.CLIP_PIXELS, limits.CLIP_WIDTH_PX),
        "threads": 1,
        "display_rotation:v": 0,
    }


def seconds(us: int) -> str:
    """Microseconds as FFmpeg reads a time: exactly."""
    return f"{us // 1_000_000}.{us % 1_000_000:06d}"
