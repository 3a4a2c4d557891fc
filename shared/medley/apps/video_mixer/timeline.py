"""Timeline of a video: from picks to clips, how long each stands, which stretch of it, and what is written over it."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from operator import ge

from medley import limits
from medley.apps.video_mixer import shares, titles
from medley.apps.video_mixer.cost import segments_of
from medley.apps.video_mixer.options import GroupOptions
from medley.apps.video_mixer.planning.arrangements import Pick
from medley.apps.video_mixer.planning.selection import Selection
from medley.apps.video_mixer.spec import MixSpec
from medley.apps.video_mixer.variants import Variant, variants
from medley.apps.video_mixer.wording import SAID
from medley.contracts.engine import Canvas, Caption, Look, Shot
from medley.contracts.media import ClipSource, Rational
from medley.errors import InvalidInput
from medley.sentences import plain


@dataclass(frozen=True, eq=False)
class TimelineClip:
    """A clip as it stands in one video: `frames` output frames from `start_frame` (source time on the frame grid)."""

    clip: ClipSource
    start_frame: int
    frames: int
    speed: Rational
    look: Look = "none"
    caption: Caption | None = None
    group: str | None = None
    volume_percent: int = 100

    @cached_property
    def sound_key(self) -> Hashable:
        """Equal for clips with the same sound, but for its length."""
        return self.clip.facts.sha256, self.start_frame, str(self.speed)

    @cached_property
    def picture_key(self) -> Hashable:
        """Equal for clips with the same picture, but for its length."""
        return self.sound_key, self.look, self.caption and self.caption.text

    def shot(self, skip: int, frames: int) -> Shot:
        """`frames` frames of it after the first `skip`."""
        return Shot(
            clip_sha256=self.clip.facts.sha256,
            start_frame=self.start_frame,
            skip_frames=skip,
            frames=frames,
            speed=self.speed,
            look=self.look,
            caption=self.caption,
            reading=self.clip.facts.reading,
        )


class TimelineBuilder:
    """Turns the picks of a selection into timelines. `variants` are each shown clip's, by its place."""

    def __init__(
        self, spec: MixSpec, selection: Selection, kept: Mapping[int, tuple[Variant, ...]] | None = None
    ) -> None:
        """`kept` are the variants that are not left out; without it, all there are."""
        self._spec = spec
        self._selection = selection
        self._options: dict[str | None, GroupOptions] = {group.name: group for group in spec.groups}
        self._plain = GroupOptions(name="-")
        self._known: dict[tuple[Pick, int, str | None, str], TimelineClip] = {}  # many videos share one
        self._shares: dict[Pick, int] = {}
        self.variants = {
            place: variants(selection.clips[place].facts, spec) if kept is None else kept[place]
            for place in selection.shown
        }

    @cached_property
    def by_look(self) -> dict[int, tuple[Variant, ...]]:
        """Each clip's variants in one look; in every other they are as many and as long."""
        looks = len(set(self._spec.looks))
        return {place: found[: len(found) // looks] for place, found in self.variants.items()}

    @cached_property
    def weights(self) -> dict[int, int]:
        """How many variants each clip has."""
        return {place: len(found) for place, found in self.variants.items()}

    def timeline(self, picks: Sequence[Pick], number: int, last: int) -> tuple[TimelineClip, ...]:
        """The clips of video `number`, in order, of a series that ends with `last`."""
        groups = self._selection.groups_of(picks)
        opening = self._selection.clips[picks[0].clip].name

        def text(template: str) -> str:
            return template and titles.caption(template, number=number, count=last, opening=opening)

        texts = {group: text(self._options.get(group, self._plain).caption) for group in set(groups)}
        first, *others = (texts[group] for group in groups)
        captions = ["\n".join(part for part in (text(self._spec.caption), first) if part), *others]
        return tuple(map(self._placed, picks, self._lengths(picks), groups, captions))

    def _placed(self, pick: Pick, frames: int, group: str | None, text: str) -> TimelineClip:
        key = (pick, frames, group, text)
        if key not in self._known:
            clip, variant = self._shown(pick)
            smart = self._spec.share == "smart"
            start = shares.busiest(clip, variant, frames, self._spec.canvas.fps) if smart else variant.start_frame
            self._known[key] = TimelineClip(
                clip=clip,
                start_frame=start,
                frames=frames,
                speed=variant.speed,
                look=variant.look,
                caption=self._caption(text),
                group=group,
                volume_percent=self._options.get(group, self._plain).volume_percent,
            )
        return self._known[key]

    def _shown(self, pick: Pick) -> tuple[ClipSource, Variant]:
        return self._selection.clips[pick.clip], self.variants[pick.clip][pick.variant]

    def _lengths(self, picks: Sequence[Pick]) -> list[int]:
        most = [self.variants[pick.clip][pick.variant].frames for pick in picks]
        if self.asked_frames is None:
            return most
        return shares.divide(self.asked_frames, [self._share(pick) for pick in picks], most, self._least)

    @cached_property
    def asked_frames(self) -> int | None:
        """Frames the clips of a video have together if an exact length was asked for, transitions counted twice."""
        total = self._spec.total_frames
        return None if total is None else total + self._spec.overlap * (self.clips_per_video - 1)

    @cached_property
    def _least(self) -> list[int]:
        """Frames the clip at each place has at least."""
        return [least_frames(self._spec.overlap, place, self.clips_per_video) for place in range(self.clips_per_video)]

    def fits(self, picks: Sequence[Pick]) -> bool:
        """Whether the clips are long enough for their transitions, and together for the exact length."""
        most = [self.variants[clip][variant].frames for clip, variant in picks]
        if self._spec.overlap and not all(map(ge, most, self._least)):
            return False
        return self.asked_frames is None or sum(most) >= self.asked_frames

    def require_room(self) -> None:
        """Make sure the exact length has room for every clip and transition.

        Raises:
            InvalidInput: code `length_too_short`.
        """
        if self.asked_frames is None or self.asked_frames >= sum(self._least):
            return
        clips = self.clips_per_video
        seconds = self._seconds(sum(self._least) - self._spec.overlap * (clips - 1))
        asked = plain(self._spec.duration_s)
        raise InvalidInput(SAID.say("length_too_short", requested=asked, clips=clips, seconds=seconds))

    def _share(self, pick: Pick) -> int:
        if pick not in self._shares:
            self._shares[pick] = shares.weight(self._spec.share, *self._shown(pick), self._spec.canvas.fps)
        return self._shares[pick]

    def _caption(self, text: str) -> Caption | None:
        style = self._spec.caption_style
        cut = text[: limits.CAPTION_CHARACTERS]
        return Caption(text=cut, anchor=style.anchor, size_percent=style.size_percent) if cut else None

    @cached_property
    def longest(self) -> int:
        """Frames the longest possible video has at its clips' own lengths, transitions counted once."""
        most = {place: max(variant.frames for variant in found) for place, found in self.by_look.items()}
        return self._most(most) - self._spec.overlap * (self.clips_per_video - 1)

    @cached_property
    def average(self) -> int:
        """Frames of a video on average over all variants of all clips, rounded down."""
        total = 0.0
        for pool in self._selection.pools:
            frames = [variant.frames for place in pool.clips for variant in self.by_look[place]]
            total += pool.picked * sum(frames) / max(1, len(frames))
        return int(total) - self._spec.overlap * (self.clips_per_video - 1)

    @property
    def clips_per_video(self) -> int:
        return sum(pool.picked for pool in self._selection.pools)

    @cached_property
    def segments(self) -> int:
        """How many segments a video can be joined of, at most."""
        most = {
            place: max(
                segments_of(self._selection.clips[place], variant.speed, self._spec, variant.frames)
                for variant in found
            )
            for place, found in self.by_look.items()
        }
        transitions = (
            self.clips_per_video + 1 if self._spec.overlap else 0
        )  # a head, passages, the end of the last clip
        return self._most(most) + transitions

    def check(self) -> None:
        """Make sure no possible video is too long.

        Raises:
            InvalidInput: codes `output_too_long`, `too_many_segments`.
        """
        if self.segments > limits.SEGMENTS_PER_OUTPUT:
            limit = limits.SEGMENTS_PER_OUTPUT
            raise InvalidInput(SAID.say("too_many_segments", requested=self.segments, limit=limit))
        if too_long(self._spec.total_frames or self.longest, self._spec.canvas):
            seconds = self._seconds(self.longest)
            raise InvalidInput(SAID.say("output_too_long", seconds=seconds, limit=limits.OUTPUT_DURATION_S))

    def _most(self, sizes: Mapping[int, int]) -> int:
        """The largest sum of clips' sizes a video can have."""
        return sum(
            sum(sorted((sizes[place] for place in pool.clips), reverse=True)[: pool.picked])
            for pool in self._selection.pools
        )

    def _seconds(self, frames: int) -> str:
        return plain(Fraction(frames) / self._spec.canvas.fps.fraction)


def length(timeline: Sequence[TimelineClip], overlap: int) -> int:
    """Frames of a video: each transition is counted once."""
    return sum(placed.frames for placed in timeline) - overlap * (len(timeline) - 1)


def least_frames(overlap: int, place: int, clips: int) -> int:
    """How long the clip at a place, from 0, of so many is at least: one frame longer than the transitions it has."""
    return overlap * ((place > 0) + (place < clips - 1)) + 1


def too_long(frames: int, canvas: Canvas) -> bool:
    """True if a video of so many frames is over `limits.OUTPUT_DURATION_S`."""
    return frames * canvas.fps.den > limits.OUTPUT_DURATION_S * canvas.fps.num
