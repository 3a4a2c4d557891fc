"""What can be asked of the video mixer: the model behind the API, the command line and the web form."""

from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, model_validator

from medley import limits
from medley.apps.registry import STORED
from medley.apps.video_mixer.consistency import faults
from medley.apps.video_mixer.options import (
    CaptionStyle,
    CaptionTemplate,
    GroupOptions,
    MusicOptions,
    Share,
    Speed,
    TransitionKind,
    Trim,
    VoiceOptions,
    WatermarkOptions,
)
from medley.apps.video_mixer.titles import check_template
from medley.contracts.engine import Canvas, Codec, Container, Encoding, Fit, Look, Quality
from medley.contracts.media import Rational

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
        "Groups mode: groups in any order, or in theirs, which is the default there.",
    )
    first_clip: UUID | None = Field(
        default=None, title="First clip", description="A clip every video starts with; it counts as one of its clips."
    )
    last_clip: UUID | None = Field(
        default=None, title="Last clip", description="A clip every video ends with; it counts as one of its clips."
    )
    never_adjacent: tuple[tuple[UUID, ...], ...] = Field(
        default=(),
        title="Never adjacent",
        description="Sets of clips: two of one set never follow each other. A clip is in one set at most.",
        max_length=limits.CLIPS_PER_PROJECT,
    )
    groups: tuple[GroupOptions, ...] = Field(
        default=(),
        title="Groups",
        description="Groups mode: what is special about some groups.",
        max_length=limits.GROUPS_PER_PROJECT,
    )
    vary_opening: bool = Field(
        default=True,
        title="Vary the opening",
        description="Share the videos evenly among all clips they can start with, instead of leaving it to chance.",
    )
    choose: Literal["spread", "random"] = Field(
        default="spread",
        title="Choose",
        description="Which of the possible videos. spread: as unlike each other as can be. random: any.",
    )
    speeds: tuple[Speed, ...] = Field(
        default=("1",),
        title="Speeds",
        description="Each clip plays at one of these, its pitch kept: 0.5 to 2, such as 1.25 or 5/4.",
        min_length=1,
        max_length=limits.SPEEDS_PER_SPEC,
    )
    looks: tuple[Look, ...] = Field(
        default=("none",), title="Looks", description="Each clip has one of these.", min_length=1, max_length=7
    )
    trim: Trim = Field(
        default="none",
        title="Trim",
        description="What is kept of a clip: all, its head, middle or tail, or one of several windows over it.",
    )
    window_s: Decimal | None = Field(
        default=None,
        title="Window",
        description="Seconds of the video kept of each clip when it is trimmed, at any speed.",
        ge=Decimal("0.2"),
        le=limits.CLIP_DURATION_S,
        decimal_places=3,
    )
    windows: int = Field(
        default=2,
        title="Windows",
        description="Spread: from how many windows of a clip one is taken.",
        ge=2,
        le=limits.WINDOWS_PER_CLIP,
    )
    duration_s: Decimal | None = Field(
        default=None,
        title="Length",
        description="Of every video, in seconds, exact to the frame; empty for what the clips come to. "
        "Videos whose clips are too short for it are left out.",
        ge=Decimal("0.5"),
        le=limits.OUTPUT_DURATION_S,
        decimal_places=3,
    )
    share: Share = Field(
        default="equal",
        title="Shares",
        description="Of an exact length. equal: as long as each other, to a frame. "
        "proportional: as the clips' own lengths. "
        "smart: as busy as they are, times their lengths, and the busiest stretch of each is kept.",
    )
    aspect: Aspect = Field(default="16:9", title="Shape", description="Width to height of the picture.")
    resolution: Resolution = Field(
        default=720, title="Resolution", description="The shorter side of the picture, in pixels."
    )
    fps: FrameRate = Field(default=30, title="Frame rate", description="Frames per second; NTSC rates are exact.")
    fit: Fit = Field(
        default="crop",
        title="Fit",
        description="A clip of another shape: crop fills the picture, pad adds bars, blur fills them with the clip; "
        "smart crops around what moves.",
    )
    transition: TransitionKind = Field(
        default="cut", title="Transition", description="Between clips. fade: through black."
    )
    transition_frames: int = Field(
        default=15,
        title="Transition length",
        description="In frames; the clips overlap by so many. "
        "A clip has to be a frame longer than the transitions it has.",
        ge=limits.TRANSITION_FRAMES_MIN,
        le=limits.TRANSITION_FRAMES_MAX,
    )
    watermark: WatermarkOptions | None = Field(
        default=None, title="Watermark", description="An image over every video."
    )
    caption: CaptionTemplate = Field(
        default="",
        title="Caption",
        description="Text over each video's first clip; {n}, {count} and {opening} as in the title.",
    )
    caption_style: CaptionStyle = Field(default=CaptionStyle(), title="Caption style", description="Of all captions.")
    audio: Literal["keep", "mute"] = Field(
        default="keep", title="Sound", description="Keep the clips' own sound, or leave it out."
    )
    music: MusicOptions | None = Field(default=None, title="Music", description="Music under the clips.")
    voice: VoiceOptions | None = Field(default=None, title="Voice-over", description="Heard from the first frame on.")
    loudness_lufs: int | None = Field(
        default=None,
        title="Loudness",
        description="Integrated loudness in LUFS, -14 for most platforms; empty leaves it as it comes.",
        ge=-36,
        le=-8,
    )
    codec: Codec = Field(
        default="h264", title="Codec", description="h264 plays everywhere; hevc and av1 are smaller and slower to make."
    )
    container: Container = Field(default="mp4", title="Container", description="Of the finished files.")
    quality: Quality = Field(
        default="standard", title="Quality", description="draft is quickest, high is largest and slowest."
    )
    max_kbps: int | None = Field(
        default=None,
        title="Bit rate cap",
        description="Ceiling of the picture's bit rate, in kbit/s; empty for none.",
        ge=200,
        le=200_000,
    )
    full_check: bool = Field(
        default=False,
        title="Full check",
        description="Decode every finished video once more, whole; frames, samples and times are always checked.",
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

    artist: str = Field(
        default="", title="Author", description="Written into each file.", max_length=limits.NAME_CHARACTERS
    )
    comment: str = Field(
        default="", title="Comment", description="Written into each file.", max_length=limits.NAME_CHARACTERS
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
            for fault, message in faults(self):
                if fault:
                    raise ValueError(message)
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
