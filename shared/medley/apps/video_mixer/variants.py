"""The ways one clip can stand in a video: every stretch, speed and look the spec allows, each different one once."""

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from medley.apps.video_mixer.choices import Trim
from medley.apps.video_mixer.spec import MixSpec
from medley.contracts.engine import Look, frames_within
from medley.contracts.media import ClipFacts, Rational

NORMAL_SPEED = Rational(num=1)


@dataclass(frozen=True)
class Variant:
    """`frames` output frames of a clip from `start_frame` (source time on the canvas's frame grid) at a speed."""

    start_frame: int
    frames: int
    speed: Rational = NORMAL_SPEED
    look: Look = "none"


def variants(facts: ClipFacts, spec: MixSpec) -> tuple[Variant, ...]:
    """All variants of a clip, at least one; they differ in what is seen. Stretches vary fastest, then speed, then look.

    A window longer than the clip is the whole clip, so short clips have fewer variants. Each look has the same.
    """
    window = None
    if spec.window_s is not None:
        window = max(1, round(Fraction(spec.window_s) * spec.canvas.fps.fraction))
    cut = _Cut(spec.trim, window, spec.windows, spec.canvas.fps)
    return _variants(facts.video.duration_us, cut, spec.speeds, spec.looks)


class _Cut(NamedTuple):
    """What is kept of each clip: `window` frames of it, or all if that is None."""

    trim: Trim
    window: int | None
    windows: int
    fps: Rational


@lru_cache(maxsize=1024)  # a quote asks for those of each clip ten times and more
def _variants(duration_us: int, cut: _Cut, speeds: tuple[str, ...], looks: tuple[Look, ...]) -> tuple[Variant, ...]:
    stretches = [
        (start, frames, speed)
        for speed in map(Rational.of, dict.fromkeys(speeds))
        for start, frames in _stretches(duration_us, cut, speed)
    ]
    return tuple(
        Variant(start, frames, speed, look) for look in dict.fromkeys(looks) for start, frames, speed in stretches
    )


def _stretches(duration_us: int, cut: _Cut, speed: Rational) -> list[tuple[int, int]]:
    """Start and length, in frames, of each part of a clip that may be kept: of its source time, then as it plays."""
    whole = max(1, frames_within(duration_us, cut.fps, speed))
    if cut.window is None:
        return [(0, whole)]
    frames = min(whole, cut.window)
    room = 0 if frames == whole else _last_start(duration_us, cut.fps, speed, frames)
    match cut.trim:
        case "middle":
            return [(room // 2, frames)]
        case "tail":
            return [(room, frames)]
        case "spread":
            last = cut.windows - 1
            return [(start, frames) for start in dict.fromkeys(room * turn // last for turn in range(cut.windows))]
        case _:
            return [(0, frames)]


def _last_start(duration_us: int, fps: Rational, speed: Rational, frames: int) -> int:
    """The last source frame from which `frames` output frames can be taken, as `available_frames` counts them."""
    source = 4 * duration_us * fps.num * speed.den  # over `whole`, as what is taken of it
    taken = (4 * frames - 1) * 1_000_000 * fps.den * speed.num
    return max(0, (source - taken) // (4_000_000 * fps.den * speed.den))
