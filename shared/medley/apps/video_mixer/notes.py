"""Notes: what a person should know of an order before it is given, though nothing is wrong with it."""

from collections.abc import Iterator
from posixpath import splitext

from medley.apps.registry import Library
from medley.apps.video_mixer.glyphs import left_out, unwritable
from medley.apps.video_mixer.planning.selection import Selection
from medley.apps.video_mixer.soundtrack import find_asset, lacks
from medley.apps.video_mixer.spec import MixSpec
from medley.apps.video_mixer.timeline import TimelineBuilder
from medley.apps.video_mixer.wording import SAID
from medley.contracts.assets import AudioAssetFacts
from medley.sentences import Sentence

SHOWN = 5  # characters and names in one note


def notes(spec: MixSpec, library: Library, selection: Selection, builder: TimelineBuilder) -> Iterator[Sentence]:
    """Sentences for a person."""
    yield from selection.notes
    captions = [spec.caption, *(group.caption for group in spec.groups)]
    lost = left_out("".join(captions))
    if lost:
        yield SAID.say("characters_left_out", characters=" ".join(lost[:SHOWN]))
    if any("{opening}" in caption for caption in captions):
        names = [splitext(selection.clips[place].name)[0] for place in selection.shown]
        odd = [name for name in names if left_out(name) or unwritable(name)]
        if odd:
            yield SAID.say("names_left_out", clips=odd[:SHOWN])
    if spec.watermark is not None and any(captions) and spec.watermark.anchor == spec.caption_style.anchor:
        yield SAID.say("same_place", place=spec.watermark.anchor)
    shown = [selection.clips[place] for place in selection.shown] if spec.audio == "keep" else []
    if lacking := [clip.name for clip in shown if lacks(clip.facts, spec.audio_track)]:
        yield SAID.say("track_lacking", track=spec.audio_track, clips=lacking[:SHOWN])
    if spec.voice is not None:
        voice = find_asset(library, spec.voice.asset, "audio", "voice").facts
        most_s = float((spec.total_frames or builder.longest) / spec.canvas.fps.fraction)
        if isinstance(voice, AudioAssetFacts) and voice.duration_us > most_s * 1_000_000:
            seconds = f"{voice.duration_us / 1_000_000:.1f}"
            yield SAID.say("voice_cut", seconds=seconds, most_seconds=f"{most_s:.1f}")
