"""More videos of an order that an older planner chose: none of them again, and all there are in the end."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from medley.apps.registry import Library
from medley.apps.video_mixer import APP
from medley.domain.generations import Plan
from medley.errors import InvalidInput
from tests.apps.builders import library

FOUND = library("abcdefg", {"hook": "ab", "body": "cde", "cta": "fg"})
GROUPS = {"mode": "groups"}
Recipes = Sequence[Mapping[str, Any]]


def plan(count: int, seed: int, earlier: Recipes = (), found: Library = FOUND, **options: Any) -> Plan:
    return APP.plan(APP.spec.model_validate({"count": count, "seed": seed, **options}), found, seed, earlier)


def told(made: Plan) -> list[tuple[tuple[str, int, str, str], ...]]:
    return [
        tuple((shot["clip"], shot["start"], shot["speed"], shot["look"]) for shot in output.recipe["shots"])
        for output in made.outputs
    ]


def recipes(made: Plan) -> list[Mapping[str, Any]]:
    return [output.recipe for output in made.outputs]


@pytest.mark.parametrize("choose", ["spread", "random"])
@pytest.mark.parametrize("had", [1, 5, 11])
def test_what_an_older_planner_chose_does_not_come_again(choose: str, had: int) -> None:
    old = plan(had, 99, choose=choose, **GROUPS)  # another seed stands for another planner
    more = plan(12 - had, 7, recipes(old), skip=had, choose=choose, **GROUPS)
    assert len({*told(old), *told(more)}) == 12
    with pytest.raises(InvalidInput) as caught:
        plan(13 - had, 7, recipes(old), skip=had, choose=choose, **GROUPS)
    assert caught.value.code == "too_many_outputs"


def test_more_and_more_goes_on() -> None:
    old = plan(3, 99, **GROUPS)
    parts = [told(plan(3, 7, recipes(old), skip=skip, **GROUPS)) for skip in (3, 6, 9)]
    assert len({video for part in (told(old), *parts) for video in part}) == 12
    assert parts[0] + parts[1] == told(plan(6, 7, recipes(old), skip=3, **GROUPS))


def test_windows_that_moved_by_a_frame_are_the_same_window() -> None:
    options: dict[str, Any] = {"trim": "spread", "window_s": "1", "windows": 2, "clips_per_video": 1}
    old = plan(6, 99, **options)
    moved: list[dict[str, Any]] = [dict(recipe) for recipe in recipes(old)]
    for recipe in moved:
        recipe["shots"] = [shot | {"start": max(0, shot["start"] - 1)} for shot in recipe["shots"]]
    more = plan(8, 7, moved, skip=6, **options)
    assert len({*told(old), *told(more)}) == 14


def test_videos_that_cannot_be_any_more_are_no_matter() -> None:
    old = plan(4, 99, **GROUPS)
    fewer = library("abcdef", {"hook": "ab", "body": "cde", "cta": "f"})
    left = [video for video in told(old) if all(shot[0] in {str(c.clip_id) for c in fewer.clips} for shot in video)]
    more = plan(6 - len(left), 7, recipes(old), fewer, skip=len(left) or 1, **GROUPS)
    assert not set(told(more)) & set(told(old))


def test_a_skip_that_forgot_some_is_still_safe() -> None:
    old = plan(6, 99, **GROUPS)
    assert not set(told(plan(6, 7, recipes(old), skip=1, **GROUPS))) & set(told(old))
    with pytest.raises(InvalidInput):
        plan(7, 7, recipes(old), skip=1, **GROUPS)
