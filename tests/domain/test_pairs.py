"""Pair tables: every pair of clips of two groups, also those never seen together."""

from uuid import UUID

import pytest

from medley.domain import pairs
from medley.domain.pairs import pair_tables

A, B, C, D, E = (UUID(int=number) for number in range(1, 6))
VIDEOS = [
    [("hook", A), ("body", C), ("cta", E)],
    [("hook", B), ("body", D), ("cta", E)],
    [("body", D), ("hook", A), ("cta", E)],
]


def test_every_pair_has_a_cell() -> None:
    (table,) = pair_tables(VIDEOS)  # all show the one call to action
    assert (table.groups, table.rows, table.columns) == (("hook", "body"), (A, B), (C, D))
    assert table.videos == ((1, 1), (0, 1))
    assert table.text == "hook with body: each of 4 pairs in 0 to 1 videos."


def test_several_clips_of_a_group_all_count() -> None:
    (table,) = pair_tables([[("x", A), ("x", B), ("y", C)], [("x", A), ("y", D)]])
    assert table.videos == ((1, 1), (1, 0))


def test_without_groups_there_are_none() -> None:
    assert pair_tables([[(None, A), (None, B)]]) == pair_tables([]) == ()


def test_larger_tables_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairs, "PAIR_CELLS", 4)
    assert len(pair_tables(VIDEOS)) == 1
    monkeypatch.setattr(pairs, "PAIR_CELLS", 3)
    assert pair_tables(VIDEOS) == ()
