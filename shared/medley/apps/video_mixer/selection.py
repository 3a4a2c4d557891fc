"""From what was asked and what the project holds to the arrangements that are possible, or the reason there are none.

Clips of identical content count as one, so that different arrangements are different videos.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from medley import limits
from medley.apps.registry import Library
from medley.apps.video_mixer.arrangements import (
    Arrangements,
    Choices,
    Clips,
    OnePerGroup,
    OnePerGroupAnyOrder,
    Orders,
)
from medley.apps.video_mixer.spec import MixSpec
from medley.contracts.media import ClipSource
from medley.errors import InvalidInput


class Pool(NamedTuple):
    """Every video shows `picked` of these clips."""

    clips: Clips
    picked: int


@dataclass(frozen=True)
class Selection:
    """What can be mixed. The integers in `arrangements` and `pools` are places in `clips`."""

    clips: tuple[ClipSource, ...]
    arrangements: Arrangements
    pools: tuple[Pool, ...]
    summary: str  # how the arrangements come about, for a sentence
    notes: tuple[str, ...] = ()


@dataclass
class Contents:
    """The library's clips by content: duplicates share a place, that of the first."""

    clips: list[ClipSource] = field(default_factory=list)
    places: dict[UUID, int] = field(default_factory=dict)
    duplicates: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, library: Library) -> "Contents":
        found = cls()
        by_content: dict[str, int] = {}
        for clip in library.clips:
            place = by_content.setdefault(clip.facts.sha256, len(found.clips))
            if place == len(found.clips):
                found.clips.append(clip)
            else:
                found.duplicates.append(clip.name)
            found.places[clip.clip_id] = place
        return found

    def distinct(self, clip_ids: Iterable[UUID]) -> Clips:
        """Places of the clips that are ready, each content once, in order."""
        return tuple(dict.fromkeys(self.places[clip_id] for clip_id in clip_ids if clip_id in self.places))

    def pinned(self, clip_id: UUID | None, role: str) -> int | None:
        if clip_id is not None and clip_id not in self.places:
            raise InvalidInput(
                f"The {role} clip is not one of the project's ready clips.",
                code="unknown_clip",
                field=f"{role}_clip",
                clip_id=str(clip_id),
            )
        return None if clip_id is None else self.places[clip_id]

    def notes(self) -> tuple[str, ...]:
        if not self.duplicates:
            return ()
        return (f"Same content as another clip, so counted once: {', '.join(self.duplicates)}.",)


def select(spec: MixSpec, library: Library) -> Selection:
    """Everything the spec allows of the library.

    Raises:
        InvalidInput: nothing can be mixed as asked. Codes: `no_clips`, `no_groups`, `empty_group`, `too_few_clips`,
            `too_many_clips`, `unknown_clip`, `pin_outside_group`, `pins_clash`.
    """
    contents = Contents.of(library)
    if not contents.clips:
        raise InvalidInput("The project has no clip that is ready to mix.", code="no_clips")
    return _automatic(spec, contents) if spec.mode == "automatic" else _groups(spec, library, contents)


def _automatic(spec: MixSpec, contents: Contents) -> Selection:
    available = len(contents.clips)
    length = available if spec.clips_per_video is None else spec.clips_per_video
    if length > available:
        raise InvalidInput(
            f"{length} clips per video were asked for, but only {available} different clips are ready.",
            code="too_few_clips",
            requested=length,
            available=available,
        )
    _require_not_too_many(length)
    first, last = contents.pinned(spec.first_clip, "first"), contents.pinned(spec.last_clip, "last")
    if first is not None and last is not None:
        if first == last:
            raise _clash("The first and the last clip are the same, and no clip is shown twice.")
        if length == 1:
            raise _clash("A video of one clip cannot have a first and a last one.")
    pins = tuple(pin for pin in (first, last) if pin is not None)
    free = tuple(place for place in range(available) if place not in pins)
    kind = Orders if spec.order == "shuffled" else Choices
    amount = f"all {available} clips" if length == available else f"{length} of {available} clips"
    return Selection(
        tuple(contents.clips),
        kind(free, length, first, last),
        (*(Pool((pin,), 1) for pin in pins), Pool(free, length - len(pins))),
        f"{amount} in {'any' if spec.order == 'shuffled' else 'library'} order{_pins_text(first, last, contents)}",
        contents.notes(),
    )


def _groups(spec: MixSpec, library: Library, contents: Contents) -> Selection:
    if not library.groups:
        raise InvalidInput("The project has no group; groups mode takes one clip of each.", code="no_groups")
    _require_not_too_many(len(library.groups))
    names = [group.name for group in library.groups]
    groups = [contents.distinct(group.clip_ids) for group in library.groups]
    first, last = contents.pinned(spec.first_clip, "first"), contents.pinned(spec.last_clip, "last")
    shuffled = spec.order == "shuffled" and len(groups) > 1
    if shuffled:
        groups, notes = _each_content_once(names, groups, contents)
    else:
        notes = ()
        _require_filled(names, groups)
    arrangements: OnePerGroupAnyOrder | OnePerGroup
    if shuffled:
        arrangements = _pin_any_order(groups, first, last, contents)
        pins = (arrangements.first, arrangements.last)
        pools = (*arrangements.groups, *((pin,) for pin in pins if pin is not None))
    else:
        arrangements = OnePerGroup(_pin_ends(names, groups, first, last, contents))
        pools = arrangements.groups
    sizes = ", ".join(f"{name} ({len(group)})" for name, group in zip(names, groups, strict=True))
    return Selection(
        tuple(contents.clips),
        arrangements,
        tuple(Pool(group, 1) for group in pools),
        f"one clip of each group: {sizes}, groups in {'any' if shuffled else 'this'} order"
        + _pins_text(first, last, contents),
        contents.notes() + notes,
    )


def _each_content_once(
    names: Sequence[str], groups: Sequence[Clips], contents: Contents
) -> tuple[list[Clips], tuple[str, ...]]:
    """Groups in any order: a content in several groups would make the same video twice, so the first has it."""
    _require_filled(names, groups)
    seen: set[int] = set()
    kept = []
    notes = []
    for name, group in zip(names, groups, strict=True):
        repeated = [contents.clips[place].name for place in group if place in seen]
        if repeated:
            notes.append(f"Also in an earlier group, so not counted in {name!r}: {', '.join(repeated)}.")
        kept.append(tuple(place for place in group if place not in seen))
        seen.update(group)
    for name, group in zip(names, kept, strict=True):
        if not group:
            raise InvalidInput(
                f"All clips of group {name!r} are in earlier groups too. With groups in any order each clip counts in "
                "one group only: move some, or fix the order.",
                code="empty_group",
                group=name,
            )
    return kept, tuple(notes)


def _pin_ends(
    names: Sequence[str], groups: list[Clips], first: int | None, last: int | None, contents: Contents
) -> tuple[Clips, ...]:
    """Groups in their order: the first group gives the first clip, the last group the last."""
    if len(groups) == 1 and first is not None and last is not None and first != last:
        raise _clash("With one group a video has one clip, so it cannot have a first and a last one.")
    pinned = list(groups)
    for pin, place, role in ((first, 0, "first"), (last, -1, "last")):
        if pin is None:
            continue
        if pin not in groups[place]:
            raise InvalidInput(
                f"{contents.clips[pin].name!r} cannot be {role}: it is not in group {names[place]!r}, which is {role}.",
                code="pin_outside_group",
                field=f"{role}_clip",
                group=names[place],
            )
        pinned[place] = (pin,)
    return tuple(pinned)


def _pin_any_order(
    groups: Sequence[Clips], first: int | None, last: int | None, contents: Contents
) -> OnePerGroupAnyOrder:
    """Groups in any order: a pinned clip brings its group to that end."""
    homes = []
    for pin, role in ((first, "first"), (last, "last")):
        home = next((group for group in groups if pin in group), None)
        if pin is not None and home is None:
            raise InvalidInput(
                f"{contents.clips[pin].name!r} cannot be {role}: it is in no group.",
                code="pin_outside_group",
                field=f"{role}_clip",
            )
        homes.append(home)
    if first is not None and last is not None and homes[0] == homes[1]:
        raise _clash("The first and the last clip are of the same group, and each group gives one clip.")
    return OnePerGroupAnyOrder(tuple(group for group in groups if group not in homes), first, last)


def _require_filled(names: Sequence[str], groups: Sequence[Clips]) -> None:
    for name, group in zip(names, groups, strict=True):
        if not group:
            raise InvalidInput(f"Group {name!r} has no clip that is ready to mix.", code="empty_group", group=name)


def _require_not_too_many(clips: int) -> None:
    if clips > limits.SEGMENTS_PER_OUTPUT:
        raise InvalidInput(
            f"A video can show {limits.SEGMENTS_PER_OUTPUT} clips, not {clips}: choose fewer clips per video.",
            code="too_many_clips",
            requested=clips,
            limit=limits.SEGMENTS_PER_OUTPUT,
        )


def _clash(message: str) -> InvalidInput:
    return InvalidInput(message, code="pins_clash")


def _pins_text(first: int | None, last: int | None, contents: Contents) -> str:
    starts = "" if first is None else f", starting with {contents.clips[first].name!r}"
    return starts + ("" if last is None else f", ending with {contents.clips[last].name!r}")
