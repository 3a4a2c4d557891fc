"""Repository of what is told of generations beside their state machine: all of a user's, how far they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from medley.domain.generations import Generation, GenerationState, Output, OutputState
from medley.domain.progress import TaskWork
from medley.domain.projects import LibraryIds
from medley.domain.reports import Origin


@dataclass(frozen=True)
class Listed:
    """A generation and the project it was ordered in, which may be deleted by now."""

    generation: Generation
    project_name: str
    project_deleted: bool


@dataclass(frozen=True)
class Wanted:
    """Which of a user's generations: those that all of it is true of. No state means any."""

    states: frozenset[GenerationState] = frozenset()
    project_id: UUID | None = None
    app: str | None = None
    since: datetime | None = None  # ordered then or later


@dataclass(frozen=True)
class Kept:
    """How long a generation's outputs are kept: `days` since each was made, so made ones from `first` to `last`. `made`
    and `removed` count those that were made and are kept, or not any more."""

    days: int | None
    made: int
    removed: int
    first: datetime | None
    last: datetime | None


@dataclass(frozen=True)
class ExpiredOutput:
    """An output that is not kept any more, and the keys of its objects."""

    generation_id: UUID
    n: int
    keys: tuple[str, ...]


class History(Protocol):
    def of_user(self, user_id: UUID, wanted: Wanted, *, before: UUID | None, limit: int) -> Sequence[Listed]:
        """Newest first, starting after the generation `before`; also those of deleted projects, no previews."""
        ...

    def outputs(
        self, generation_id: UUID, states: frozenset[OutputState], *, after: int, limit: int
    ) -> Sequence[Output]:
        """Outputs in any of these states, by number, starting after output `after`."""
        ...

    def first_made(self, generation_ids: Sequence[UUID], *, limit: int) -> Mapping[UUID, Sequence[Output]]:
        """The first outputs of each of these generations that were made and are kept, by number."""
        ...

    def outputs_of(self, generation_id: UUID, numbers: Sequence[int]) -> Sequence[Output]:
        """The outputs with these numbers, by number."""
        ...

    def work(self, generation_id: UUID) -> Sequence[TaskWork]:
        """How far each task of the generation is, by index."""
        ...

    def origin(self, generation_id: UUID) -> Origin:
        """What the generation, which exists, was planned from and by; its clips in order, also those deleted since."""
        ...

    def retry_of(self, generation_id: UUID) -> UUID | None:
        """The generation that makes again what this one did not, if there is one."""
        ...

    def preview_ages_s(self, project_id: UUID, most: int) -> Sequence[float]:
        """Seconds since each of the project's newest previews, of so many at `most`; the newest first."""
        ...

    def library(self, generation_id: UUID) -> LibraryIds:
        """What the generation, which exists, was ordered from."""
        ...

    def fingerprints(self, generation_id: UUID) -> Mapping[int, str]:
        """What makes each output of the generation different from the others."""
        ...

    def with_seed(self, project_id: UUID, app: str, seed: int) -> Sequence[Generation]:
        """What was ordered with a seed in a project; no retries or previews."""
        ...

    def kept(self, generation_id: UUID) -> Kept:
        """How long the outputs of the generation are kept."""
        ...

    def keep(self, generation_id: UUID, days: int, seq: int) -> int:
        """Keep the outputs of the generation, which is locked and at `seq` by this, for so many days since they are
        made, where that is longer than they are and they are not removed; returns how many that are."""
        ...

    def expired(self, limit: int) -> Sequence[ExpiredOutput]:
        """Outputs kept long enough, the longest due first; from now on they count as removed."""
        ...

    def queued_before(self, generation: Generation, *, most: int) -> int:
        """What was there before a generation that no worker has begun: orders to be planned, or tasks of the same lanes
        that wait for a worker, whoever's. Counted up to `most`."""
        ...
