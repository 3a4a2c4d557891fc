"""Pairs: in how many videos two clips of two groups are shown together, which is what whoever compares them reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from uuid import UUID

from medley.limits import PAIR_CELLS

Shown = Sequence[tuple[str | None, UUID]]  # a video: the group and the clip at each place


@dataclass(frozen=True)
class PairTable:
    """`videos[row][column]` show the clip of `rows`, of the first of `groups`, and that of `columns`, of the second."""

    groups: tuple[str, str]
    rows: tuple[UUID, ...]
    columns: tuple[UUID, ...]
    videos: tuple[tuple[int, ...], ...]

    @property
    def least(self) -> int:
        return min(map(min, self.videos))

    @property
    def most(self) -> int:
        return max(map(max, self.videos))

    @property
    def text(self) -> str:
        """How even it is, for a person."""
        times = f"{self.least}" if self.least == self.most else f"{self.least} to {self.most}"
        videos = "1 video" if times == "1" else f"{times} videos"
        pairs = len(self.rows) * len(self.columns)
        which = "the one pair" if pairs == 1 else f"each of {pairs} pairs"
        return f"{self.groups[0]} with {self.groups[1]}: {which} in {videos}."


def pair_tables(videos: Sequence[Shown]) -> tuple[PairTable, ...]:
    """A table for each two groups of which the videos show several clips, by their first appearance.

    None if there are no groups, or if the tables have more than PAIR_CELLS cells together.
    """
    members: dict[str, dict[UUID, None]] = {}
    for video in videos:
        for group, clip in video:
            if group is not None:
                members.setdefault(group, {})[clip] = None
    several = [group for group, clips in members.items() if len(clips) > 1]
    if sum(len(members[one]) * len(members[other]) for one, other in combinations(several, 2)) > PAIR_CELLS:
        return ()
    return tuple(_table(videos, (one, other), members) for one, other in combinations(several, 2))


def _table(videos: Sequence[Shown], groups: tuple[str, str], members: Mapping[str, Mapping[UUID, None]]) -> PairTable:
    rows, columns = (tuple(members[group]) for group in groups)
    numbers = [{clip: number for number, clip in enumerate(clips)} for clips in (rows, columns)]
    counted = [[0] * len(columns) for _ in rows]
    for video in videos:
        shown, beside = (
            {among[clip] for group, clip in video if group == wanted}
            for wanted, among in zip(groups, numbers, strict=True)
        )
        for row in shown:
            for column in beside:
                counted[row][column] += 1
    return PairTable(groups, rows, columns, tuple(map(tuple, counted)))
