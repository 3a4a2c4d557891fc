"""What the wire says about clips, segments and pictures. Frames and rationals are integers; no float is time."""

import hashlib
from collections.abc import Mapping
from fractions import Fraction
from math import gcd
from typing import Annotated, Any, Final, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.config import ExtraValues

from medley import limits

READING: Final[ExtraValues] = "ignore"  # what a reader does about fields it does not know
ENGINE_VERSION = 2  # part of every segment's digest: raise it when the same inputs give other bytes
SAMPLE_RATE = 48_000  # Hz, of every segment and output
Fit = Literal["crop", "pad", "blur", "smart"]  # smart: crop around the centre of motion
Quality = Literal["draft", "standard", "high"]
Codec = Literal["h264", "hevc", "av1"]
Container = Literal["mp4", "mov"]
VIDEO_TYPES: Mapping[str, str] = {"mp4": "video/mp4", "mov": "video/quicktime"}  # media type of each container
Look = Literal["none", "mirror", "zoom_103", "zoom_106", "warm", "cool", "mono"]
Transition = Literal["fade", "dissolve", "wipe", "slide"]  # fade: through black
Anchor = Literal[
    "top_left", "top", "top_right", "left", "center", "right", "bottom_left", "bottom", "bottom_right"
]  # where on the canvas, within its safe margins
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Wire(BaseModel):
    """Base of all that crosses a wire or is stored as JSON: immutable; strict when written, tolerant when read.

    Made from its fields it refuses an unknown one: that is a slip of the pen. Read back, by `model_validate` or
    `model_validate_json`, it passes over what it does not know: functions are deployed one after the other, and a
    roll-back meets what newer code wrote (docs/decisions/messages-that-change.md).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def model_validate(cls, obj: Any, *, extra: ExtraValues | None = READING, **options: Any) -> Self:
        return super().model_validate(obj, extra=extra, **options)

    @classmethod
    def model_validate_json(
        cls, json_data: str | bytes | bytearray, *, extra: ExtraValues | None = READING, **options: Any
    ) -> Self:
        return super().model_validate_json(json_data, extra=extra, **options)


class Rational(Wire):
    """A positive fraction in lowest terms, whatever it is made of: a frame rate or a speed."""

    num: int = Field(gt=0, le=1_000_000)
    den: int = Field(default=1, gt=0, le=1_000_000)

    @classmethod
    def of(cls, value: Fraction | int | str) -> "Rational":
        fraction = Fraction(value)
        return cls(num=fraction.numerator, den=fraction.denominator)

    @model_validator(mode="after")
    def _in_lowest_terms(self) -> Self:
        divisor = gcd(self.num, self.den)
        self.__dict__.update(num=self.num // divisor, den=self.den // divisor)  # digests are of what is written here
        return self

    @property
    def fraction(self) -> Fraction:
        return Fraction(self.num, self.den)

    def __str__(self) -> str:
        return f"{self.num}/{self.den}"


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

    @property
    def upright(self) -> tuple[int, int]:
        """Width and height as shown, in square pixels."""
        width, height = round(self.width * self.sar_num / self.sar_den), self.height
        return (height, width) if self.rotation in (90, 270) else (width, height)


class AudioFacts(Wire):
    """One audio stream as the probe found it."""

    codec: str
    sample_rate: int
    channels: int
    start_us: int = 0
    duration_us: int


class Activity(Wire):
    """How busy a clip is over time, scored cheaply when it was read: 0 is still or silent, 255 the most there is.

    `center_x` and `center_y` are the centre of all motion, in thousandths of the upright picture from its top left.
    """

    step_us: int = Field(gt=0)  # each score is for so long, from the clip's first frame on
    motion: tuple[Annotated[int, Field(ge=0, le=255)], ...]
    loudness: tuple[Annotated[int, Field(ge=0, le=255)], ...]  # as many as `motion`; zeros without sound
    center_x: int = Field(default=500, ge=0, le=1000)
    center_y: int = Field(default=500, ge=0, le=1000)


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
    activity: Activity | None = None


class Canvas(Wire):
    """The picture of a finished video. Part of every segment's digest."""

    width: int = Field(ge=16, le=8192, multiple_of=2)
    height: int = Field(ge=16, le=8192, multiple_of=2)
    fps: Rational
    fit: Fit = "crop"


class Encoding(Wire):
    """Encoder settings shared by all segments of an output. Part of every segment's digest."""

    quality: Quality = "standard"
    codec: Codec = "h264"
    max_kbps: int | None = Field(default=None, ge=200, le=200_000)  # ceiling of the picture's bit rate, kbit/s


class Caption(Wire):
    """Text drawn into the picture. Lines are the caller's; what does not fit the safe margins is made smaller."""

    text: str = Field(min_length=1, max_length=limits.CAPTION_CHARACTERS)
    anchor: Anchor = "bottom"
    size_percent: int = Field(default=6, ge=2, le=20)  # height of a line, of the canvas's height


class Watermark(Wire):
    """An image drawn over the picture."""

    image_sha256: Digest
    anchor: Anchor = "bottom_right"
    width_percent: int = Field(default=15, ge=2, le=100)  # of the canvas's width
    opacity_percent: int = Field(default=80, ge=1, le=100)


class Shot(Wire):
    """A stretch of one clip as it is shown: `frames` output frames, after the first `skip_frames` output frames of the
    clip as it runs from `start_frame` at `speed`. `start_frame` is source time on the canvas's frame grid, so the
    stretch begins at (start_frame + skip_frames * speed) / fps seconds after the clip's first frame."""

    clip_sha256: Digest
    start_frame: int = Field(default=0, ge=0)
    skip_frames: int = Field(default=0, ge=0)
    frames: int = Field(gt=0)
    speed: Rational = Rational(num=1)
    look: Look = "none"
    caption: Caption | None = None  # of this shot alone: in a transition it goes with its shot


class Into(Wire):
    """How a segment passes from its shot into the next: `shot` is as long as the one it follows."""

    kind: Transition
    shot: Shot


class Segment(Wire):
    """A distinct piece of picture, encoded once: a shot, or the passage from one shot into another."""

    shot: Shot
    into: Into | None = None
    watermark: Watermark | None = None

    @property
    def frames(self) -> int:
        return self.shot.frames

    @property
    def shots(self) -> tuple[Shot, ...]:
        return (self.shot,) if self.into is None else (self.shot, self.into.shot)

    def digest(self, canvas: Canvas, encoding: Encoding) -> str:
        """Hex SHA-256 over everything that determines the segment's bytes: its name in every cache."""
        return _digest(self, canvas, encoding)


class Sound(Wire):
    """The sound of a stretch of one clip, as PCM; counted as a shot's frames, at `fps` a second."""

    clip_sha256: Digest
    start_frame: int = Field(default=0, ge=0)
    skip_frames: int = Field(default=0, ge=0)
    frames: int = Field(gt=0)
    speed: Rational = Rational(num=1)
    fps: Rational

    @classmethod
    def of(cls, shot: Shot, fps: Rational) -> "Sound":
        """The sound that belongs to a shot."""
        return cls(
            clip_sha256=shot.clip_sha256,
            start_frame=shot.start_frame,
            skip_frames=shot.skip_frames,
            frames=shot.frames,
            speed=shot.speed,
            fps=fps,
        )

    def digest(self) -> str:
        """Hex SHA-256 over everything that determines the sound's bytes."""
        return _digest(self)


def _digest(*parts: Wire) -> str:
    text = "\n".join((str(ENGINE_VERSION), *(f"{type(part).__name__} {part.model_dump_json()}" for part in parts)))
    return hashlib.sha256(text.encode()).hexdigest()


def available_frames(facts: ClipFacts, fps: Rational, speed: Rational) -> int:
    """How many output frames at `fps` the clip gives from its first frame on, played at `speed`.

    A last frame counts when at least three quarters of it are covered: containers round times to as much as
    a millisecond. May be 0 for a very short clip.
    """
    frames = facts.video.duration_us * fps.num * speed.den  # over `whole`; in integers, since there are many to count
    whole = 1_000_000 * fps.den * speed.num
    return (4 * frames + whole) // (4 * whole)


class ClipSource(Wire):
    """A clip a worker has to fetch: its object and what the probe said of it."""

    clip_id: UUID
    key: str
    name: str  # the user's, for messages only; never part of a path or an argument
    facts: ClipFacts
