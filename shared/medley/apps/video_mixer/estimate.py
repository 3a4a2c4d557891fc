"""Estimates: what an order costs to encode, and what each option does to the number of videos and to that cost."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from medley import limits
from medley.apps.video_mixer.cost import shot_ms
from medley.apps.video_mixer.fitting import Fits, Fitted
from medley.apps.video_mixer.planning.selection import Selection
from medley.apps.video_mixer.spec import MixSpec
from medley.apps.video_mixer.timeline import TimelineBuilder
from medley.apps.video_mixer.wording import SAID
from medley.domain.quotes import OptionEffect
from medley.errors import InvalidInput

# Each option and what the spec would be without it.
WITHOUT: Mapping[str, Mapping[str, Any]] = {
    "order": {"order": "fixed"},
    "clips_per_video": {"clips_per_video": None},
    "groups": {"groups": ()},
    "pins": {"first_clip": None, "last_clip": None},
    "never_adjacent": {"never_adjacent": ()},
    "speeds": {"speeds": ("1",)},
    "looks": {"looks": ("none",)},
    "trim": {"trim": "none", "window_s": None},
    "duration": {"duration_s": None, "share": "equal"},
    "transition": {"transition": "cut"},
    "caption": {"caption": ""},
    "quality": {"quality": "standard"},
    "codec": {"codec": "h264"},
}


@dataclass(frozen=True)
class EncodeCost:
    """At most so many frames, in about so many milliseconds of one render function."""

    frames: int
    ms: int


def encoding(spec: MixSpec, selection: Selection, builder: TimelineBuilder) -> EncodeCost:
    """The footage all segments of the order can come to: every variant of every clip, or if that is less, every video
    whole; the passages, heads and captioned openings besides."""
    looks = len(set(spec.looks))
    shots = [
        (selection.clips[place], variant.speed, variant.frames)
        for place, found in builder.by_look.items()
        for variant in found
    ]
    footage = looks * sum(frames for _, _, frames in shots)
    longest = spec.total_frames or builder.longest
    frames = min(footage, spec.count * longest)
    unlike = any("{" in group.caption for group in spec.groups)  # text that may be another in each video
    if unlike or spec.share == "smart":  # the stretch kept depends on its length, and that on the other clips
        frames = spec.count * longest
    overlap, clips = spec.overlap, builder.clips_per_video
    if overlap:
        passages = min(spec.count * (clips - 1), (looks * len(shots)) ** 2)
        frames += overlap * (2 * passages + min(spec.count, looks * len(shots)))
    if spec.caption:
        openings = spec.count if "{n}" in spec.caption else min(spec.count, looks * len(shots))
        frames += openings * max(frames for _, _, frames in shots)
    whole_ms = looks * sum(shot_ms(clip, speed, spec, frames) for clip, speed, frames in shots)
    return EncodeCost(frames, int(Fraction(whole_ms * frames, max(1, footage))))


def compared(spec: MixSpec, selection: Selection) -> MixSpec:
    """The order that options are compared with: as it is, or where counting several orders with sets kept apart would
    take too long, without those."""
    several = spec.mode == "groups" and any(pool.picked > limits.COMPARED_CLIPS for pool in selection.pools)
    return spec.model_copy(update=WITHOUT["never_adjacent"]) if several and spec.never_adjacent else spec


def effects(spec: MixSpec, fits: Fits, fitted: Fitted, possible: int, ms: int) -> Iterator[OptionEffect]:
    """What each option in use does, compared with the same order without it. `possible` videos there are."""
    usual = compared(spec, fitted.selection)
    usually = possible if usual is spec else fits(usual, fits.library).capacity
    for option, change in WITHOUT.items():
        sets = option == "never_adjacent"
        plain = (spec if sets else usual).model_copy(update=change)
        if plain == (spec if sets else usual):
            continue
        try:
            found = fits(plain, fits.library)
        except InvalidInput:  # without this option nothing can be mixed, so it cannot be compared
            continue
        yield OptionEffect(
            option,
            SAID.say(f"option_{option}"),
            Fraction(possible if sets else usually, max(1, found.capacity)),
            Fraction(ms, encoding(plain, found.selection, found.builder).ms),
        )
