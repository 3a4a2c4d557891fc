"""Invariants of the database, and which rows were looked at when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID


class Subject(StrEnum):
    """What an invariant is about; a hold and its generation have one id, so they are one order."""

    USERS = "users"
    ORDERS = "orders"
    CLIPS = "clips"
    ASSETS = "assets"


@dataclass(frozen=True)
class Rows:
    """Ids to look at, by subject; `clock`: also at what only the time makes wrong, wherever it is."""

    ids: Mapping[Subject, Sequence[UUID]]
    clock: bool = False

    def __len__(self) -> int:
        return sum(map(len, self.ids.values()))

    def pages(self, size: int) -> Sequence["Rows"]:
        """The same in parts of at most `size` ids of each subject; the first has the clock's."""
        longest = max(map(len, self.ids.values()), default=0)
        return [
            Rows(
                {subject: ids[start : start + size] for subject, ids in self.ids.items()},
                clock=self.clock and start == 0,
            )
            for start in range(0, max(longest, 1), size)
        ]


class Invariants(Protocol):
    def broken(self, *, sample: int, among: Rows | None = None) -> Mapping[str, Sequence[str]]:
        """For each invariant of docs/INVARIANTS.md, by number, up to `sample` rows that break it.

        Only `among` these; None looks at every row there is, which takes as long as the database is large.
        """
        ...


@dataclass(frozen=True)
class Change:
    """Rows that changed after the last look, or can still change, as they were at the time `until`."""

    rows: Rows
    until: datetime


class Looks(Protocol):
    def changed(self) -> Change:
        """What there is to look at since the last look that was noted, with everything that is open."""
        ...

    def note(self, until: datetime) -> None:
        """What changed before `until` was looked at."""
        ...

    def older(self, subject: Subject, limit: int) -> Sequence[UUID]:
        """The next ids of a subject by number, in rounds: after the last comes the first again. Noted as looked at."""
        ...
