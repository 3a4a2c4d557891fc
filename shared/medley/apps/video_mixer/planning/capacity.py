"""The capacity: how many different videos are possible, and which constraint sets that number."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from medley.apps.registry import Library
from medley.apps.video_mixer.planning.arrangements import Arrangements, capacity_of
from medley.apps.video_mixer.spec import MixSpec
from medley.errors import InvalidInput

Arrange = Callable[[MixSpec, Library], Arrangements]  # all videos a spec allows

# Each restriction: what the spec would be without it, and the advice to a person whom it leaves too few videos.
_RESTRICTIONS: Mapping[str, tuple[Mapping[str, Any], str]] = {
    "fixed_order": ({"order": "shuffled"}, "shuffle the order for more"),
    "pinned_clips": ({"first_clip": None, "last_clip": None}, "pin no clip for more"),
    "never_adjacent": ({"never_adjacent": ()}, "allow all clips to be neighbours for more"),
    "clips_per_video": ({"clips_per_video": None}, "show more clips per video for more"),
}


@dataclass(frozen=True)
class Capacity:
    """`possible` is exact and may have hundreds of digits; `constraint` is a stable name; `text` is for a person."""

    possible: int
    constraint: str
    text: str


def measure(spec: MixSpec, library: Library, summary: str, possible: int, arrange: Arrange) -> Capacity:
    """Find what binds a number of videos: the restriction without which the most would be possible.

    If none costs any, the number of clips is what binds. `summary` says how the videos come about.
    """
    most = possible
    binding, advice = "clips", "add clips for more"
    for name, (change, more) in _RESTRICTIONS.items():
        changed = spec.model_copy(update=dict(change))
        if changed != spec and (without := _possible(changed, library, arrange)) > most:
            most, binding, advice = without, name, more
    return Capacity(possible, binding, f"{summary}; {advice}")


def require(spec: MixSpec, library: Library, summary: str, possible: int, arrange: Arrange) -> None:
    """Check that the videos asked for exist, of so many possible ones.

    Raises:
        InvalidInput: code `too_many_outputs`; metadata `requested`, `possible`, `binding`, `constraint`.
    """
    wanted = spec.skip + spec.count
    if wanted <= possible:
        return
    found = measure(spec, library, summary, possible, arrange)
    raise InvalidInput(
        f"{wanted} different videos were asked for, but only {found.possible} are possible: {found.text}.",
        code="too_many_outputs",
        requested=wanted,
        possible=found.possible,
        binding=found.text,
        constraint=found.constraint,
    )


def _possible(spec: MixSpec, library: Library, arrange: Arrange) -> int:
    try:
        return capacity_of(arrange(spec, library))
    except InvalidInput:  # without this option there is nothing to mix, or no end of it, so it cannot be compared
        return 0
