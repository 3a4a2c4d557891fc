"""How many different videos are possible, which constraint sets that number, and what would allow more."""

from dataclasses import dataclass

from medley.apps.registry import Library
from medley.apps.video_mixer.arrangements import capacity
from medley.apps.video_mixer.selection import Selection, select
from medley.apps.video_mixer.spec import MixSpec
from medley.errors import InvalidInput

_RELAXED: dict[str, dict[str, object]] = {
    "fixed_order": {"order": "shuffled"},
    "pinned_clips": {"first_clip": None, "last_clip": None},
}
_ADVICE = {
    "fixed_order": "shuffle the order for more",
    "pinned_clips": "pin no clip for more",
    "clips": "add clips for more",
}


@dataclass(frozen=True)
class Capacity:
    """`possible` is exact and may have hundreds of digits; `constraint` is a stable name; `text` is for a person."""

    possible: int
    constraint: str
    text: str


def measure(spec: MixSpec, library: Library, selection: Selection) -> Capacity:
    """Count, and find the option that costs most: the one without which the most videos would be possible.

    If no option costs any, the number of clips is what binds.
    """
    possible = capacity(selection.arrangements)
    constraint, most = "clips", possible
    for name, change in _RELAXED.items():
        relaxed = spec.model_copy(update=change)
        without = possible if relaxed == spec else _possible(relaxed, library)
        if without > most:
            constraint, most = name, without
    return Capacity(possible, constraint, f"{selection.summary}; {_ADVICE[constraint]}")


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


def _possible(spec: MixSpec, library: Library) -> int:
    try:
        return capacity(select(spec, library).arrangements)
    except InvalidInput:  # without this option there is nothing to mix, so it is not what limits
        return 0
