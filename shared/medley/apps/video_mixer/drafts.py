"""Drafts: a video as quick to make as can be, and marked as a preview in every one of its pictures."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from medley import limits
from medley.apps.video_mixer.spec import MixSpec
from medley.apps.video_mixer.timeline import TimelineClip
from medley.contracts.engine import Caption

STAMP: Final = "PREVIEW"


def spec(asked: MixSpec) -> MixSpec:
    """The same with a small picture, encoded quickly; its frames are at the same places."""
    quick = {"quality": "draft", "resolution": 480, "codec": "h264", "container": "mp4", "full_check": False}
    return asked.model_copy(update=quick | {"max_kbps": None})


def stamped(timeline: Sequence[TimelineClip]) -> tuple[TimelineClip, ...]:
    """The clips with the mark over each, below the caption where there is one."""
    return tuple(replace(placed, caption=_stamped(placed.caption)) for placed in timeline)


def _stamped(caption: Caption | None) -> Caption:
    if caption is None:
        return Caption(text=STAMP, anchor="top", size_percent=8)
    text = caption.text[: limits.CAPTION_CHARACTERS - len(STAMP) - 1]
    return caption.model_copy(update={"text": f"{text}\n{STAMP}"})
