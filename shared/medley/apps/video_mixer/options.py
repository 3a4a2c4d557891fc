"""The parts of the video mixer's spec that are more than a single value."""

import re
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, model_validator

from medley import limits
from medley.apps.form import ui
from medley.apps.registry import ASKED
from medley.apps.video_mixer.choices import ANCHORS
from medley.apps.video_mixer.titles import SHOWN, check_caption
from medley.apps.video_mixer.values import Fade, Id
from medley.apps.video_mixer.wording import SAID
from medley.contracts.engine import Anchor
from medley.contracts.faults import json_object

SLOWEST, FASTEST = Fraction(1, 2), Fraction(2)
_SPEED = re.compile(
    r"\d{1,4}(\.\d{1,20})?|\d{1,6}/\d{1,6}", re.ASCII
)  # no exponent, which could stand for a huge number
SPEED_PATTERN = r"^(0\.[5-9][0-9]{0,19}|1(\.[0-9]{1,20})?|2(\.0{1,20})?|[0-9]{1,6}/[0-9]{1,6})$"
_SPEED_DENOMINATOR = 1_000  # three decimals: finer differences are neither seen nor heard


def read_speed(value: object, info: ValidationInfo) -> object:
    """A speed in lowest terms ("5/4", "1") from a text such as "1.25" or "5/4", or a number where no client sends it.

    Raises:
        ValueError: with the sentence `not_a_speed` or `speed_out_of_range` (of 1/2 to 2).
    """
    if info.context == ASKED and not isinstance(value, str):
        return value  # which is refused for not being a text
    text = str(value)
    try:
        speed = Fraction(text).limit_denominator(_SPEED_DENOMINATOR) if _SPEED.fullmatch(text) else None
    except ZeroDivisionError:
        speed = None
    if speed is None:
        raise ValueError(SAID.say("not_a_speed", given=text[:SHOWN]))
    if not SLOWEST <= speed <= FASTEST:
        raise ValueError(SAID.say("speed_out_of_range", given=text[:SHOWN]))
    return str(speed)


Speed = Annotated[
    str,
    Field(examples=["1", "5/4", "0.8"], json_schema_extra={"pattern": SPEED_PATTERN}),
    BeforeValidator(read_speed),
]
CaptionTemplate = Annotated[str, Field(max_length=limits.CAPTION_CHARACTERS), AfterValidator(check_caption)]


class Part(BaseModel):
    """Base of the spec and its parts: immutable, an unknown field is an error, and true is no number, nor is "7"."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    @model_validator(mode="before")
    @classmethod
    def _json(cls, given: Any) -> Any:
        return json_object(given)


class GroupOptions(Part):
    """What is special about one group, by its id, which stays when it is renamed, or by its name."""

    id: Id | None = Field(
        default=None,
        title="Group",
        description="Its id.",
        json_schema_extra=ui("videos", "more", 10, "group", id="group"),
    )
    name: str | None = Field(
        default=None,
        title="Group by name",
        description="Its name, instead of its id.",
        min_length=1,
        max_length=limits.NAME_CHARACTERS,
        json_schema_extra=ui("videos", "expert", 15, "text"),
    )
    clips: int = Field(
        default=1,
        title="Clips",
        description="How many of its clips each video shows.",
        ge=1,
        le=40,
        json_schema_extra=ui("videos", "more", 20, "number", unit="clips"),
    )
    volume_percent: int = Field(
        default=100,
        title="Volume",
        description="Of its clips' own sound, in per cent.",
        ge=0,
        le=400,
        json_schema_extra=ui("sound", "more", 10, "slider", unit="%"),
    )
    caption: CaptionTemplate = Field(
        default="",
        title="Caption",
        description="Text over its clips.",
        json_schema_extra=ui("text", "more", 10, "lines"),
    )

    @model_validator(mode="after")
    def _one_group(self) -> "GroupOptions":
        if (self.id is None) == (self.name is None):
            raise ValueError(SAID.say("one_group"))
        return self


class MusicOptions(Part):
    """Music under the clips."""

    asset: Id = Field(
        title="Music",
        description="An audio asset of the project.",
        json_schema_extra=ui("sound", "basic", 10, "asset", id="asset", asset="audio"),
    )
    volume_percent: int = Field(
        default=35,
        title="Volume",
        description="In per cent.",
        ge=0,
        le=400,
        json_schema_extra=ui("sound", "more", 20, "slider", unit="%"),
    )
    loop: bool = Field(
        default=True,
        title="Loop",
        description="Begin again when it ends before the video does.",
        json_schema_extra=ui("sound", "more", 30, "switch"),
    )
    fade_in_s: Fade = Field(
        default=0,
        validate_default=True,
        title="Fade in",
        description="In seconds.",
        json_schema_extra=ui("sound", "expert", 40, "seconds", unit="s"),
    )
    fade_out_s: Fade = Field(
        default=2,
        validate_default=True,
        title="Fade out",
        description="In seconds.",
        json_schema_extra=ui("sound", "expert", 50, "seconds", unit="s"),
    )
    duck: bool = Field(
        default=True,
        title="Duck",
        description="Step back while the clips or the voice are heard.",
        json_schema_extra=ui("sound", "more", 60, "switch"),
    )

    @model_validator(mode="before")
    @classmethod
    def _fades_in_milliseconds(cls, given: Any, info: ValidationInfo) -> Any:
        """Orders stored before fades were in seconds still say `fade_in_ms` and `fade_out_ms`."""
        if info.context == ASKED or not isinstance(given, dict):
            return given
        now = {"fade_in_ms": "fade_in_s", "fade_out_ms": "fade_out_s"}
        return {now.get(name, name): Decimal(each) / 1000 if name in now else each for name, each in given.items()}


class VoiceOptions(Part):
    """A voice-over from the first frame on."""

    asset: Id = Field(
        title="Voice-over",
        description="An audio asset of the project.",
        json_schema_extra=ui("sound", "more", 10, "asset", id="asset", asset="audio"),
    )
    volume_percent: int = Field(
        default=100,
        title="Volume",
        description="In per cent.",
        ge=0,
        le=400,
        json_schema_extra=ui("sound", "more", 20, "slider", unit="%"),
    )


class WatermarkOptions(Part):
    """An image over every video."""

    asset: Id = Field(
        title="Image",
        description="An image asset of the project.",
        json_schema_extra=ui("text", "more", 10, "asset", id="asset", asset="image"),
    )
    anchor: Anchor = Field(
        default="bottom_right",
        title="Position",
        description="Within the safe margins.",
        json_schema_extra=ui("text", "more", 20, "picture", options=ANCHORS),
    )
    width_percent: int = Field(
        default=15,
        title="Width",
        description="In per cent of the picture's.",
        ge=2,
        le=100,
        json_schema_extra=ui("text", "more", 30, "slider", unit="%"),
    )
    opacity_percent: int = Field(
        default=80,
        title="Opacity",
        description="In per cent.",
        ge=1,
        le=100,
        json_schema_extra=ui("text", "more", 40, "slider", unit="%"),
    )


class CaptionStyle(Part):
    """How captions look."""

    anchor: Anchor = Field(
        default="bottom",
        title="Position",
        description="Within the safe margins.",
        json_schema_extra=ui("text", "more", 10, "picture", options=ANCHORS),
    )
    size_percent: int = Field(
        default=6,
        title="Size",
        description="Height of a line, in per cent of the picture's.",
        ge=2,
        le=20,
        json_schema_extra=ui("text", "more", 20, "slider", unit="%"),
    )
