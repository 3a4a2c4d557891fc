"""What can be asked of the video mixer: the model behind the API, the command line and the web form."""

from fractions import Fraction
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from medley import limits
from medley.apps.video_mixer.titles import check_template
from medley.contracts.media import Canvas, Encoding, Fit, Quality, Rational

Aspect = Literal["16:9", "9:16", "1:1", "4:5"]
Resolution = Literal[480, 720, 1080, 1440, 2160]
FrameRate = Literal[24, 25, 30, 50, 60, "23.976", "29.97", "59.94"]

SEED_MAX = 2**53 - 1  # what JavaScript holds exactly
_NTSC_RATES = {"23.976": Fraction(24000, 1001), "29.97": Fraction(30000, 1001), "59.94": Fraction(60000, 1001)}


class MixSpec(BaseModel):
    """One order of mixed videos."""

    model_config = ConfigDict(frozen=True, extra="forbid", title="Video mixer")

    count: int = Field(
        default=10,
        title="Videos",
        description="How many different videos to make.",
        ge=1,
        le=limits.OUTPUTS_PER_GENERATION,
    )
    mode: Literal["automatic", "groups"] = Field(
        default="automatic",
        title="Mode",
        description="automatic: every clip of the project, or some of them, in each video. "
        "groups: one clip of each group in each video.",
    )
    clips_per_video: int | None = Field(
        default=None,
        title="Clips per video",
        description="Automatic mode: how many of the clips each video shows; empty for all.",
        ge=1,
        le=limits.SEGMENTS_PER_OUTPUT,
    )
    order: Literal["shuffled", "fixed"] = Field(
        default="shuffled",
        title="Order",
        description="Automatic mode: clips in any order, or in the library's. "
        "Groups mode: groups in any order, or in theirs.",
    )
    first_clip: UUID | None = Field(
        default=None, title="First clip", description="A clip every video starts with; it counts as one of its clips."
    )
    last_clip: UUID | None = Field(
        default=None, title="Last clip", description="A clip every video ends with; it counts as one of its clips."
    )
    vary_opening: bool = Field(
        default=True,
        title="Vary the opening",
        description="Share the videos evenly among all clips they can start with, instead of leaving it to chance.",
    )
    aspect: Aspect = Field(default="16:9", title="Shape", description="Width to height of the picture.")
    resolution: Resolution = Field(
        default=720, title="Resolution", description="The shorter side of the picture, in pixels."
    )
    fps: FrameRate = Field(default=30, title="Frame rate", description="Frames per second; NTSC rates are exact.")
    fit: Fit = Field(
        default="crop",
        title="Fit",
        description="A clip of another shape: crop fills the picture, pad adds bars, blur fills them with the clip.",
    )
    audio: Literal["keep", "mute"] = Field(
        default="keep", title="Sound", description="Keep the clips' own sound, or make silent videos."
    )
    quality: Quality = Field(
        default="standard", title="Quality", description="draft is quickest, high is largest and slowest."
    )
    seed: int | None = Field(
        default=None,
        title="Seed",
        description="Same clips, options and seed: same videos. Empty for a new choice each time.",
        ge=0,
        le=SEED_MAX,
    )
    skip: int = Field(
        default=0,
        title="Skip",
        description="More of an earlier order without repeats: the same options and seed, and how many it had.",
        ge=0,
        le=1_000_000,
    )
    title: Annotated[str, AfterValidator(check_template)] = Field(
        default="Video {n}",
        title="Title",
        description="Of each video and its file: {n} is its number, {count} the last number, {opening} its first clip.",
        min_length=1,
        max_length=limits.NAME_CHARACTERS,
    )

    @model_validator(mode="after")
    def _no_option_without_effect(self) -> Self:
        if self.mode == "groups" and self.clips_per_video is not None:
            raise ValueError("clips_per_video has no effect in groups mode: a video has one clip of each group")
        if self.skip and self.seed is None:
            raise ValueError("skip needs the seed of the earlier order")
        return self

    @property
    def canvas(self) -> Canvas:
        """The picture: `resolution` is its shorter side, the other is rounded to the nearest even number."""
        across, down = (int(part) for part in self.aspect.split(":"))
        shorter = min(across, down)
        width, height = (2 * round(Fraction(self.resolution * side, 2 * shorter)) for side in (across, down))
        fps = _NTSC_RATES[self.fps] if isinstance(self.fps, str) else self.fps
        return Canvas(width=width, height=height, fps=Rational.of(fps), fit=self.fit)

    @property
    def encoding(self) -> Encoding:
        return Encoding(quality=self.quality)
