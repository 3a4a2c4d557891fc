"""The part of the repository of generations that is about planning them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from medley.domain.generations import Generation, Plan
from medley.domain.projects import LibraryIds


@dataclass(frozen=True)
class PlanRequest:
    """A generation that is to be planned, with what it was ordered from; `attempts` counts planners that began."""

    generation: Generation
    library: LibraryIds
    attempts: int


class Planning(Protocol):
    def begin_planning(self, generation_id: UUID, at_work_s: int) -> PlanRequest | None:
        """Count an attempt to plan it; None if it is not running or is planned already. Raises: Unavailable, code
        `being_planned`: another planner began less than so many seconds ago."""
        ...

    def planning_stopped(self, generation_id: UUID, *, counts: bool) -> None:
        """The attempt under way ended without a plan; does it count?"""
        ...

    def begin_mending(self, generation_id: UUID, at_work_s: int, *, ended: bool) -> PlanRequest | None:
        """Count an attempt to look at its plan's object and make that anew if need be. None if its plan is not kept, if
        it runs though it should have `ended` or the other way round, or if it runs and its plan was mended before.

        Raises: as `begin_planning`.
        """
        ...

    def plan_mended(self, generation_id: UUID) -> None:
        """Its plan's object is whole now; the attempt under way ends."""
        ...

    def plan_request(self, generation_id: UUID) -> PlanRequest | None:
        """What it was ordered from, if its plan is kept."""
        ...

    def planned(self, generation: Generation, plan: Plan, digest: str) -> Generation:
        """Store a plan's outputs, all of them planned, and that there is one. The generation is locked."""
        ...

    def unplanned(self, older_than_s: int, *, after: UUID | None, limit: int) -> Sequence[tuple[UUID, UUID]]:
        """Running generations that no planner was told of for so long, by id, after `after`; each with its owner."""
        ...

    def plan_sent(self, generation_ids: Sequence[UUID]) -> None:
        """A planner is told of these now."""
        ...
