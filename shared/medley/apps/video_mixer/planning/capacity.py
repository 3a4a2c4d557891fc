"""The capacity: how many different videos are possible, which constraint sets that number, and what would give more."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from medley import limits
from medley.apps.registry import Library
from medley.apps.video_mixer.choices import LOOKS
from medley.apps.video_mixer.planning.arrangements import Arrangements, capacity_of
from medley.apps.video_mixer.spec import MixSpec
from medley.apps.video_mixer.wording import SAID
from medley.domain.wording import CORE
from medley.errors import InvalidInput
from medley.sentences import Sentence

Arrange = Callable[[MixSpec, Library], Arrangements]  # all videos a spec allows

# Each restriction, whose advice has its name: what the spec would be without it.
_RESTRICTIONS: Mapping[str, Mapping[str, Any]] = {
    "fixed_order": {"order": "shuffled"},
    "pinned_clips": {"first_clip": None, "last_clip": None},
    "never_adjacent": {"never_adjacent": ()},
    "clips_per_video": {"clips_per_video": None},
}
_ANOTHER = UUID("0f8a2c1e-9d6b-4c55-8f27-61f3c7b1a2d4")  # of a clip there is not
_SPEEDS = ("11/10", "9/10", "6/5", "4/5", "5/4", "3/4")
_SHORTEST = Decimal("0.2")  # seconds of a window
_EXACT = 10**12  # from here on nobody reads each digit


@dataclass(frozen=True)
class Capacity:
    """`possible` is exact and may have hundreds of digits; `constraint` is a stable name; `text` is for a person."""

    possible: int
    constraint: str
    text: Sentence


def measure(spec: MixSpec, library: Library, summary: Sentence, possible: int, arrange: Arrange) -> Capacity:
    """Find what binds a number of videos: the restriction without which the most would be possible.

    If none costs any, the number of clips is what binds. `summary` says how the videos come about.
    """
    most, binding = possible, "clips"
    for name, change in _RESTRICTIONS.items():
        changed = spec.model_copy(update=dict(change))
        if changed != spec and (without := _possible(changed, library, arrange)) > most:
            most, binding = without, name
    return Capacity(possible, binding, SAID.say("binding", how=summary, advice=SAID.say(binding)))


def require(spec: MixSpec, library: Library, summary: Sentence, possible: int, arrange: Arrange) -> None:
    """Check that the videos asked for exist, of so many possible ones.

    Raises:
        InvalidInput: code `too_many_outputs`; metadata `requested`, `possible`, `binding`, `constraint`.
    """
    wanted = spec.skip + spec.count
    if wanted <= possible:
        return
    found = measure(spec, library, summary, possible, arrange)
    gives = would_give(spec, library, possible, arrange)
    raise InvalidInput(
        CORE.say(
            "too_many_outputs",
            unit="videos",
            requested=wanted,
            possible=found.possible,
            binding=found.text,
            more=CORE.say("after", note=gives) if gives else "",
        ),
        possible=found.possible,
        constraint=found.constraint,
    )


def would_give(spec: MixSpec, library: Library, possible: int, arrange: Arrange) -> Sentence | None:
    """What would give more videos than are possible, with how many each would, the most first; None if nothing."""
    found = []
    for sentence, changed, having in _changes(spec, library):
        videos = _possible(changed, having, arrange)
        if videos > possible:
            found.append((videos, sentence))
    found.sort(key=lambda each: -each[0])
    gives = [SAID.say(code, **about, videos=_amount(videos)) for videos, (code, about) in found]
    return SAID.say("would_give_more", what=gives) if gives else None


Change = tuple[tuple[str, dict[str, str]], MixSpec, Library]


def _changes(spec: MixSpec, library: Library) -> Iterator[Change]:
    """Each change that may give more: the code of its sentence and what it names, the spec and the library with it."""
    if len(library.clips) < limits.CLIPS_PER_PROJECT:
        group, having = _with_another_clip(spec, library)
        yield ("gives_clip", {}) if group is None else ("gives_clip_of_group", {"group": group}), spec, having
    for code, update in (*_loosened(spec), *_varied(spec), *_cut(spec, library)):
        yield (code, {}), spec.model_copy(update=update), library


def _loosened(spec: MixSpec) -> Iterator[tuple[str, dict[str, Any]]]:
    """What a spec requires, and may do without."""
    for code, update in (
        ("gives_order", _RESTRICTIONS["fixed_order"]),
        ("gives_no_pins", _RESTRICTIONS["pinned_clips"]),
        ("gives_neighbours", _RESTRICTIONS["never_adjacent"]),
        ("gives_any_length", {"duration_s": None, "share": "equal"}),
    ):
        if any(getattr(spec, name) != value for name, value in update.items()):
            yield code, dict(update)
    if spec.clips_per_video is not None and spec.clips_per_video < limits.SEGMENTS_PER_OUTPUT:
        yield "gives_longer", {"clips_per_video": spec.clips_per_video + 1}


def _varied(spec: MixSpec) -> Iterator[tuple[str, dict[str, Any]]]:
    """Another value of what clips are shown with."""
    if len(spec.speeds) < limits.SPEEDS_PER_SPEC:
        speed = next(speed for speed in _SPEEDS if speed not in spec.speeds)
        yield "gives_speed", {"speeds": (*spec.speeds, speed)}
    look = next((look for look in LOOKS.titles if look not in spec.looks), None)
    if look is not None:
        yield "gives_look", {"looks": (*spec.looks, look)}


def _cut(spec: MixSpec, library: Library) -> Iterator[tuple[str, dict[str, Any]]]:
    """More stretches of each clip to choose from."""
    if spec.trim == "spread":
        if spec.windows < limits.WINDOWS_PER_CLIP:
            yield "gives_window", {"windows": spec.windows + 1}
        return
    shortest_us = min((clip.facts.video.duration_us for clip in library.clips), default=0)
    half = Decimal(shortest_us // 2_000) / 1_000  # in whole milliseconds
    window = half if spec.window_s is None else spec.window_s
    if spec.share != "smart" and spec.duration_s is None and window >= _SHORTEST:
        yield "gives_windows", {"trim": "spread", "window_s": window, "windows": 2}


def _with_another_clip(spec: MixSpec, library: Library) -> tuple[str | None, Library]:
    """The library with one clip more, like its last one; in groups mode in the smallest group, which is named."""
    like = library.clips[-1]
    facts = like.facts.model_copy(update={"sha256": _ANOTHER.hex * 2})
    clip = like.model_copy(update={"clip_id": _ANOTHER, "facts": facts})
    if spec.mode != "groups":
        return None, replace(library, clips=(*library.clips, clip))
    smallest = min(library.groups, key=lambda group: len(group.clip_ids))
    groups = tuple(
        replace(group, clip_ids=(*group.clip_ids, _ANOTHER)) if group is smallest else group for group in library.groups
    )
    return smallest.name, replace(library, clips=(*library.clips, clip), groups=groups)


def _amount(videos: int) -> int | str:
    """A count as it is read, and as JSON holds it: above a million million, its order of magnitude."""
    return videos if videos < _EXACT else f"≈10^{len(str(videos)) - 1}"


def _possible(spec: MixSpec, library: Library, arrange: Arrange) -> int:
    try:
        return capacity_of(arrange(spec, library))
    except InvalidInput:  # without this option there is nothing to mix, or no end of it, so it cannot be compared
        return 0
