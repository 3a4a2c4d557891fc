"""Progress of a generation: which of its outputs changed since one looked, in the order they did, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

from medley.domain.generations import Generation, Output
from medley.limits import PAGE_ITEMS
from medley.ports.database import UnitOfWork

_LAST: Final = 2**31 - 1  # the highest number an output can have


@dataclass(frozen=True)
class Place:
    """How far one has read: up to output `n` of those that changed with `seq`. Outputs that change meanwhile come
    again at the end, so whoever reads to the end has missed nothing."""

    seq: int
    n: int

    @classmethod
    def after(cls, seq: int) -> Self:
        """Behind all that changed with `seq` or before."""
        return cls(seq, _LAST)

    @classmethod
    def read(cls, cursor: str) -> Self:
        """The place that `str` gave."""
        seq, n = cursor.split("-")
        return cls(int(seq), int(n))

    def __str__(self) -> str:
        return f"{self.seq}-{self.n}"


def changes(uow: UnitOfWork, generation: Generation, place: Place, limit: int) -> tuple[Sequence[Output], Place | None]:
    """Outputs that changed after `place`, at most PAGE_ITEMS, and where to go on if there may be more."""
    limit = min(limit, PAGE_ITEMS)
    found = uow.generations.changed(generation.id, seq=place.seq, n=place.n, limit=limit)
    return found, Place(found[-1].seq, found[-1].n) if len(found) == limit else None
