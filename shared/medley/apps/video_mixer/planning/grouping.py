"""Groups mode: which blocks a video is made of, or the reason there are none.

Each group gives a block of its clips, one or as many as the spec says, in any order among themselves.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from medley import limits
from medley.apps.registry import Library
from medley.apps.video_mixer.planning.arrangements import Apart, Arrangements, Clips, Pool, Weights
from medley.apps.video_mixer.planning.block_counting import Block
from medley.apps.video_mixer.planning.blocks import BlocksInAnyOrder, BlocksInOrder
from medley.apps.video_mixer.planning.deduplication import Contents, pins_clash, require_not_too_many
from medley.apps.video_mixer.planning.rotations import RotatedBlocks
from medley.apps.video_mixer.spec import MixSpec
from medley.apps.video_mixer.wording import SAID
from medley.errors import InvalidInput
from medley.sentences import Sentence


class Grouped(NamedTuple):
    """Blocks in the order of the groups. `head` and `tail` are places of pinned groups if the order is free."""

    names: tuple[str, ...]
    blocks: tuple[Block, ...]
    any_order: bool
    head: int | None
    tail: int | None
    summary: Sentence
    notes: tuple[Sentence, ...]

    def arrangements(self, apart: Apart, weights: Weights) -> Arrangements:
        if not self.any_order:
            return BlocksInOrder(self.blocks, weights, apart)
        middle = [block for place, block in enumerate(self.blocks) if place not in (self.head, self.tail)]
        head, tail = (None if place is None else self.blocks[place] for place in (self.head, self.tail))
        found = BlocksInAnyOrder(middle, head, tail, weights, apart)
        return found if found.cases <= limits.SPACING_STATES else RotatedBlocks(middle, head, tail, weights, apart)

    def pools(self) -> tuple[Pool, ...]:
        return tuple(pool for block in self.blocks for pool, _ in block.pools())

    def slots(self) -> tuple[str, ...]:
        """The group of each place of a video, if the order is fixed."""
        return tuple(name for name, block in zip(self.names, self.blocks, strict=True) for _ in range(block.picked))

    def homes(self) -> dict[int, str]:
        """The group of each clip, if the order is free; then it is in one only."""
        return {clip: name for name, block in zip(self.names, self.blocks, strict=True) for clip in block.clips}


def group(spec: MixSpec, library: Library, contents: Contents, apart: str = "") -> Grouped:
    """The blocks the spec asks for; `apart` says which clips are kept apart, as a part of the summary.

    Raises:
        InvalidInput: codes `no_groups`, `group_not_in_project`, `empty_group`, `too_few_clips`,
            `too_many_clips_per_video`, `clip_not_in_project`, `pin_outside_group`, `pins_clash`.
    """
    if not library.groups:
        raise InvalidInput(SAID.say("no_groups"))
    names = tuple(found.name for found in library.groups)
    picked = _picked(spec, names)
    require_not_too_many(sum(picked))
    groups = [contents.distinct(found.clip_ids) for found in library.groups]
    _require_filled(names, groups)
    any_order = spec.order == "shuffled" and len(groups) > 1
    notes: tuple[Sentence, ...] = ()
    if any_order:
        groups, notes = _each_content_once(names, groups, contents)
    blocks = [_block(*parts) for parts in zip(names, groups, picked, strict=True)]
    pins = contents.pinned(spec.first_clip, "first"), contents.pinned(spec.last_clip, "last")
    pin = _pin_any_order if any_order else _pin_ends
    head, tail = pin(names, blocks, *pins, contents)
    return Grouped(
        names,
        tuple(blocks),
        any_order,
        head,
        tail,
        _summary(
            names, groups, picked, order="any" if any_order else "this", pins=contents.pins_text(*pins), apart=apart
        ),
        notes,
    )


def _picked(spec: MixSpec, names: Sequence[str]) -> list[int]:
    asked = {options.name: options.clips for options in spec.groups if options.name is not None}
    unknown = sorted(set(asked) - set(names))
    if unknown:
        raise InvalidInput(
            SAID.say("group_not_in_project", why="unknown", group=unknown[0], groups=names), field="groups"
        )
    return [asked.get(name, 1) for name in names]


def _block(name: str, clips: Clips, picked: int) -> Block:
    if picked > len(clips):
        few = SAID.say("too_few_clips", where="group", group=name, requested=picked, available=len(clips))
        raise InvalidInput(few)
    return Block(clips, picked)


def _summary(names: Sequence[str], groups: Sequence[Clips], picked: Sequence[int], **rest: str) -> Sentence:
    found = list(zip(names, groups, picked, strict=True))
    if max(picked) == 1:
        sizes = [SAID.say("group_size", group=name, clips=len(clips)) for name, clips, _ in found]
        return SAID.say("one_of_each_group", groups=sizes, **rest)
    parts = [SAID.say("group_part", group=name, clips=len(clips), picked=n) for name, clips, n in found]
    return SAID.say("clips_of_each_group", groups=parts, **rest)


def _each_content_once(
    names: Sequence[str], groups: Sequence[Clips], contents: Contents
) -> tuple[list[Clips], tuple[Sentence, ...]]:
    """Groups in any order: a content in several groups would make the same video twice, so the first has it."""
    seen: set[int] = set()
    kept = []
    notes = []
    for name, clips in zip(names, groups, strict=True):
        repeated = [contents.clips[place].name for place in clips if place in seen]
        if repeated:
            notes.append(SAID.say("in_earlier_group", group=name, clips=repeated))
        kept.append(tuple(place for place in clips if place not in seen))
        seen.update(clips)
    for name, clips in zip(names, kept, strict=True):
        if not clips:
            raise InvalidInput(SAID.say("empty_group", why="repeated", group=name))
    return kept, tuple(notes)


def _pin_ends(
    names: Sequence[str], blocks: list[Block], first: int | None, last: int | None, contents: Contents
) -> tuple[None, None]:
    """Groups in their order: the first group gives the first clip, the last group the last."""
    for place, pin, role in ((0, first, "first"), (-1, last, "last")):
        if pin is not None and pin not in blocks[place].clips:
            outside = {"clip": contents.clips[pin].name, "end": role, "group": names[place]}
            raise InvalidInput(SAID.say("pin_outside_group", why="other_group", **outside), field=f"{role}_clip")
    if len(blocks) == 1 and first is not None and last is not None:
        if blocks[0].picked == 1 and first == last:
            last = None
        else:
            _require_different(first, last, blocks[0].picked)
    blocks[0] = replace(blocks[0], first=first)
    blocks[-1] = replace(blocks[-1], last=last)
    return None, None


def _require_different(first: int, last: int, picked: int) -> None:
    if first == last:
        raise pins_clash("same_clip")
    if picked == 1:
        raise pins_clash("one_of_group")


def _pin_any_order(
    names: Sequence[str], blocks: list[Block], first: int | None, last: int | None, contents: Contents
) -> tuple[int | None, int | None]:
    """Groups in any order: a pinned clip brings its group to that end."""
    homes: list[int | None] = []
    for pin, role in ((first, "first"), (last, "last")):
        home = next((place for place, block in enumerate(blocks) if pin in block.clips), None)
        if pin is not None and home is None:
            outside = {"clip": contents.clips[pin].name, "end": role}
            raise InvalidInput(SAID.say("pin_outside_group", why="no_group", **outside), field=f"{role}_clip")
        homes.append(home)
    head, tail = homes
    if head is not None and head == tail:
        raise pins_clash("same_group", group=names[head])
    if head is not None:
        blocks[head] = replace(blocks[head], first=first)
    if tail is not None:
        blocks[tail] = replace(blocks[tail], last=last)
    return head, tail


def _require_filled(names: Sequence[str], groups: Sequence[Clips]) -> None:
    for name, clips in zip(names, groups, strict=True):
        if not clips:
            raise InvalidInput(SAID.say("empty_group", why="empty", group=name))
