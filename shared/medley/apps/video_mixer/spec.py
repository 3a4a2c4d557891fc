"""Spec of the video mixer: the model behind the API, the command line and the web form."""

from fractions import Fraction
from functools import cache
from typing import Annotated, Any, Self

from pydantic import AfterValidator, ConfigDict, Field, ValidationInfo, model_validator

from medley import limits
from medley.apps.form import GIVEN, ui
from medley.apps.registry import STORED
from medley.apps.spec_faults import SpecFaults
from medley.apps.video_mixer.choices import FORM, Aspect, FrameRate, Resolution
from medley.apps.video_mixer.consistency import faults
from medley.apps.video_mixer.finish import Finish
from medley.apps.video_mixer.mixing import Mixing
from medley.apps.video_mixer.titles import check_line, check_template
from medley.contracts.engine import Canvas, Encoding, Fit
from medley.contracts.media import Rational

Title = Annotated[str, Field(min_length=1, max_length=limits.NAME_CHARACTERS), AfterValidator(check_template)]
Line = Annotated[str, Field(max_length=limits.NAME_CHARACTERS), AfterValidator(check_line)]
SEED_MAX = 2**53 - 1  # what JavaScript holds exactly
_NTSC_RATES = {"23.976": Fraction(24000, 1001), "29.97": Fraction(30000, 1001), "59.94": Fraction(60000, 1001)}


class MixSpec(Finish, Mixing):
    """One order of mixed videos."""

    model_config = ConfigDict(title="Video mixer", json_schema_extra=FORM)

    seed: int | None = Field(
        default=None,
        title="Seed",
        description="Same clips, options and seed: same videos. Empty for a new choice each time.",
        ge=0,
        le=SEED_MAX,
        json_schema_extra=ui("variety", "expert", 30, "number"),
    )
    skip: int = Field(
        default=0,
        title="Skip",
        description="More of an earlier order without repeats: the same options and seed, and how many it had.",
        ge=0,
        le=1_000_000,
        json_schema_extra=ui("variety", "expert", 40, "number", unit="videos", show_if={"seed": GIVEN}),
    )
    title: Title = Field(
        default="Video {n}",
        title="Title",
        description="Of each video and its file: {n} is its number, {count} the last number, {opening} its first clip.",
        json_schema_extra=ui("file", "more", 10, "text"),
    )
    artist: Line = Field(
        default="",
        title="Author",
        description="Written into each file.",
        json_schema_extra=ui("file", "expert", 70, "text"),
    )
    comment: Line = Field(
        default="",
        title="Comment",
        description="Written into each file.",
        json_schema_extra=ui("file", "expert", 80, "text"),
    )

    @model_validator(mode="before")
    @classmethod
    def _groups_in_their_order(cls, given: Any) -> Any:
        if isinstance(given, dict) and given.get("mode") == "groups":
            return {"order": "fixed", **given}
        return given

    @model_validator(mode="after")
    def _consistent(self, info: ValidationInfo) -> Self:
        if info.context != STORED:
            found = tuple(faults(self))
            if found:
                raise SpecFaults(*found)
        return self

    @property
    def canvas(self) -> Canvas:
        """The picture: `resolution` is its shorter side, the other is rounded to the nearest even number."""
        return _canvas(self.aspect, self.resolution, self.fps, self.fit)

    @property
    def encoding(self) -> Encoding:
        return Encoding(quality=self.quality, codec=self.codec, max_kbps=self.max_kbps)

    @property
    def overlap(self) -> int:
        """Frames by which neighbouring clips overlap."""
        return 0 if self.transition == "cut" else self.transition_frames

    @property
    def total_frames(self) -> int | None:
        """The exact length of every video in frames, if one was asked for."""
        return None if self.duration_s is None else round(Fraction(self.duration_s) * self.canvas.fps.fraction)


@cache
def _canvas(aspect: Aspect, resolution: Resolution, fps: FrameRate, fit: Fit) -> Canvas:
    across, down = (int(part) for part in aspect.split(":"))
    shorter = min(across, down)
    width, height = (2 * round(Fraction(resolution * side, 2 * shorter)) for side in (across, down))
    rate = _NTSC_RATES[fps] if isinstance(fps, str) else fps
    return Canvas(width=width, height=height, fps=Rational.of(rate), fit=fit)
