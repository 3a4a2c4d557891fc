"""The parts of the video mixer's spec that are more than a single value."""

import re
from fractions import Fraction
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from medley import limits
from medley.apps.video_mixer.titles import check_caption
from medley.contracts.engine import Anchor

SLOWEST, FASTEST = Fraction(1, 2), Fraction(2)
_SPEED = re.compile(
    r"\d{1,4}(\.\d{1,20})?|\d{1,6}/\d{1,6}", re.ASCII
)  # no exponent, which could stand for a huge number
_SPEED_DENOMINATOR = 1_000  # three decimals: finer differences are neither seen nor heard


def read_speed(value: object) -> str:
    """A speed in lowest terms ("5/4", "1") from a number or a text such as "1.25" or "5/4".

    Raises:
        ValueError: it is none, or not within 1/2 and 2.
    """
    text = str(value)
    try:
        speed = Fraction(text).limit_denominator(_SPEED_DENOMINATOR) if _SPEED.fullmatch(text) else None
    except ZeroDivisionError:
        speed = None
    if speed is None:
        raise ValueError(f"{text[:20]!r} is not a speed; write 0.75, 1.25 or 5/4")
    if not SLOWEST <= speed <= FASTEST:
        raise ValueError(f"a speed is between 0.5 and 2, not {value}")
    return str(speed)


Speed = Annotated[str, BeforeValidator(read_speed), Field(examples=["1", "5/4", "0.8"])]
CaptionTemplate = Annotated[str, AfterValidator(check_caption), Field(max_length=limits.CAPTION_CHARACTERS)]
Trim = Literal["none", "head", "middle", "tail", "spread"]
Share = Literal["equal", "proportional", "smart"]
TransitionKind = Literal["cut", "fade", "dissolve", "wipe", "slide"]


class Part(BaseModel):
    """Base of the parts: immutable, and an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class GroupOptions(Part):
    """What is special about one group, by its name."""

    name: str = Field(title="Group", description="Its name.", min_length=1, max_length=limits.NAME_CHARACTERS)
    clips: int = Field(default=1, title="Clips", description="How many of its clips each video shows.", ge=1, le=40)
    volume_percent: int = Field(
        default=100, title="Volume", description="Of its clips' own sound, in per cent.", ge=0, le=400
    )
    caption: CaptionTemplate = Field(default="", title="Caption", description="Text over its clips.")


class MusicOptions(Part):
    """Music under the clips."""

    asset: UUID = Field(title="Music", description="An audio asset of the project.")
    volume_percent: int = Field(default=35, title="Volume", description="In per cent.", ge=0, le=400)
    loop: bool = Field(default=True, title="Loop", description="Begin again when it ends before the video does.")
    fade_in_ms: int = Field(default=0, title="Fade in", description="In milliseconds.", ge=0, le=30_000)
    fade_out_ms: int = Field(default=2_000, title="Fade out", description="In milliseconds.", ge=0, le=30_000)
    duck: bool = Field(default=True, title="Duck", description="Step back while the clips or the voice are heard.")


class VoiceOptions(Part):
    """A voice-over from the first frame on."""

    asset: UUID = Field(title="Voice-over", description="An audio asset of the project.")
    volume_percent: int = Field(default=100, title="Volume", description="In per cent.", ge=0, le=400)


class WatermarkOptions(Part):
    """An image over every video."""

    asset: UUID = Field(title="Image", description="An image asset of the project.")
    anchor: Anchor = Field(default="bottom_right", title="Position", description="Within the safe margins.")
    width_percent: int = Field(default=15, title="Width", description="In per cent of the picture's.", ge=2, le=100)
    opacity_percent: int = Field(default=80, title="Opacity", description="In per cent.", ge=1, le=100)


class CaptionStyle(Part):
    """How captions look."""

    anchor: Anchor = Field(default="bottom", title="Position", description="Within the safe margins.")
    size_percent: int = Field(
        default=6, title="Size", description="Height of a line, in per cent of the picture's.", ge=2, le=20
    )
