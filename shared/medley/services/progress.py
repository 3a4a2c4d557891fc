"""Progress of a generation: which of its outputs changed since one looked, in the order they did, page by page; how far
each is, and what is in front of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self
from uuid import UUID

from medley.domain.generations import Generation, GenerationState, Output, OutputState
from medley.domain.progress import shares
from medley.limits import PAGE_ITEMS, QUEUED_BEFORE
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


def of_outputs(uow: UnitOfWork, generation_id: UUID, outputs: Sequence[Output]) -> Mapping[int, float]:
    """The share of its own work that is done of each output that is made or may be; see `domain.progress.shares`."""
    planned = any(output.state is OutputState.PLANNED for output in outputs)
    return shares(outputs, uow.history.work(generation_id) if planned else ())


def queued_before(uow: UnitOfWork, generation: Generation) -> int | None:
    """How many orders or tasks, whoever's, came before a generation that no worker has begun, at most QUEUED_BEFORE;
    None once one has, or it has ended. Queues are fair, so what has many tasks waits for those with few."""
    if generation.state is not GenerationState.RUNNING or generation.started_at is not None:
        return None
    return uow.history.queued_before(generation, most=QUEUED_BEFORE)
