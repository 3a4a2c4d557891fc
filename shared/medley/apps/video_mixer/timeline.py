"""A video as pieces of footage on the canvas's frame grid: integer frames at a rational rate, never seconds."""

from dataclasses import dataclass
from itertools import pairwise

from medley import limits
from medley.contracts.media import Canvas, ClipSource, Quality, Rational, Segment, available_frames

# A rough cost model of the encoder: pixels it takes in one second on the two vCPU of a render function, scaling
# included, at `standard` quality. Measured on two slower cores: x264 veryfast takes about 86 million per CPU second.
PIXELS_PER_S = 60_000_000
EFFORT: dict[Quality, int] = {"draft": 1, "standard": 1, "high": 4}
DECODE_SHARE = 4  # decoding and scaling a source pixel costs a quarter of encoding one
SEGMENT_MS = 40_000  # estimated time to encode the longest segment, so that a task that is cut short lost little
NORMAL_SPEED = Rational(num=1)


@dataclass(frozen=True)
class Piece:
    """`frames` frames of a clip from `start_frame`, both on the canvas's grid; one segment."""

    clip: ClipSource
    start_frame: int
    frames: int
    speed: Rational = NORMAL_SPEED

    def segment(self, *, sound: bool) -> Segment:
        """The segment to encode; without audio if the video is mute or the clip has none."""
        facts = self.clip.facts
        audio = sound and facts.audio is not None
        return Segment(
            clip_sha256=facts.sha256, start_frame=self.start_frame, frames=self.frames, speed=self.speed, audio=audio
        )


def natural_frames(clip: ClipSource, canvas: Canvas) -> int:
    """Length of the whole clip at its own speed; at least one frame."""
    return max(1, available_frames(clip.facts, canvas.fps, NORMAL_SPEED))


def natural_pieces(clip: ClipSource, canvas: Canvas, quality: Quality) -> tuple[Piece, ...]:
    """The whole clip at its own speed, cut into as few equal pieces as keep each within SEGMENT_MS of encoding.

    The cuts depend on clip, canvas and quality alone, so every video and every order finds the same segments.
    """
    frames = natural_frames(clip, canvas)
    parts = min(frames, -(-encode_ms(clip, canvas, quality, frames) // SEGMENT_MS))
    bounds = [frames * part // parts for part in range(parts + 1)]
    return tuple(Piece(clip, start, end - start) for start, end in pairwise(bounds))


def encode_ms(clip: ClipSource, canvas: Canvas, quality: Quality, frames: int) -> int:
    """Estimated time to encode `frames` output frames of the clip, in milliseconds, at least one."""
    video = clip.facts.video
    source_frames = frames * video.fps.fraction / canvas.fps.fraction
    pixels = frames * canvas.width * canvas.height * EFFORT[quality]
    pixels += int(source_frames * video.width * video.height) // DECODE_SHARE
    return max(1, pixels * 1000 // PIXELS_PER_S)


def too_long(frames: int, canvas: Canvas) -> bool:
    """True if a video of so many frames is over `limits.OUTPUT_DURATION_S`."""
    return frames * canvas.fps.den > limits.OUTPUT_DURATION_S * canvas.fps.num
