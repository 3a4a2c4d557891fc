"""What the wire says about clips, segments and pictures. Frames and rationals are integers; no float is time."""

import hashlib
from fractions import Fraction
from math import gcd
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

ENGINE_VERSION = 1  # part of every segment's digest: raise it when the same inputs give other bytes
SAMPLE_RATE = 48_000  # Hz, of every segment and output
Fit = Literal["crop", "pad", "blur"]
Quality = Literal["draft", "standard", "high"]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Wire(BaseModel):
    """Base of all that crosses a wire: immutable, and an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Rational(Wire):
    """A positive fraction in lowest terms: a frame rate or a speed."""

    num: int = Field(gt=0, le=1_000_000)
    den: int = Field(default=1, gt=0, le=1_000_000)

    @classmethod
    def of(cls, value: Fraction | int | str) -> "Rational":
        fraction = Fraction(value)
        return cls(num=fraction.numerator, den=fraction.denominator)

    @property
    def fraction(self) -> Fraction:
        return Fraction(self.num, self.den)

    def __str__(self) -> str:
        divisor = gcd(self.num, self.den)
        return f"{self.num // divisor}/{self.den // divisor}"


class VideoFacts(Wire):
    """One video stream as the probe found it. Width and height are as coded, before rotation and SAR."""

    codec: str
    width: int
    height: int
    rotation: Literal[0, 90, 180, 270] = 0  # degrees clockwise to show it upright
    sar_num: int = 1
    sar_den: int = 1
    fps: Rational  # average, a hint only: a clip may have a variable rate
    variable_rate: bool = False
    pixel_format: str
    full_range: bool = False
    primaries: str | None = None
    transfer: str | None = None
    matrix: str | None = None
    mirrored: bool = False  # shown flipped left to right, after rotation
    interlaced: bool = False
    start_us: int = 0  # of its first frame, on the clock it shares with the audio
    duration_us: int = Field(gt=0)  # from the first frame's start to the last frame's end
    longest_frame_us: int = Field(default=0, ge=0)  # the longest time between two frames
    frames: int = Field(gt=0)  # packets counted


class AudioFacts(Wire):
    """One audio stream as the probe found it."""

    codec: str
    sample_rate: int
    channels: int
    start_us: int = 0
    duration_us: int


class ClipFacts(Wire):
    """What Medley knows of a clip it accepted.

    `start_us` of both streams counts from the start of the container, which is that of its earliest stream. The
    timeline of a mix starts at the clip's first frame: earlier audio is dropped, later audio stays late.
    """

    container: str
    size_bytes: int
    sha256: Digest
    video: VideoFacts
    audio: AudioFacts | None = None


class Canvas(Wire):
    """The picture of a finished video. Part of every segment's digest."""

    width: int = Field(ge=16, le=8192, multiple_of=2)
    height: int = Field(ge=16, le=8192, multiple_of=2)
    fps: Rational
    fit: Fit = "crop"


class Encoding(Wire):
    """Encoder settings shared by all segments of an output. Part of every segment's digest."""

    quality: Quality = "standard"


class Segment(Wire):
    """A distinct piece of footage: `frames` output frames of one clip from `start_frame`, both counted on the
    canvas's frame grid (`start_frame` in source time, before speed)."""

    clip_sha256: Digest
    start_frame: int = Field(default=0, ge=0)
    frames: int = Field(gt=0)
    speed: Rational = Rational(num=1)
    audio: bool = True  # False: mute or a clip without sound; no audio object is made, silence is joined

    def digest(self, canvas: Canvas, encoding: Encoding) -> str:
        """Hex SHA-256 over everything that determines the segment's bytes: its name in every cache."""
        parts = (str(ENGINE_VERSION), self.model_dump_json(), canvas.model_dump_json(), encoding.model_dump_json())
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def available_frames(facts: ClipFacts, fps: Rational, speed: Rational) -> int:
    """How many output frames at `fps` the clip gives from its first frame on, played at `speed`.

    A last frame counts when at least three quarters of it are covered: containers round times to as much as
    a millisecond. May be 0 for a very short clip.
    """
    frames = Fraction(facts.video.duration_us, 1_000_000) * fps.fraction / speed.fraction
    return int(frames + Fraction(1, 4))


class ClipSource(Wire):
    """A clip a worker has to fetch: its object and what the probe said of it."""

    clip_id: UUID
    key: str
    name: str  # the user's, for messages only; never part of a path or an argument
    facts: ClipFacts
