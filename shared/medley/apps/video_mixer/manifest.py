"""The manifest: how the video mixer presents itself."""

from medley.apps.registry import Manifest

MANIFEST = Manifest(
    id="video_mixer",
    name="Video mixer",
    description="Mixes a handful of clips into many different videos, each clip encoded once.",
    icon="shuffle",
    version="1",
    planner_version=4,
    order=10,
    color="#7048e8",
    requires=("render", "assemble"),
    features=("automatic", "groups", "exact-capacity", "seed"),
    codes=(
        "asset_not_in_project",
        "clip_not_in_project",
        "clip_too_short",
        "empty_group",
        "group_named_twice",
        "group_not_in_project",
        "length_too_short",
        "never_adjacent_impossible",
        "no_clips",
        "no_groups",
        "output_too_long",
        "pin_outside_group",
        "pins_clash",
        "preview_too_far",
        "sets_overlap",
        "too_few_clips",
        "too_little_footage",
        "too_many_clips_per_video",
        "too_many_outputs",
        "too_many_segments",
        "too_much_encoding",
    ),
)
