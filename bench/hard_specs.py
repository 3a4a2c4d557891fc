"""Hard specs: orders chosen to be as dear to price as the options allow, and orders at random that lean that way.

Each builder is given a choice and gives the project and the spec of one order. Clips are short and pictures small, so
that videos of many clips are within the other limits.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Any

from medley.apps.registry import Library
from medley.domain.projects import Group
from medley.limits import CLIPS_PER_PROJECT, GROUPS_PER_PROJECT, OUTPUTS_PER_GENERATION, SPEEDS_PER_SPEC
from tests.apps.builders import clip, clip_id

Spec = dict[str, Any]
Order = tuple[Library, Spec]
LOOKS = ("none", "mirror", "zoom_103", "zoom_106", "warm", "cool", "mono")
SPEEDS = ("1/2", "3/4", "1", "5/4", "2", "3/2", "7/8")
MOST: Spec = {"count": OUTPUTS_PER_GENERATION, "resolution": 480}
VARIANTS: Spec = {  # of clips as short as the windows: each clip has another number of them
    "speeds": SPEEDS[:SPEEDS_PER_SPEC],
    "looks": LOOKS,
    "trim": "spread",
    "window_s": "0.5",
    "windows": 4,
}


def at_random(chance: random.Random) -> Order:
    """Any options of any project."""
    count = chance.choice((20, 60, CLIPS_PER_PROJECT, CLIPS_PER_PROJECT))
    seconds = chance.choice(((0.2, 0.7), (1, 3), (1, 600), (2, 2)))
    groups = _cut(count, chance.choice((2, 8, 20, GROUPS_PER_PROJECT)), chance, even=chance.random() < 0.5)
    project = _project([chance.uniform(*seconds) for _ in range(count)], groups)
    ids = [str(each.clip_id) for each in project.clips]
    spec: Spec = {"count": chance.choice((1, 64, 1_000)), "mode": chance.choice(("automatic", "groups"))}
    spec |= {"order": chance.choice(("shuffled", "shuffled", "fixed")), "resolution": chance.choice((480, 1080))}
    if spec["mode"] == "automatic":
        spec["clips_per_video"] = chance.choice((None, chance.randint(1, min(count, 120)), count - 2, 3))
    elif chance.random() < 0.4:
        most = chance.choice((5, 15, 40))
        spec["groups"] = [
            {"name": group.name, "clips": chance.randint(1, min(most, len(group.clip_ids)))} for group in project.groups
        ]
    if chance.random() < 0.7:
        spec["never_adjacent"] = _sets(ids, chance)
    for pin in ("first_clip", "last_clip"):
        if chance.random() < 0.2:
            spec[pin] = chance.choice(ids)
    if chance.random() < 0.2:
        spec |= {"seed": 1, "skip": chance.choice((1_000, 5_000, 1_000_000))}
    return project, spec | _variation(chance) | _lengths(project, spec, chance)


def _variation(chance: random.Random) -> Spec:
    spec: Spec = {}
    if chance.random() < 0.6:
        spec["speeds"] = chance.sample(SPEEDS, chance.randint(1, SPEEDS_PER_SPEC))
    if chance.random() < 0.6:
        spec["looks"] = chance.sample(LOOKS, chance.randint(1, len(LOOKS)))
    if chance.random() < 0.6:
        spec |= {"trim": chance.choice(("head", "spread", "spread")), "window_s": chance.choice(("0.5", "1"))}
        if spec["trim"] == "spread":
            spec["windows"] = chance.randint(2, 4)
    if chance.random() < 0.3:
        spec |= {"transition": chance.choice(("dissolve", "fade")), "transition_frames": chance.choice((2, 10, 30))}
    return spec


def _lengths(project: Library, spec: Spec, chance: random.Random) -> Spec:
    """An exact length that some of the videos have and some have not."""
    if chance.random() < 0.5:
        return {}
    places = len(project.groups) if spec["mode"] == "groups" else spec["clips_per_video"] or len(project.clips)
    each = sum(found.facts.video.duration_us for found in project.clips) / len(project.clips) / 1_000_000
    length = min(3_600, max(0.5, places * each * chance.choice((0.5, 0.9, 1, 1.1, 1.5))))
    return {"duration_s": f"{length:.2f}", "share": chance.choice(("equal", "proportional"))}


def _sets(ids: Sequence[str], chance: random.Random) -> list[list[str]]:
    shuffled = chance.sample(ids, len(ids))
    held = shuffled[: chance.choice((len(ids), chance.randint(2, len(ids))))]
    size = chance.choice((2, 2, 3, 7, 20, 40))
    sizes = chance.choice(([size] * len(ids), range(2, len(ids))))
    ends = [0, *accumulate(sizes)]
    return [part for begin, end in pairwise(ends) if len(part := held[begin:end]) > 1]


def _cut(count: int, many: int, chance: random.Random, *, even: bool) -> list[range]:
    """Groups of a project's clips, of equal or of unlike sizes."""
    many = min(many, count)
    cuts = [round(count * place / many) for place in range(many + 1)]
    if not even:
        cuts = [0, *sorted(chance.sample(range(1, count), many - 1)), count]
    return [range(begin, end) for begin, end in pairwise(cuts)]


def _project(seconds: Sequence[float], groups: Sequence[Sequence[int]] = ()) -> Library:
    names = [f"clip {number}" for number in range(len(seconds))]
    clips = tuple(clip(name, seconds=length) for name, length in zip(names, seconds, strict=True))
    made = (Group(f"group {at}", tuple(clip_id(names[n]) for n in members)) for at, members in enumerate(groups))
    return Library(clips, tuple(made))


def _short(chance: random.Random, low: float = 0.2, high: float = 0.7, count: int = CLIPS_PER_PROJECT) -> list[float]:
    return [chance.uniform(low, high) for _ in range(count)]


def _apart(project: Library, sizes: Sequence[int], chance: random.Random) -> list[list[str]]:
    ids = [str(each.clip_id) for each in project.clips]
    shuffled = chance.sample(ids, len(ids))
    return [shuffled[end - size : end] for size, end in zip(sizes, accumulate(sizes), strict=True)]


def _many_sets(sizes: Sequence[int], places: int, **options: Any) -> Callable[[random.Random], Order]:
    """Clips in any order, each set unlike the others."""

    def build(chance: random.Random) -> Order:
        project = _project(_short(chance))
        apart = _apart(project, sizes, chance)
        pins = {"first_clip": apart[0][0], "last_clip": apart[1][0]} if options.get("pinned") else {}
        rest = {name: value for name, value in options.items() if name != "pinned"}
        return project, {**MOST, **VARIANTS, "clips_per_video": places, "never_adjacent": apart, **pins, **rest}

    return build


def _in_groups(sizes: Sequence[int], many: int, picked: int = 1, **options: Any) -> Callable[[random.Random], Order]:
    """Groups as large as there are clips for, and sets of those of all."""

    def build(chance: random.Random) -> Order:
        count = options.get("clips", CLIPS_PER_PROJECT) // many * many
        project = _project(_short(chance, count=count), _cut(count, many, chance, even=True))
        apart = [part for part in _apart(project, sizes, chance) if len(part) > 1]
        groups = [{"name": group.name, "clips": picked} for group in project.groups]
        spec = {**MOST, **VARIANTS, "mode": "groups", "groups": groups, "never_adjacent": apart}
        return project, {**spec, **{name: value for name, value in options.items() if name != "clips"}}

    return build


def _of_the_same(sizes: Sequence[int], many: int, picked: int) -> Callable[[random.Random], Order]:
    """Groups that all have all clips, in their order."""

    def build(chance: random.Random) -> Order:
        project = _project(_short(chance), [range(CLIPS_PER_PROJECT)] * many)
        groups = [{"name": group.name, "clips": picked} for group in project.groups]
        apart = {"never_adjacent": _apart(project, sizes, chance), "order": "fixed"}
        return project, {**MOST, **VARIANTS, "mode": "groups", "groups": groups, **apart, "count": 64}

    return build


def _exact(share: float, **options: Any) -> Callable[[random.Random], Order]:
    """An exact length that is this share of the longest video's."""

    def build(chance: random.Random) -> Order:
        seconds = sorted(_short(chance, 0.2, 10))
        speed = min((_speed(each) for each in options.get("speeds", ("1",))), default=1.0)
        longest = sum(seconds[-options["clips_per_video"] :]) / speed
        frames = int(30 * longest * share)
        chance.shuffle(seconds)
        return _project(seconds), {**MOST, "duration_s": f"{min(3_600, frames / 30):.3f}", **options}

    return build


def _speed(text: str) -> float:
    over, _, under = text.partition("/")
    return int(over) / int(under or 1)


HARDEST: Mapping[str, Callable[[random.Random], Order]] = {
    "ten sets of 20, 100 of 200 clips": _many_sets([20] * 10, 100),
    "the same, pinned": _many_sets([20] * 10, 100, pinned=True),
    "100 sets of 2": _many_sets([2] * 100, 100),
    "sets of 2 to 19": _many_sets(range(2, 20), 120),
    "all of 200 clips": _many_sets([10] * 20, 200),
    "in the library's order": _many_sets([2] * 100, 100, order="fixed"),
    "more than there are": _many_sets([20] * 10, 2, speeds=["1"], looks=["none"], skip=1_000_000, seed=1),
    "40 groups in any order": _in_groups([2] * 100, 40, order="shuffled"),
    "five clips of each of 40": _in_groups([2] * 100, 40, 5, order="shuffled"),
    "28 groups, five clips of each": _in_groups([9] * 21, 28, 5, order="shuffled"),
    "as many cases as are counted": _in_groups([97, 97], 13, order="shuffled"),
    "three groups and their pairs": _in_groups([2] * 37, 3, order="fixed", count=64, clips=75),
    "several clips of each": _in_groups([2] * 37, 3, 12, order="fixed", count=64, clips=75),
    "five groups of 40, ten of each": _in_groups([20] * 10, 5, 10, order="fixed"),
    "two groups, 40 of each": _in_groups([2] * 100, 2, 40, order="shuffled"),
    "the same in their order": _in_groups([2] * 100, 2, 40, order="fixed"),
    "three groups, 40 of each": _in_groups([9] * 22, 3, 40, order="shuffled"),
    "five groups, 24 of each": _in_groups([9] * 22, 5, 24, order="shuffled"),
    "ten groups, ten of each": _in_groups([9] * 22, 10, 10, order="shuffled"),
    "five groups of the same clips": _of_the_same([2] * 100, 5, 40),
    "all but two clips, half too short": _exact(0.995, clips_per_video=198, order="fixed"),
    "with transitions": _exact(0.9, clips_per_video=98, transition="fade", transition_frames=12),
    "many speeds too short": _exact(0.98, clips_per_video=100, speeds=SPEEDS[:5], looks=LOOKS, resolution=480),
}
