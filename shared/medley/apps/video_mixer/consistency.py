"""Consistency of a spec whose options are each right: which of them contradict each other, or have no effect."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pydantic import BaseModel

from medley.apps.spec_faults import Fault
from medley.apps.video_mixer.glyphs import unwritable
from medley.apps.video_mixer.wording import SAID
from medley.sentences import Value

if TYPE_CHECKING:
    from medley.apps.video_mixer.spec import MixSpec

SHOWN = 5  # characters in one sentence


def faults(spec: "MixSpec") -> Iterator[Fault]:
    """Options without effect and options that contradict each other."""
    yield from _of_clips(spec)
    yield from _of_cuts(spec)
    yield from _of_text(spec)
    yield from _of_sound(spec)
    if spec.codec == "av1" and spec.container == "mov":
        yield _fault("container", "mov_av1", "codec")
    if spec.skip and spec.seed is None:
        yield _fault("seed", "skip_without_seed", "skip")


def _of_clips(spec: "MixSpec") -> Iterator[Fault]:
    groups = spec.mode == "groups"
    if groups and spec.clips_per_video is not None:
        yield _fault("clips_per_video", "no_effect", "mode", when="groups")
    if not groups and spec.groups:
        yield _fault("groups", "no_effect", "mode", when="automatic")
    named: dict[str, Sequence[object]] = {
        "groups": [group.id or group.name for group in spec.groups],
        "never_adjacent": [clip for clips in spec.never_adjacent for clip in clips],
        "speeds": spec.speeds,
        "looks": spec.looks,
    }
    for field, values in named.items():
        if len(set(values)) < len(values):
            yield _fault(field, "named_twice", what=field)
    if not all(len(clips) > 1 for clips in spec.never_adjacent):
        yield _fault("never_adjacent", "set_too_small")


def _of_cuts(spec: "MixSpec") -> Iterator[Fault]:
    if spec.trim != "none" and spec.window_s is None:
        yield _fault("window_s", "window_missing", "trim")
    if spec.trim == "none" and spec.window_s is not None:
        yield _fault("trim", "trim_missing", "window_s")
    if spec.share == "smart" and spec.trim == "spread":
        yield _fault("trim", "smart_spread", "share")
    if spec.share != "equal" and spec.duration_s is None:
        yield _fault("share", "no_effect", "duration_s", when="no_length")
    if _changed(spec, "windows") and spec.trim != "spread":
        yield _fault("windows", "no_effect", "trim", when="no_spread")
    if _changed(spec, "transition_frames") and not spec.overlap:
        yield _fault("transition_frames", "no_effect", "transition", when="cut")


def _of_text(spec: "MixSpec") -> Iterator[Fault]:
    captions = {"caption": spec.caption}
    captions |= {f"groups.{place}.caption": group.caption for place, group in enumerate(spec.groups)}
    if _changed(spec, "caption_style") and not any(captions.values()):
        yield _fault("caption_style", "no_effect", "caption", when="no_caption")
    for field, caption in captions.items():
        if letters := unwritable(caption):
            yield _fault(field, "unwritable", characters=" ".join(letters[:SHOWN]))


def _of_sound(spec: "MixSpec") -> Iterator[Fault]:
    muted = spec.audio == "mute"
    for place, group in enumerate(spec.groups):
        if muted and _changed(group, "volume_percent"):
            yield _fault(f"groups.{place}.volume_percent", "no_effect", "audio", when="mute")
    if muted and spec.music is None and spec.voice is None and spec.loudness_lufs is not None:
        yield _fault("loudness_lufs", "no_effect", "audio", "music", "voice", when="silent")


def _fault(field: str, code: str, *others: str, **about: Value) -> Fault:
    return Fault(field, SAID.say(code, **about), others)


def _changed(options: BaseModel, name: str) -> bool:
    return bool(getattr(options, name) != type(options).model_fields[name].default)
