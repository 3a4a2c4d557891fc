"""Small orders made at random: a spec and a library whose every video can be enumerated."""

from random import Random
from typing import Any

from medley.apps.registry import Library
from medley.apps.video_mixer.spec import MixSpec
from medley.domain.projects import Group
from tests.apps.builders import clip, clip_id

FPS = 30
_LENGTHS = (2, 7, 14, 20, 30, 44, 58, 60, 90, 150)  # frames of a clip


def random_order(chance: Random) -> tuple[MixSpec, Library]:
    """A legal spec; what it asks need not be possible."""
    groups = chance.random() < 0.45
    names = "abcdef"[: chance.randint(1, 6 if groups else 5)]
    library = _library(chance, names, groups=groups)
    asked: dict[str, Any] = {"mode": "groups" if groups else "automatic", "order": chance.choice(("shuffled", "fixed"))}
    if groups:
        some = [group.name for group in library.groups if chance.random() < 0.3]
        asked["groups"] = [{"name": name, "clips": 2} for name in some]
    elif chance.random() < 0.6:
        asked["clips_per_video"] = chance.randint(1, min(4, len(names)))
    for pin in ("first_clip", "last_clip"):
        if chance.random() < 0.2:
            asked[pin] = clip_id(chance.choice(names))
    if len(names) > 2 and chance.random() < 0.35:
        shuffled = chance.sample(names, len(names))
        cut = chance.randint(2, len(names))
        sets = [part for part in (shuffled[:cut], shuffled[cut:]) if len(part) > 1]
        asked["never_adjacent"] = [[clip_id(name) for name in part] for part in sets]
    return MixSpec(
        **asked, **_variation(chance), **_lengths(chance), choose=chance.choice(("spread", "random"))
    ), library


def _library(chance: Random, names: str, *, groups: bool) -> Library:
    alike = chance.random() < 0.2
    clips = tuple(
        clip(
            name,
            seconds=chance.choice(_LENGTHS) / FPS if not (alike and name == "b") else 1,
            content="a" if alike and name == "b" else None,
        )
        for name in names
    )
    if alike and len(clips) > 1:  # as long as each other too: they are the same
        clips = (clip("a", seconds=1), *clips[1:])
    if not groups:
        return Library(clips)
    members: list[list[str]] = [[] for _ in range(chance.randint(1, 3))]
    for name in names:
        chance.choice(members).append(name)
    if chance.random() < 0.2:
        chance.choice(members).append(chance.choice(names))
    return Library(
        clips,
        tuple(
            Group(f"group {place}", tuple(clip_id(name) for name in dict.fromkeys(part)))
            for place, part in enumerate(members)
        ),
    )


def _variation(chance: Random) -> dict[str, Any]:
    asked: dict[str, Any] = {}
    if chance.random() < 0.3:
        asked["speeds"] = chance.choice((("1", "5/4"), ("4/5", "1"), ("1/2", "2"), ("3/2",)))
    if chance.random() < 0.2:
        asked["looks"] = ("none", "mirror")
    if chance.random() < 0.35:
        asked["trim"] = chance.choice(("head", "middle", "tail", "spread", "spread"))
        asked["window_s"] = chance.choice(("0.2", "0.5", "1", "1.9"))
        if asked["trim"] == "spread":
            asked["windows"] = chance.randint(2, 3)
    return asked


def _lengths(chance: Random) -> dict[str, Any]:
    asked: dict[str, Any] = {}
    if chance.random() < 0.35:
        asked["duration_s"] = chance.choice(("0.5", "1", "2", "3.5", "6"))
        asked["share"] = chance.choice(("equal", "proportional"))
    if chance.random() < 0.3:
        asked["transition"] = chance.choice(("fade", "dissolve"))
        asked["transition_frames"] = chance.choice((2, 5, 15))
    return asked
