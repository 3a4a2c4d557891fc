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
from medley.contracts.media import ClipSource
from medley.errors import InvalidInput


@dataclass(frozen=True)
class Selection:
    """What can be mixed. The integers in arrangements and `pools` are places in `clips`."""

    clips: tuple[ClipSource, ...]
    pools: tuple[Pool, ...]
    arrangements: Callable[[Weights], Arrangements]  # of clips in so many variants
    summary: str  # how the arrangements come about, for a sentence
    notes: tuple[str, ...] = ()
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
            `never_adjacent_impossible`, and those of `grouping.group`.
    """
    contents = Contents.of(library, left_out)
    if not contents.clips:
        raise InvalidInput("The project has no clip that is ready to mix.", code="no_clips")
    apart = contents.apart(spec.never_adjacent)
    if spec.mode == "automatic":
        selection = _automatic(spec, contents, apart)
    else:
        selection = _groups(spec, library, contents, apart)
    if apart and not selection.arrangements({}).openings:
        raise _impossible(selection, apart)
    return selection


def _automatic(spec: MixSpec, contents: Contents, apart: Apart) -> Selection:
    available = len(contents.usable)
    length = available if spec.clips_per_video is None else spec.clips_per_video
    if length > available:
        raise InvalidInput(
            f"{length} clips per video were asked for, but only {available} different clips are ready.",
            code="too_few_clips",
            requested=length,
            available=available,
        )
    require_not_too_many(length)
    first, last = contents.pinned(spec.first_clip, "first"), contents.pinned(spec.last_clip, "last")
    if first is not None and last is not None:
        if length == 1 and first != last:
            raise pins_clash("A video of one clip cannot have a first and a last one.")
        if length > 1 and first == last:
            raise pins_clash("The first and the last clip are the same, and no clip is shown twice.")
        if length == 1:
            last = None  # the one clip is both
    pins = tuple(pin for pin in (first, last) if pin is not None)
    free = tuple(place for place in contents.usable if place not in pins)
    kind: Callable[[Weights], Arrangements]
    if spec.order == "shuffled":
        kind = partial(BlocksInOrder, (Block(contents.usable, length, first, last),), apart=apart)
    else:
        kind = partial(Choices, free, length, first, last, apart=apart)
    amount = f"all {available} clips" if length == available else f"{length} of {available} clips"
    order = "any" if spec.order == "shuffled" else "library"
    drawn = length - len(pins)
    return Selection(
        tuple(contents.clips),
        (*(Pool((pin,), 1) for pin in pins), *((Pool(free, drawn),) if drawn else ())),
        kind,
        f"{amount} in {order} order{contents.pins_text(first, last)}{_apart_text(apart)}",
        contents.notes(),
    )


def _groups(spec: MixSpec, library: Library, contents: Contents, apart: Apart) -> Selection:
    found = group(spec, library, contents)
    return Selection(
        tuple(contents.clips),
        found.pools(),
        partial(found.arrangements, apart),
        found.summary + _apart_text(apart),
        contents.notes() + found.notes,
        () if found.any_order else found.slots(),
        found.homes() if found.any_order else {},
    )


def _apart_text(apart: Apart) -> str:
    if not apart:
        return ""
    sets = max(apart.values())
    return f", clips of {'a set' if sets == 1 else f'{sets} sets'} never adjacent"


def _impossible(selection: Selection, apart: Apart) -> InvalidInput:
    """Why no video keeps the sets apart: a set too large, if that is it."""
    most = (selection.length + 1) // 2
    message = f"No order keeps the never-adjacent clips apart: {selection.summary}."
    for number in sorted(set(apart.values())):
        clips = {clip for clip, letter in apart.items() if letter == number}
        least = sum(max(0, pool.picked - len(set(pool.clips) - clips)) for pool in selection.pools)
        if least > most:
            message = (
                f"A video of {selection.length} clips must show at least {least} of the {len(clips)} clips of a "
                f"never-adjacent set, and at most {most} of them can be kept apart: make the set smaller, or add clips "
                "that are not in it."
            )
            break
    return InvalidInput(message, code="never_adjacent_impossible", field="never_adjacent", length=selection.length)
