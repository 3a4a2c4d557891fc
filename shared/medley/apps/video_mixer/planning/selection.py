"""The selection: from what was asked and what the project holds to the arrangements possible, or why there are none."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from medley.apps.registry import Library
from medley.apps.video_mixer.planning.arrangements import Apart, Arrangements, Clips, Pick, Pool, Weights
from medley.apps.video_mixer.planning.block_counting import Block
from medley.apps.video_mixer.planning.blocks import BlocksInOrder
from medley.apps.video_mixer.planning.deduplication import Contents, pins_clash, require_not_too_many
from medley.apps.video_mixer.planning.grouping import group
from medley.apps.video_mixer.planning.ranked_combinations import Choices
from medley.apps.video_mixer.spec import MixSpec
from medley.apps.video_mixer.wording import SAID
from medley.contracts.media import ClipSource
from medley.errors import InvalidInput
from medley.sentences import Sentence


@dataclass(frozen=True)
class Selection:
    """What can be mixed. The integers in arrangements and `pools` are places in `clips`."""

    clips: tuple[ClipSource, ...]
    pools: tuple[Pool, ...]
    arrangements: Callable[[Weights], Arrangements]  # of clips in so many variants
    summary: Sentence  # how the arrangements come about, as a part of one
    notes: tuple[Sentence, ...] = ()
    slots: tuple[str, ...] = ()  # the group of each place of a video, where the order decides it
    homes: Mapping[int, str] = field(default_factory=dict)  # the group of each clip, where that decides it

    @property
    def length(self) -> int:
        """Clips per video."""
        return sum(pool.picked for pool in self.pools)

    @property
    def shown(self) -> Clips:
        """Every clip that can be shown, once, ascending."""
        return tuple(sorted({clip for pool in self.pools for clip in pool.clips}))

    def groups_of(self, video: Sequence[Pick]) -> tuple[str | None, ...]:
        """The group each clip of a video is shown for; None in automatic mode."""
        return self.slots or tuple(self.homes.get(pick.clip) for pick in video)


def select(spec: MixSpec, library: Library, left_out: Collection[str] = ()) -> Selection:
    """Everything the spec allows of the library, but clips of the contents `left_out`.

    Raises:
        InvalidInput: nothing can be mixed as asked. Codes: `no_clips`, `too_few_clips`,
            `too_many_clips_per_video`, `clip_not_in_project`, `pins_clash`, `sets_overlap`,
            and those of `grouping.group`.
    """
    contents = Contents.of(library, left_out)
    if not contents.clips:
        raise InvalidInput(SAID.say("no_clips"))
    apart = contents.apart(spec.never_adjacent)
    if spec.mode == "automatic":
        return _automatic(spec, contents, apart)
    return _groups(spec, library, contents, apart)


def arrange(selection: Selection, weights: Weights) -> Arrangements:
    """All arrangements of a selection, of clips in so many variants.

    Raises:
        InvalidInput: code `never_adjacent_impossible`.
    """
    found = selection.arrangements(weights)
    if found.apart and not found.capacity:
        raise _impossible(selection, found.apart)
    return found


def _automatic(spec: MixSpec, contents: Contents, apart: Apart) -> Selection:
    available = len(contents.usable)
    length = available if spec.clips_per_video is None else spec.clips_per_video
    if length > available:
        raise InvalidInput(SAID.say("too_few_clips", where="project", requested=length, available=available))
    require_not_too_many(length)
    first, last = contents.pinned(spec.first_clip, "first"), contents.pinned(spec.last_clip, "last")
    if first is not None and last is not None:
        if length == 1 and first != last:
            raise pins_clash("one_clip")
        if length > 1 and first == last:
            raise pins_clash("same_clip")
        if length == 1:
            last = None  # the one clip is both
    pins = tuple(pin for pin in (first, last) if pin is not None)
    free = tuple(place for place in contents.usable if place not in pins)
    kind: Callable[[Weights], Arrangements]
    if spec.order == "shuffled":
        kind = partial(BlocksInOrder, (Block(contents.usable, length, first, last),), apart=apart)
    else:
        kind = partial(Choices, free, length, first, last, apart=apart)
    how = SAID.say(
        "automatic",
        amount="all" if length == available else "some",
        shown=length,
        available=available,
        order="any" if spec.order == "shuffled" else "library",
        pins=contents.pins_text(first, last),
        apart=_apart_text(apart),
    )
    drawn = length - len(pins)
    return Selection(
        tuple(contents.clips),
        (*(Pool((pin,), 1) for pin in pins), *((Pool(free, drawn),) if drawn else ())),
        kind,
        how,
        contents.notes(),
    )


def _groups(spec: MixSpec, library: Library, contents: Contents, apart: Apart) -> Selection:
    found = group(spec, library, contents, _apart_text(apart))
    return Selection(
        tuple(contents.clips),
        found.pools(),
        partial(found.arrangements, apart),
        found.summary,
        contents.notes() + found.notes,
        () if found.any_order else found.slots(),
        found.homes() if found.any_order else {},
    )


def _apart_text(apart: Apart) -> str:
    if not apart:
        return ""
    return SAID.say("apart", sets=max(apart.values()))


def _impossible(selection: Selection, apart: Apart) -> InvalidInput:
    """Why no video keeps the sets apart: a set too large, if that is it."""
    most = (selection.length + 1) // 2
    said = SAID.say("never_adjacent_impossible", why="order", length=selection.length, how=selection.summary)
    for number in sorted(set(apart.values())):
        clips = {clip for clip, letter in apart.items() if letter == number}
        least = sum(max(0, pool.picked - len(set(pool.clips) - clips)) for pool in selection.pools)
        if least > most:
            said = SAID.say(
                "never_adjacent_impossible",
                why="large_set",
                length=selection.length,
                least=least,
                clips=len(clips),
                most=most,
            )
            break
    return InvalidInput(said, field="never_adjacent")
