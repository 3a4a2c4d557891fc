"""Mixing: the fields of the spec that decide which videos there are, and how each is cut."""

from typing import Annotated

from pydantic import Field

from medley import limits
from medley.apps.form import GIVEN, ui
from medley.apps.video_mixer.choices import (
    CHOOSE,
    LOOKS,
    MODES,
    ORDERS,
    SHARES,
    TRIMS,
    Choose,
    Mode,
    Order,
    Share,
    Trim,
)
from medley.apps.video_mixer.options import GroupOptions, Part, Speed
from medley.apps.video_mixer.values import Id, Length, Window
from medley.contracts.engine import Look

_LIST = Field(max_length=limits.CLIPS_PER_PROJECT, strict=False, fail_fast=True)


class Mixing(Part):
    """Clips, their order and their variants. Base of `spec.MixSpec`."""

    count: int = Field(
        default=10,
        title="Videos",
        description="How many different videos to make.",
        ge=1,
        le=limits.OUTPUTS_PER_GENERATION,
        json_schema_extra=ui("videos", "basic", 10, "slider", unit="videos"),
    )
    mode: Mode = Field(
        default="automatic",
        title="Mode",
        description="automatic: every clip of the project, or some of them, in each video. "
        "groups: one clip of each group in each video.",
        json_schema_extra=ui("videos", "basic", 20, "picture", options=MODES),
    )
    clips_per_video: int | None = Field(
        default=None,
        title="Clips per video",
        description="Automatic mode: how many of the clips each video shows; empty for all.",
        ge=1,
        le=limits.CLIPS_PER_OUTPUT,
        json_schema_extra=ui("videos", "more", 30, "number", unit="clips", show_if={"mode": ["automatic"]}),
    )
    order: Order = Field(
        default="shuffled",
        title="Order",
        description="Automatic mode: clips in any order, or in the library's. "
        "Groups mode: groups in any order, or in theirs, which is the default there.",
        json_schema_extra=ui("videos", "more", 40, "picture", options=ORDERS),
    )
    first_clip: Id | None = Field(
        default=None,
        title="First clip",
        description="A clip every video starts with; it counts as one of its clips.",
        json_schema_extra=ui("videos", "more", 60, "clip", id="clip"),
    )
    last_clip: Id | None = Field(
        default=None,
        title="Last clip",
        description="A clip every video ends with; it counts as one of its clips.",
        json_schema_extra=ui("videos", "more", 70, "clip", id="clip"),
    )
    never_adjacent: tuple[Annotated[tuple[Id, ...], _LIST], ...] = Field(
        default=(),
        title="Never adjacent",
        description="Sets of clips: two of one set never follow each other. A clip is in one set at most.",
        max_length=limits.CLIPS_PER_PROJECT,
        strict=False,
        fail_fast=True,
        json_schema_extra=ui("videos", "expert", 80, "clip-sets", id="clip"),
    )
    groups: tuple[GroupOptions, ...] = Field(
        default=(),
        title="Groups",
        description="Groups mode: what is special about some groups.",
        max_length=limits.GROUPS_PER_PROJECT,
        strict=False,
        fail_fast=True,
        json_schema_extra=ui("videos", "more", 50, "group-table", show_if={"mode": ["groups"]}),
    )
    vary_opening: bool = Field(
        default=True,
        title="Vary the opening",
        description="Share the videos evenly among all clips they can start with, instead of leaving it to chance.",
        json_schema_extra=ui("variety", "more", 10, "switch"),
    )
    choose: Choose = Field(
        default="spread",
        title="Choose",
        description="Which of the possible videos. spread: as unlike each other as can be. random: any.",
        json_schema_extra=ui("variety", "expert", 20, "segmented", options=CHOOSE),
    )
    speeds: tuple[Speed, ...] = Field(
        default=("1",),
        title="Speeds",
        description="Each clip plays at one of these, its pitch kept: 0.5 to 2, such as 1.25 or 5/4.",
        min_length=1,
        max_length=limits.SPEEDS_PER_SPEC,
        strict=False,
        fail_fast=True,
        json_schema_extra=ui("cut", "more", 60, "speeds", unit="x"),
    )
    looks: tuple[Look, ...] = Field(
        default=("none",),
        title="Looks",
        description="Each clip has one of these.",
        min_length=1,
        max_length=7,
        strict=False,
        fail_fast=True,
        json_schema_extra=ui("picture", "more", 50, "pictures", options=LOOKS),
    )
    trim: Trim = Field(
        default="none",
        title="Trim",
        description="What is kept of a clip: all, its head, middle or tail, or one of several windows over it.",
        json_schema_extra=ui("cut", "more", 30, "picture", options=TRIMS),
    )
    window_s: Window | None = Field(
        default=None,
        title="Window",
        description="Seconds of the video kept of each clip when it is trimmed, at any speed.",
        json_schema_extra=ui(
            "cut", "more", 40, "seconds", unit="s", show_if={"trim": ["head", "middle", "tail", "spread"]}
        ),
    )
    windows: int = Field(
        default=2,
        title="Windows",
        description="Spread: from how many windows of a clip one is taken.",
        ge=2,
        le=limits.WINDOWS_PER_CLIP,
        json_schema_extra=ui("cut", "more", 50, "slider", show_if={"trim": ["spread"]}),
    )
    duration_s: Length | None = Field(
        default=None,
        title="Length",
        description="Of every video, in seconds, exact to the frame; empty for what the clips come to. "
        "Videos whose clips are too short for it are left out.",
        json_schema_extra=ui("cut", "basic", 10, "seconds", unit="s"),
    )
    share: Share = Field(
        default="equal",
        title="Shares",
        description="Of an exact length. equal: as long as each other, to a frame. "
        "proportional: as the clips' own lengths. "
        "smart: as busy as they are, times their lengths, and the busiest stretch of each is kept.",
        json_schema_extra=ui("cut", "more", 20, "picture", options=SHARES, show_if={"duration_s": GIVEN}),
    )
