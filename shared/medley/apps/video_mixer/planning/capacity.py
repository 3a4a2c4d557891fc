"""How many different videos are possible, which constraint sets that number, and what would allow more."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from medley.apps.registry import Library
from medley.apps.video_mixer.planning.arrangements import Weights, capacity_of
from medley.apps.video_mixer.planning.selection import Selection, select
from medley.apps.video_mixer.spec import MixSpec
from medley.errors import InvalidInput

Weigh = Callable[[MixSpec, Selection], Weights]  # in how many variants each clip can be shown under a spec

_RESTRICTIONS: Mapping[str, Mapping[str, Any]] = {
    "fixed_order": {"order": "shuffled"},
    "pinned_clips": {"first_clip": None, "last_clip": None},
    "never_adjacent": {"never_adjacent": ()},
    "clips_per_video": {"clips_per_video": None},
}
_ADVICE = {
    "fixed_order": "shuffle the order for more",
    "pinned_clips": "pin no clip for more",
    "never_adjacent": "allow all clips to be neighbours for more",
    "clips_per_video": "show more clips per video for more",
    "one_speed": "add a second speed for more",
    "one_look": "add a second look for more",
    "one_window": "choose among two windows of each clip for more",
    "clips": "add clips for more",
}


@dataclass(frozen=True)
class Relaxation:
    """Without `constraint`, a stable name, there would be `possible` videos; `advice` says so to a person."""

    constraint: str
    possible: int
    advice: str


@dataclass(frozen=True)
class Capacity:
    """`possible` is exact and may have hundreds of digits; `constraint` is a stable name; `text` is for a person.

    `relaxations` are all single options that cost videos, the costliest first.
    """

    possible: int
    constraint: str
    text: str
    relaxations: tuple[Relaxation, ...] = ()


def measure(spec: MixSpec, library: Library, selection: Selection, weigh: Weigh) -> Capacity:
    """Count, and find what binds: the restriction without which the most videos would be possible.

    If none costs any, the number of clips is what binds. That clips have one speed, look or window only is no
    restriction somebody asked for: it is among the relaxations, but does not bind.

    Raises:
        InvalidInput: code `constraint_too_large`.
    """
    possible = capacity_of(selection.arrangements(weigh(spec, selection)))
    found = []
    for name, changed in _relaxed(spec):
        without = _possible(changed, library, weigh)
        if without > possible:
            found.append(Relaxation(name, without, _ADVICE[name]))
    found.sort(key=lambda relaxation: -relaxation.possible)
    binding = next((relaxation.constraint for relaxation in found if relaxation.constraint in _RESTRICTIONS), "clips")
    return Capacity(possible, binding, f"{selection.summary}; {_ADVICE[binding]}", tuple(found))


def require(spec: MixSpec, found: Capacity) -> None:
    """Check that the videos asked for exist.

    Raises:
        InvalidInput: code `too_many_outputs`; metadata `requested`, `possible`, `binding`, `constraint`.
    """
    wanted = spec.skip + spec.count
    if wanted > found.possible:
        raise InvalidInput(
            f"{wanted} different videos were asked for, but only {found.possible} are possible: {found.text}.",
            code="too_many_outputs",
            requested=wanted,
            possible=found.possible,
            binding=found.text,
            constraint=found.constraint,
        )


def _relaxed(spec: MixSpec) -> Iterator[tuple[str, MixSpec]]:
    """The spec without each of its options that may cost videos."""
    for name, change in _RESTRICTIONS.items():
        changed = spec.model_copy(update=dict(change))
        if changed != spec:
            yield name, changed
    if len(spec.speeds) == 1:
        second = "11/10" if spec.speeds[0] != "11/10" else "1"
        yield "one_speed", spec.model_copy(update={"speeds": (*spec.speeds, second)})
    if len(spec.looks) == 1:
        look = "mirror" if spec.looks[0] != "mirror" else "none"
        yield "one_look", spec.model_copy(update={"looks": (*spec.looks, look)})
    if spec.trim not in ("none", "spread") and spec.share != "smart":
        yield "one_window", spec.model_copy(update={"trim": "spread", "windows": 2})


def _possible(spec: MixSpec, library: Library, weigh: Weigh) -> int:
    try:
        selection = select(spec, library)
        return capacity_of(selection.arrangements(weigh(spec, selection)))
    except InvalidInput:  # without this option there is nothing to mix, or no end of it, so it cannot be compared
        return 0
