"""Sets of clips that are never neighbours: counted and numbered whatever the sets are, and none is refused."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from math import comb, factorial
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medley import limits
from medley.apps.video_mixer import APP
from medley.apps.video_mixer.planning.arrangements import Address, Arrangements, capacity_of
from medley.apps.video_mixer.planning.block_counting import Block
from medley.apps.video_mixer.planning.blocks import BlocksInOrder
from medley.apps.video_mixer.planning.planner import Numbering
from medley.apps.video_mixer.planning.rotations import RotatedBlocks
from medley.apps.video_mixer.planning.subsets import parts, parts_rank, subset, subset_rank
from tests.apps.builders import clip_id, library


def apart_of(sizes: Sequence[int]) -> dict[int, int]:
    """Sets of so many clips, numbered from one."""
    letters = [letter for letter, size in enumerate(sizes, start=1) for _ in range(size)]
    return dict(enumerate(letters))


def closed_form(sizes: Sequence[int], free: int, shown: int) -> int:
    """Orders of `shown` clips without neighbours of a set, by inclusion and exclusion: a set's clips are glued to k
    blocks with the sign of how many were glued, and blocks and free clips stand in any order."""
    glued = {(0, 0): Fraction(1)}  # by blocks and clips
    left_out = sum(sizes) + free - shown
    for size in (*sizes, *[1] * free):
        factor = {(0, 0): Fraction(1)} if size <= left_out else {}
        for drawn in range(max(1, size - left_out), size + 1):
            for blocks in range(1, drawn + 1):
                ways = (
                    (-1) ** (drawn - blocks) * comb(drawn - 1, blocks - 1) * factorial(size) // factorial(size - drawn)
                )
                factor[blocks, drawn] = Fraction(ways, factorial(blocks))
        product: dict[tuple[int, int], Fraction] = {}
        for (one, some), ways in glued.items():
            for (other, more), times in factor.items():
                if some + more <= shown:
                    key = one + other, some + more
                    product[key] = product.get(key, Fraction(0)) + ways * times
        glued = product
    total = sum(factorial(blocks) * ways for (blocks, clips), ways in glued.items() if clips == shown)
    assert Fraction(total).denominator == 1
    return int(total)


def clips(sizes: Sequence[int], free: int, shown: int | None = None) -> BlocksInOrder:
    count = sum(sizes) + free
    return BlocksInOrder((Block(tuple(range(count)), shown or count),), {}, apart_of(sizes))


@pytest.mark.parametrize(
    ("sizes", "free", "shown"),
    [
        ((20,) * 3, 10, 70),
        ((20,) * 6, 0, 120),
        ((10,) * 5, 10, 60),
        ((5,) * 8, 10, 50),
        (tuple(range(2, 13)), 3, 80),
        ((9, 8, 7), 6, 12),
        ((12, 3), 4, 9),
    ],
    ids=str,
)
def test_a_closed_form_counts_as_many(sizes: Sequence[int], free: int, shown: int) -> None:
    assert capacity_of(clips(sizes, free, shown)) == closed_form(sizes, free, shown)


def test_six_sets_of_twenty_and_eighty_free_clips() -> None:
    assert len(str(capacity_of(clips((20,) * 6, 80)))) == 370


LARGE: Mapping[str, Arrangements] = {
    "equal": clips((20,) * 3, 10),
    "unlike": clips(tuple(range(2, 13)), 3),
    "some": clips((9, 8, 7), 6, 12),
    "pinned": BlocksInOrder((Block(tuple(range(30)), 20, 0, 29),), {5: 3}, apart_of((9, 8, 7, 6))),
    "blocks": BlocksInOrder(
        (Block(tuple(range(10)), 4), Block(tuple(range(10, 20)), 5), Block(tuple(range(20, 30)), 3)),
        {clip: 1 + clip % 3 for clip in range(30)},
        {clip: 1 + clip % 4 for clip in range(24)},
    ),
    "rotated": RotatedBlocks(
        [Block(tuple(range(5 * place, 5 * place + 5)), 1 + place % 2) for place in range(6)],
        None,
        Block((40, 41)),
        {},
        {clip: 1 + clip % 4 for clip in range(42)},
    ),
    "rotated after a first one": RotatedBlocks(
        [Block((2, 3)), Block((4, 5), 2), Block((6, 7, 8))], Block((0, 1), 1, 0), None, {3: 2}, {0: 1, 2: 1, 5: 1, 8: 1}
    ),
}


@pytest.mark.parametrize("name", LARGE)
def test_every_number_is_one_video_and_leads_back(name: str) -> None:
    found, chance = LARGE[name], Random(3)
    seen = set()
    for place, opening in list(enumerate(found.openings))[:8]:
        for index in {0, opening.share - 1, *(chance.randrange(opening.share) for _ in range(12))}:
            video = found.unrank(place, index)
            assert video[0].clip == opening.clip
            letters = [found.apart.get(pick.clip, 0) for pick in video]
            assert not any(one == other != 0 for one, other in pairwise(letters))
            assert len({pick.clip for pick in video}) == len(video)
            assert found.rank(video) == Address(place, index)
            seen.add(video)
    assert len(seen) > 10


def test_rotations_are_all_there_are() -> None:
    found = LARGE["rotated after a first one"]
    count = capacity_of(found)
    videos = {found.unrank(place, index) for place, start in enumerate(found.openings) for index in range(start.share)}
    assert len(videos) == count
    numbering = Numbering(found, 1)
    assert {numbering[number] for number in range(count)} == videos
    assert all(place in found.reach(pick.clip) for video in videos for place, pick in enumerate(video))


@given(st.integers(0, 9), st.data())
def test_subsets_are_numbered(size: int, data: st.DataObject) -> None:
    picked = data.draw(st.integers(0, size))
    every = [subset(size, picked, index) for index in range(comb(size, picked))]
    assert every == sorted(every)
    assert [subset_rank(size, items) for items in every] == list(range(len(every)))
    if picked:
        cut = [parts(size, picked, index) for index in range(comb(size - 1, picked - 1))]
        assert all(sum(sizes) == size and min(sizes) > 0 for sizes in cut)
        assert [parts_rank(sizes) for sizes in cut] == list(range(len(cut)))


def sets(sizes: Sequence[int]) -> list[list[str]]:
    numbers = iter(range(sum(sizes)))
    return [[str(clip_id(f"c{next(numbers)}")) for _ in range(size)] for size in sizes]


@pytest.mark.parametrize(
    ("count", "sizes", "options"),
    [
        (70, [20] * 3, {}),
        (50, [10] * 4, {}),
        (190, [60] * 3, {}),
        (80, list(range(2, 13)), {}),
        (200, [2] * 100, {"clips_per_video": 30}),
    ],
    ids=str,
)
def test_ordinary_libraries_are_not_refused(count: int, sizes: list[int], options: dict[str, Any]) -> None:
    spec = APP.spec.model_validate({"count": 5, "never_adjacent": sets(sizes), **options})
    found = library([f"c{number}" for number in range(count)])
    assert APP.quote(spec, found).capacity > 10**20
    assert len(APP.plan(spec, found, 1).outputs) == 5


def test_unlike_groups_in_any_order_go_round_where_their_orders_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    groups = {f"group {place:02}": [f"c{5 * place + clip}" for clip in range(5)] for place in range(40)}
    found = library([f"c{number}" for number in range(200)], groups)
    never = [[str(clip_id(f"c{number}")) for number in range(letter, 120, 6)] for letter in range(6)]
    asked = {"count": 40, "mode": "groups", "order": "shuffled", "never_adjacent": never}
    spec = APP.spec.model_validate(asked)
    quote = APP.quote(spec, found)
    assert quote.capacity > 10**25
    assert any(note.startswith("The groups go round in their order") for note in quote.notes)
    openings = {output.recipe["shots"][0]["group"] for output in APP.plan(spec, found, 1).outputs}
    assert len(openings) > 20
    monkeypatch.setattr(limits, "SPACING_STATES", 10**9)
    few = library("abcdef", {"x": "ab", "y": "cd", "z": "ef"})
    spec = APP.spec.model_validate({**asked, "never_adjacent": [[str(clip_id("a")), str(clip_id("c"))]]})
    assert APP.quote(spec, few).notes == ()
