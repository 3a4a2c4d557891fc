"""What is wrong with a spec whose options are each right: they contradict each other, or have no effect."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pydantic import BaseModel

from medley.apps.video_mixer.glyphs import LETTERS, unwritable

if TYPE_CHECKING:
    from medley.apps.video_mixer.spec import MixSpec


def faults(spec: "MixSpec") -> Iterator[tuple[bool, str]]:
    """Options without effect and options that contradict each other."""
    sets = [clip for clips in spec.never_adjacent for clip in clips]
    names = [group.name for group in spec.groups]
    groups = spec.mode == "groups"
    yield (
        groups and spec.clips_per_video is not None,
        "clips_per_video has no effect in groups mode: say how many clips each group gives",
    )
    yield not groups and bool(spec.groups), "groups has no effect in automatic mode"
    yield len(set(names)) < len(names), "groups names a group twice"
    yield len(set(sets)) < len(sets), "never_adjacent names a clip twice"
    yield not all(len(clips) > 1 for clips in spec.never_adjacent), "a set of never_adjacent needs two clips"
    yield len(set(spec.speeds)) < len(spec.speeds), "speeds names a speed twice"
    yield len(set(spec.looks)) < len(spec.looks), "looks names a look twice"
    yield (spec.trim == "none") != (spec.window_s is None), "trim and window_s go together"
    yield (
        spec.share == "smart" and spec.trim == "spread",
        "smart shares choose the stretch of a clip themselves, so trim cannot spread windows",
    )
    yield spec.codec == "av1" and spec.container == "mov", "a mov file cannot hold av1: choose mp4, h264 or hevc"
    yield spec.share != "equal" and spec.duration_s is None, "share has no effect without duration_s"
    yield bool(spec.skip) and spec.seed is None, "skip needs the seed of the earlier order"
    yield _changed(spec, "windows") and spec.trim != "spread", "windows has no effect unless trim is spread"
    yield _changed(spec, "transition_frames") and not spec.overlap, "transition_frames has no effect on a cut"
    captions = [spec.caption, *(group.caption for group in spec.groups)]
    yield _changed(spec, "caption_style") and not any(captions), "caption_style has no effect without a caption"
    letters = " ".join(unwritable("".join(captions))[:5])
    yield letters != "", f"captions cannot show {letters}: {LETTERS}"
    muted = spec.audio == "mute"
    volumes = any(_changed(group, "volume_percent") for group in spec.groups)
    yield muted and volumes, "the volume of a group has no effect when the clips are mute"
    silent = muted and spec.music is None and spec.voice is None
    yield silent and spec.loudness_lufs is not None, "loudness_lufs has no effect without sound"


def _changed(options: BaseModel, name: str) -> bool:
    return bool(getattr(options, name) != type(options).model_fields[name].default)
