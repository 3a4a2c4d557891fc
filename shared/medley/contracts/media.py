"""What the wire says about uploaded clips, and the base of all that crosses it. Times are integers, never floats."""

from fractions import Fraction
from math import gcd
from typing import Annotated, Any, Final, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.config import ExtraValues

READING: Final[ExtraValues] = "ignore"  # what a reader does about fields it does not know
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


class ClipSource(Wire):
    """A clip a worker has to fetch: its object and what the probe said of it."""

    clip_id: UUID
    key: str
    name: str  # the user's, for messages only; never part of a path or an argument
    facts: ClipFacts
