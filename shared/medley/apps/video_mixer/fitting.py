"""Fitting: which videos of a selection can be cut as asked, to the exact length and with the transitions each clip has.

A clip has to be a frame longer than its transitions, and the clips of a video together at least as long as what was
asked for. Where some videos are not, those are left out, of up to `limits.LISTED_VIDEOS`. Where
there are more, the clips and speeds that make the shortest videos are left out until every video fits.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from medley import limits
from medley.apps.registry import Library
from medley.apps.video_mixer.leaving_out import leave_out, shortest
from medley.apps.video_mixer.planning.arrangements import Arrangements, Pool, capacity_of
from medley.apps.video_mixer.planning.listed import Listed
from medley.apps.video_mixer.planning.long_enough import TOO_SHORT, Lengths
from medley.apps.video_mixer.planning.rotations import RotatedBlocks
from medley.apps.video_mixer.planning.selection import Selection, arrange, select
from medley.apps.video_mixer.spec import MixSpec
from medley.apps.video_mixer.timeline import TimelineBuilder, least_frames
from medley.apps.video_mixer.variants import Variant
from medley.apps.video_mixer.wording import SAID
from medley.errors import InvalidInput
from medley.sentences import Sentence, plain

_NAMED = 5  # clips in one note
ROTATED = SAID.say("rotated")

Kept = dict[int, tuple[Variant, ...]]  # the variants of each clip, by its place, that are not left out


@dataclass(frozen=True)
class Fitted:
    """What can be mixed: every arrangement can be cut as asked. `notes` say what was left out."""

    selection: Selection
    builder: TimelineBuilder
    arrangements: Arrangements
    notes: tuple[Sentence, ...] = ()

    @property
    def capacity(self) -> int:
        return capacity_of(self.arrangements)


@dataclass
class Fits:
    """What specs of one library come to; each is found out once, for it can take long."""

    library: Library
    _known: dict[MixSpec, Fitted | InvalidInput] = field(default_factory=dict)

    def __call__(self, spec: MixSpec, library: Library) -> Fitted:
        """As `fit`; of another library it is not remembered."""
        if library is not self.library:
            return fit(spec, library)
        if spec not in self._known:
            try:
                self._known[spec] = fit(spec, library)
            except InvalidInput as refused:
                self._known[spec] = refused
        found = self._known[spec]
        if isinstance(found, InvalidInput):
            raise found
        return found

    def arrange(self, spec: MixSpec, library: Library) -> Arrangements:
        """The arrangements of what it comes to. Raises: as `fit`."""
        return self(spec, library).arrangements


def fit(spec: MixSpec, library: Library) -> Fitted:
    """All that the spec allows of the library and that can be cut.

    Raises:
        InvalidInput: the codes of `selection.select` and `selection.arrange`; `length_too_short`, `clip_too_short`,
            `too_little_footage`; no video can be cut as asked.
    """
    selection = select(spec, library)
    builder = TimelineBuilder(spec, selection)
    arrangements = arrange(selection, builder.weights)
    builder.require_room()
    if _all_fit(spec, builder, arrangements, selection.pools):
        return Fitted(selection, builder, arrangements, (ROTATED,) if isinstance(arrangements, RotatedBlocks) else ())
    possible = capacity_of(arrangements)
    if possible > limits.LISTED_VIDEOS:
        return _without_the_shortest(spec, library, selection, builder, arrangements)
    listed = Listed(arrangements, builder.fits, _counted(spec, builder, arrangements))
    if not listed.capacity:
        raise _nothing(spec, selection, builder, arrangements)
    if listed.capacity == possible:
        return Fitted(selection, builder, arrangements)
    note = SAID.say("videos_left_out", videos=possible - listed.capacity, possible=possible, what=_what(spec))
    return Fitted(selection, builder, listed, (note,))


def _counted(spec: MixSpec, builder: TimelineBuilder, arrangements: Arrangements) -> int:
    """How many can be cut as asked."""
    clips = builder.clips_per_video
    at_ends, between = (_lengths(builder, least_frames(spec.overlap, place, clips)) for place in (0, min(1, clips - 1)))
    return arrangements.long_enough(Lengths(at_ends, between, builder.asked_frames or 0))


def _lengths(builder: TimelineBuilder, needed: int) -> dict[int, list[int]]:
    return {
        place: [variant.frames if variant.frames >= needed else TOO_SHORT for variant in found]
        for place, found in builder.variants.items()
    }


def _all_fit(spec: MixSpec, builder: TimelineBuilder, arrangements: Arrangements, pools: Sequence[Pool]) -> bool:
    """Whether it is plain that all do: by the shortest variants alone, whoever may be whose neighbour."""
    asked = builder.asked_frames
    levels = {place: _levels(found) for place, found in builder.by_look.items()}
    if asked is not None and asked > shortest(pools, levels):
        return False
    return not spec.overlap or all(
        found[0] >= _needed(spec, builder.clips_per_video, arrangements, place) for place, found in levels.items()
    )


def _needed(spec: MixSpec, clips: int, arrangements: Arrangements, place: int) -> int:
    """Frames a clip needs wherever it can stand: all places are alike but the first and the last."""
    reach = arrangements.reach(place)
    unlike = {reach.start, min(reach.start + 1, reach.stop - 1), reach.stop - 1}
    return max(least_frames(spec.overlap, at, clips) for at in unlike)


def _without_the_shortest(
    spec: MixSpec, library: Library, selection: Selection, builder: TimelineBuilder, arrangements: Arrangements
) -> Fitted:
    kept: Kept = {}
    for place, found in builder.variants.items():
        needed = _needed(spec, builder.clips_per_video, arrangements, place) if spec.overlap else 1
        kept[place] = tuple(variant for variant in found if variant.frames >= needed)
    gone = {place for place, found in kept.items() if not found}
    pools = [Pool(tuple(place for place in pool.clips if place not in gone), pool.picked) for pool in selection.pools]
    if any(len(pool.clips) < pool.picked for pool in pools):
        raise _nothing(spec, selection, builder, arrangements)
    asked = builder.asked_frames or 0
    if asked > _longest(pools, kept):
        raise _nothing(spec, selection, builder, arrangements)
    pooled = {place for pool in pools for place in pool.clips}
    levels = leave_out(pools, {place: _levels(kept[place]) for place in pooled}, asked)
    if asked > shortest(pools, levels):
        raise _nothing(spec, selection, builder, arrangements)
    for place, left in levels.items():
        kept[place] = tuple(variant for variant in kept[place] if left and variant.frames >= left[0])
    left_out = [selection.clips[place].facts.sha256 for place, found in kept.items() if not found]
    fewer = select(spec, library, left_out)
    fewer_variants = TimelineBuilder(spec, fewer, kept)
    names = _names(selection, builder, kept)
    shown, more = names[:_NAMED], max(0, len(names) - _NAMED)
    note = SAID.say("clips_left_out", what=_what(spec), clips=shown, more=more)
    return Fitted(fewer, fewer_variants, arrange(fewer, fewer_variants.weights), (note,))


def _levels(variants: Sequence[Variant]) -> list[int]:
    return sorted({variant.frames for variant in variants})


def _longest(pools: Sequence[Pool], kept: Mapping[int, Sequence[Variant]]) -> int:
    most = {place: max(variant.frames for variant in found) for place, found in kept.items() if found}
    return sum(sum(sorted((most[place] for place in pool.clips), reverse=True)[: pool.picked]) for pool in pools)


def _names(selection: Selection, builder: TimelineBuilder, kept: Kept) -> list[str]:
    told: list[str] = []
    for place, found in kept.items():
        least = min((variant.frames for variant in found), default=None)
        lost = [variant for variant in builder.by_look[place] if least is None or variant.frames < least]
        if lost:
            speeds = dict.fromkeys(f"{float(variant.speed.fraction):g}" for variant in lost)
            name = selection.clips[place].name
            told.append(SAID.say("at_speeds", clip=name, speeds=list(speeds)) if found else name)
    return told


def _what(spec: MixSpec) -> Sentence:
    """The exact length and the transitions, whichever were asked for."""
    if spec.duration_s is None:
        return SAID.say("transitions", frames=spec.overlap)
    if not spec.overlap:
        return SAID.say("length", seconds=plain(spec.duration_s))
    return SAID.say("length_and_transitions", seconds=plain(spec.duration_s), frames=spec.overlap)


def _nothing(spec: MixSpec, selection: Selection, builder: TimelineBuilder, arrangements: Arrangements) -> InvalidInput:
    """Why no video can be cut: a clip that every video shows and that is too short, or all together."""
    fps = spec.canvas.fps.fraction
    if builder.asked_frames is not None and builder.asked_frames > _longest(selection.pools, builder.variants):
        asked, seconds = plain(spec.duration_s), plain(builder.longest / fps)
        return InvalidInput(SAID.say("too_little_footage", why="together", seconds=seconds, requested=asked))
    found = _too_short(spec, selection, builder, arrangements)
    if found is None:
        return InvalidInput(SAID.say("too_little_footage", why="any", what=_what(spec)))
    place, needed = found
    name, frames = selection.clips[place].name, max(variant.frames for variant in builder.variants[place])
    short = SAID.say("clip_too_short", clip=name, frames=frames, needed=needed)
    return InvalidInput(short, transition_frames=spec.overlap)


def _too_short(
    spec: MixSpec, selection: Selection, builder: TimelineBuilder, arrangements: Arrangements
) -> tuple[int, int] | None:
    """The shortest clip that is too short somewhere, and what it needs there."""
    short: Collection[tuple[int, int]] = [
        (place, needed)
        for place in selection.shown
        if max(variant.frames for variant in builder.variants[place])
        < (needed := _needed(spec, builder.clips_per_video, arrangements, place))
    ]
    return min(short, key=lambda found: max(variant.frames for variant in builder.variants[found[0]]), default=None)
