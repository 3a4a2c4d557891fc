"""Jobs of the segment engine (`medley.media`), by whatever app: a canvas and an encoding, shots and passages
that become segments, sounds, and what goes over and under a finished video. Frames are integers; no float is time."""

import hashlib
from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from medley import limits
from medley.contracts.assets import AssetSource
from medley.contracts.media import ClipFacts, Digest, Rational, WireModel, is_empty

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


def _is_one(value: object) -> bool:
    return value == 1


class Canvas(WireModel):
    """The picture of a finished video. Part of every segment's digest."""

    width: int = Field(ge=16, le=8192, multiple_of=2)
    height: int = Field(ge=16, le=8192, multiple_of=2)
    fps: Rational
    fit: Fit = "crop"


class Encoding(WireModel):
    """Encoder settings shared by all segments of an output. Part of every segment's digest."""

    quality: Quality = "standard"
    codec: Codec = "h264"
    max_kbps: int | None = Field(default=None, ge=200, le=200_000)  # ceiling of the picture's bit rate, kbit/s
    gop_s: int = Field(default=1, ge=1, le=10, exclude_if=_is_one)  # seconds between two key frames, at most
    b_frames: bool = Field(default=False, exclude_if=is_empty)  # smaller, but such a segment joins only whole


class Caption(WireModel):
    """Text drawn into the picture. Lines are the caller's; what does not fit the safe margins is made smaller."""

    text: str = Field(min_length=1, max_length=limits.CAPTION_CHARACTERS)
    anchor: Anchor = "bottom"
    size_percent: int = Field(default=6, ge=2, le=20)  # height of a line, of the canvas's height


class Watermark(WireModel):
    """An image drawn over the picture."""

    image_sha256: Digest
    anchor: Anchor = "bottom_right"
    width_percent: int = Field(default=15, ge=2, le=100)  # of the canvas's width
    opacity_percent: int = Field(default=80, ge=1, le=100)


class Shot(WireModel):
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
    reading: str = Field(default="", exclude_if=is_empty)  # of the clip's facts


class Into(WireModel):
    """How a segment passes from its shot into the next: `shot` is as long as the one it follows."""

    kind: Transition
    shot: Shot


class Segment(WireModel):
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


class Sound(WireModel):
    """The sound of a stretch of one clip, as PCM; counted as a shot's frames, at `fps` a second."""

    clip_sha256: Digest
    start_frame: int = Field(default=0, ge=0)
    skip_frames: int = Field(default=0, ge=0)
    frames: int = Field(gt=0)
    speed: Rational = Rational(num=1)
    fps: Rational
    reading: str = Field(default="", exclude_if=is_empty)  # of the clip's facts
    level_lufs: int | None = Field(default=None, exclude_if=is_empty)  # loudness that all of the clip is brought to
    tracks: tuple[int, ...] = Field(default=(), exclude_if=is_empty)  # mixed; none: that of the clip's facts

    @classmethod
    def of(cls, shot: Shot, fps: Rational, *, level_lufs: int | None = None, tracks: tuple[int, ...] = ()) -> "Sound":
        """The sound that belongs to a shot."""
        return cls(
            clip_sha256=shot.clip_sha256,
            start_frame=shot.start_frame,
            skip_frames=shot.skip_frames,
            frames=shot.frames,
            speed=shot.speed,
            fps=fps,
            reading=shot.reading,
            level_lufs=level_lufs,
            tracks=tracks,
        )

    def digest(self) -> str:
        """Hex SHA-256 over everything that determines the sound's bytes."""
        return _digest(self)


def _digest(*parts: WireModel) -> str:
    text = "\n".join((str(ENGINE_VERSION), *(f"{type(part).__name__} {part.model_dump_json()}" for part in parts)))
    return hashlib.sha256(text.encode()).hexdigest()


def available_frames(facts: ClipFacts, fps: Rational, speed: Rational) -> int:
    """How many output frames at `fps` the clip gives from its first frame on, played at `speed`.

    A last frame counts when at least three quarters of it are covered: containers round times to as much as
    a millisecond. May be 0 for a very short clip.
    """
    return frames_within(facts.video.duration_us, fps, speed)


def frames_within(duration_us: int, fps: Rational, speed: Rational) -> int:
    """As `available_frames`, of a clip that takes so long."""
    frames = duration_us * fps.num * speed.den  # over `whole`; in integers, since there are many to count
    whole = 1_000_000 * fps.den * speed.num
    return (4 * frames + whole) // (4 * whole)


class Tags(WireModel):
    """What a finished file says of itself."""

    title: str
    artist: str = ""
    comment: str = ""


class Music(WireModel):
    """A bed of music under the clips' sound. `duck`: it steps back while they or the voice are heard."""

    asset: AssetSource
    volume_percent: int = Field(default=35, ge=0, le=400)
    loop: bool = True
    fade_in_ms: int = Field(default=0, ge=0, le=30_000)
    fade_out_ms: int = Field(default=2_000, ge=0, le=30_000)
    duck: bool = True


class Voice(WireModel):
    """A voice-over from the first frame on."""

    asset: AssetSource
    volume_percent: int = Field(default=100, ge=0, le=400)


class Mixdown(WireModel):
    """What is heard besides the clips, and how loud all of it is: integrated loudness in LUFS (EBU R 128), or as it
    comes."""

    music: Music | None = None
    voice: Voice | None = None
    loudness_lufs: int | None = Field(default=None, ge=-36, le=-8)
