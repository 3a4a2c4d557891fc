"""The ways one clip can stand in a video: every stretch, speed and look the spec allows, each different one once."""

from dataclasses import dataclass
from fractions import Fraction
from math import floor

from medley.apps.video_mixer.spec import MixSpec
from medley.contracts.engine import Canvas, Look, available_frames
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

    A window longer than the clip is the whole clip, so short clips have fewer variants.
    """
    speeds = [Rational.of(speed) for speed in spec.speeds]
    found = (
        Variant(start, frames, speed, look)
        for look in spec.looks
        for speed in speeds
        for start, frames in _stretches(facts, speed, spec)
    )
    return tuple(dict.fromkeys(found))


def _stretches(facts: ClipFacts, speed: Rational, spec: MixSpec) -> list[tuple[int, int]]:
    """Start and length, in frames, of each part of a clip that may be kept: of its source time, then as it plays."""
    canvas = spec.canvas
    whole = played_frames(facts, canvas, speed)
    if spec.window_s is None:
        return [(0, whole)]
    frames = min(whole, max(1, round(Fraction(spec.window_s) * canvas.fps.fraction)))
    room = 0 if frames == whole else last_start(facts, canvas, speed, frames)
    match spec.trim:
        case "middle":
            return [(room // 2, frames)]
        case "tail":
            return [(room, frames)]
        case "spread":
            last = spec.windows - 1
            return [(start, frames) for start in dict.fromkeys(room * turn // last for turn in range(spec.windows))]
        case _:
            return [(0, frames)]


def last_start(facts: ClipFacts, canvas: Canvas, speed: Rational, frames: int) -> int:
    """The last source frame from which `frames` output frames can be taken, as `available_frames` counts them."""
    source = Fraction(facts.video.duration_us, 1_000_000) * canvas.fps.fraction
    return max(0, floor(source - (frames - Fraction(1, 4)) * speed.fraction))


def played_frames(facts: ClipFacts, canvas: Canvas, speed: Rational) -> int:
    """Length of the whole clip at a speed; at least one frame."""
    return max(1, available_frames(facts, canvas.fps, speed))
