"""Uploaded clips on the wire, and the base of all that crosses it. Times are integers, never floats."""

from collections.abc import Mapping
from fractions import Fraction
from math import gcd
from typing import Annotated, Any, Final, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.config import ExtraValues

READING: Final[ExtraValues] = "ignore"  # what a reader does about fields it does not know
HD_WIDTH, SD_LINES = 1280, 576
HD_LINES_BEFORE = 720  # what HD was taken for by its lines alone
STEREO = 2
HDR_TRANSFERS = frozenset({"smpte2084", "arib-std-b67"})
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


def is_empty(value: object) -> bool:
    """For fields that are written only when they say something: what was stored and named before stays as it was."""
    return not value


def is_none(value: object) -> bool:
    """Likewise, where nothing is not the same as zero."""
    return value is None


class WireModel(BaseModel):
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


class Rational(WireModel):
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


class PictureShape(WireModel):
    """The size of the pictures of a part of a stream, as coded, and the shape of their pixels."""

    width: int
    height: int
    sar_num: int = 1
    sar_den: int = 1
    from_us: int  # on the clock of the stream's `start_us`

    def __str__(self) -> str:
        size = f"{self.width}x{self.height}"
        return size if self.sar_num == self.sar_den else f"{size} ({self.sar_num}:{self.sar_den})"


class VideoFacts(WireModel):
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
    duration_us: int = Field(gt=0)  # from the first frame's start to the last frame's end, the time it is held included
    held_us: int = Field(default=0, ge=0, exclude_if=is_empty)  # how long the last frame is held for sound that goes on
    longest_frame_us: int = Field(default=0, ge=0)  # the longest time between two frames
    frames: int = Field(gt=0)  # packets counted
    track: int = Field(default=0, ge=0, exclude_if=is_empty)  # its place among those that are no cover art
    shapes: tuple[PictureShape, ...] = Field(default=(), exclude_if=is_empty)  # of its parts, if it changes

    opaque: bool = Field(default=False, exclude_if=is_empty)  # though its format can be seen through

    @property
    def changes_size(self) -> bool:
        """Whether its pictures are not all of one size, as coded."""
        return len({(shape.width, shape.height) for shape in self.shapes}) > 1

    @property
    def has_alpha(self) -> bool:
        """Whether it can be seen through."""
        return self.pixel_format.startswith(("yuva", "gbrap", "rgba", "bgra", "argb", "abgr", "ya8", "ya16"))

    @property
    def is_hdr(self) -> bool:
        """Whether its brightness is coded for more than a standard screen shows."""
        return self.transfer in HDR_TRANSFERS

    @property
    def is_hd(self) -> bool:
        """Whether it has the colours of BT.709 if it does not say: by its size, wide films with few lines included."""
        return self.width >= HD_WIDTH or self.height > SD_LINES

    @property
    def upright(self) -> tuple[int, int]:
        """Width and height as shown, in square pixels."""
        width, height = round(self.width * self.sar_num / self.sar_den), self.height
        return (height, width) if self.rotation in (90, 270) else (width, height)


class AudioFacts(WireModel):
    """One audio stream as the probe found it."""

    codec: str
    sample_rate: int
    channels: int
    start_us: int = 0
    duration_us: int
    track: int = Field(default=0, ge=0, exclude_if=is_empty)  # its place among the audio streams
    tracks: tuple[int, ...] = Field(default=(), exclude_if=is_empty)  # places of those that can be read, if several
    changes: bool = Field(default=False, exclude_if=is_empty)  # its rate or channels, within it
    drift_us: int = Field(default=0, ge=0, exclude_if=is_empty)  # how far its samples get from its times


class Activity(WireModel):
    """How busy a clip is over time, scored cheaply when it was read: 0 is still or silent, 255 the most there is.

    `center_x` and `center_y` are the centre of all motion, in thousandths of the upright picture from its top left.
    """

    step_us: int = Field(gt=0)  # each score is for so long, from the clip's first frame on
    motion: tuple[Annotated[int, Field(ge=0, le=255)], ...]
    loudness: tuple[Annotated[int, Field(ge=0, le=255)], ...]  # as many as `motion`; zeros without sound
    center_x: int = Field(default=500, ge=0, le=1000)
    center_y: int = Field(default=500, ge=0, le=1000)


WarningCode = Literal[
    "picture_tracks", "sound_tracks", "sound_not_read", "sound_changes", "damaged", "sound_goes_on", "sound_cut"
]


class ClipWarning(WireModel):
    """Something of an accepted clip that will not be seen or heard as it is in the file.

    `values` by code: `picture_tracks` has `count` and `taken`; `sound_tracks` has `taken` and `tracks`, the names of
    all; `sound_not_read` has `codecs`; `sound_changes` has `forms`; `damaged` has `percent` (of its packets, rounded
    up) and `at_ms`, and `sound_goes_on` and `sound_cut` have it, after its first frame.
    Tracks are counted from 1, texts are of the file and may hold anything.
    """

    code: WarningCode
    values: Mapping[str, int | str] = Field(default_factory=dict)


class ClipFacts(WireModel):
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
    warnings: tuple[ClipWarning, ...] = Field(default=(), exclude_if=is_empty)

    @property
    def reading(self) -> str:
        """What is read of it in another way than the same file was read at first by this version of the engine: part of
        the names of what is made of it. Empty for most."""
        video, audio = self.video, self.audio
        found = {
            "wide HD": video.matrix is None and video.is_hd != (video.height >= HD_LINES_BEFORE),
            "over black": video.has_alpha,
            "shapes": len(video.shapes) > 0,
            "fields": video.interlaced,
            "reference white": video.is_hdr,
        }
        if audio is not None:
            found |= {
                f"sound {audio.track}": audio.track > 0,
                "changing sound": audio.changes,
                "stretched sound": audio.drift_us > 0,
                "surround": audio.channels > STEREO,
            }
        return ", ".join(name for name, is_so in found.items() if is_so)


class ClipSource(WireModel):
    """A clip a worker has to fetch: its object and what the probe said of it."""

    clip_id: UUID
    key: str
    name: str  # the user's, for messages only; never part of a path or an argument
    facts: ClipFacts
