"""Repositories of generations, their outputs and their tasks.

Whoever changes an output or a task has locked its generation before (`Generations.lock`): facts about one generation
are applied one at a time, in whatever order they come.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from medley.contracts.facts import OutputMade, TaskFailed, TaskFinished
from medley.domain.generations import Generation, Output, Plan, PlannedOutput, PriceLine, Task, TaskState
from medley.domain.reports import Origin


@dataclass(frozen=True)
class NewGeneration:
    """What is stored of an order besides its plan. The hold of the same id exists."""

    id: UUID
    user_id: UUID
    project_id: UUID
    app: str
    app_version: str
    spec: Mapping[str, Any]
    clip_ids: Sequence[UUID]
    asset_ids: Sequence[UUID]
    price_lines: Sequence[PriceLine]
    unit_price: int


@dataclass(frozen=True)
class MadeOutput:
    """What became of a fact: the frames that were planned, or None if the output was not `planned`. `task_closed`:
    its task is sent and has reported its end already, so it may be over now."""

    planned_frames: int | None
    task_closed: bool


class Generations(Protocol):
    # orders
    def add(self, new: NewGeneration, plan: Plan) -> Generation:
        """Store the generation, running, with all its outputs, planned. Its deadline is its hold's end."""
        ...

    def count_running(self, user_id: UUID) -> int: ...

    # reading
    def get(self, user_id: UUID, generation_id: UUID) -> Generation | None:
        """The generation, if it is this user's."""
        ...

    def of_project(self, project_id: UUID, *, before: UUID | None, limit: int) -> Sequence[Generation]:
        """Newest first, starting after the generation `before`."""
        ...

    def recipes_before(
        self, project_id: UUID, app: str, seed: int, *, planner_version: int, limit: int
    ) -> Sequence[Mapping[str, Any]]:
        """Recipes of a project's outputs planned with a seed by older planners, oldest first."""
        ...

    def outputs(self, generation_id: UUID, *, after: int, limit: int) -> Sequence[Output]:
        """By number, starting after output `after`."""
        ...

    def outputs_since(self, generation_id: UUID, seq: int) -> Sequence[Output]:
        """Outputs that changed after the generation had `seq`, by number."""
        ...

    def output(self, generation_id: UUID, n: int) -> Output | None: ...

    def origin(self, generation_id: UUID) -> Origin:
        """What the generation, which exists, was planned from and by; its clips in order, also those deleted since."""
        ...

    # the state machine
    def lock(self, generation_id: UUID) -> Generation | None:
        """The generation, its row locked until the transaction ends."""
        ...

    def save(self, generation: Generation) -> None:
        """Store what changed; `generation.seq` is one more than the stored one.

        Raises:
            InvariantBroken: the stored one is final, or has another `seq`.
        """
        ...

    def output_made(self, fact: OutputMade, seq: int) -> MadeOutput:
        """planned -> made, and a sign of life of its task."""
        ...

    def fail_outputs(
        self, generation_id: UUID, among: Sequence[int] | None, code: str, message: str, seq: int
    ) -> Sequence[int]:
        """planned -> failed, of all or of those `among`; returns which they were."""
        ...

    def cancel_outputs(self, generation_id: UUID, seq: int) -> int:
        """planned -> cancelled, all of them; returns how many."""
        ...

    def planned_outputs(self, generation_id: UUID, among: Sequence[int] | None = None) -> Sequence[PlannedOutput]:
        """Outputs still planned, all or those `among`, by number."""
        ...

    def any_planned(self, generation_id: UUID, among: Sequence[int]) -> bool:
        """True if one of these outputs is still planned."""
        ...

    def first_failure(self, generation_id: UUID) -> tuple[str, str]:
        """Code and message of the failed output with the lowest number; there is one."""
        ...

    def overdue(self, *, after: UUID | None, limit: int) -> Sequence[UUID]:
        """Running generations past their deadline, by id, after `after`: a page of them."""
        ...


@dataclass(frozen=True)
class TaskRef:
    """A task, and the generation to lock before it is changed."""

    generation_id: UUID
    task_id: UUID


@dataclass(frozen=True)
class Silence:
    """When a sent task counts as dead: so many seconds after its last sign of life, or unstarted after it was sent.

    Unstarted it counts as dead `unstarted_sends` times at most: its message may have been lost, but most likely the
    lane is busy.
    """

    started_s: int
    unstarted_s: int
    unstarted_sends: int


class Tasks(Protocol):
    def add(self, generation_id: UUID, plan: Plan, ids: Sequence[UUID]) -> None:
        """Store the plan's tasks under these ids, waiting."""
        ...

    def get(self, generation_id: UUID, task_id: UUID) -> Task | None: ...

    def waiting(self, generation_id: UUID, stage: int) -> Sequence[Task]:
        """The waiting tasks of a stage, by index."""
        ...

    def is_open(self, generation_id: UUID, stage: int) -> bool:
        """True while a task of the stage is waiting or sent."""
        ...

    def send(self, ids: Sequence[UUID], *, attempts: int = 0, unstarted: int = 0) -> None:
        """waiting or sent -> sent, now, adding to their attempts, or to how often they were sent in vain.

        Their commands go into the outbox with it.
        """
        ...

    def seen(self, generation_id: UUID, task_id: UUID) -> Task | None:
        """Note a sign of life; the task, or None if it is not sent."""
        ...

    def progressed(self, generation_id: UUID, task_id: UUID, frames_done: int) -> int | None:
        """Note a sign of life and progress, which never goes back nor beyond the task's weight.

        Returns the frames gained, or None if the task is not sent.
        """
        ...

    def close(self, fact: TaskFinished | TaskFailed) -> Task | None:
        """Note that the worker reported the task's end, and what it cost; the first such fact counts.

        Returns the task, or None if it is unknown or was closed before.
        """
        ...

    def prints(self, generation_id: UUID) -> Mapping[str, Sequence[str]]:
        """Prints of the generation's segments as far as they were reported: a hash for each second, by digest."""
        ...

    def settle(self, task_id: UUID, state: TaskState) -> int:
        """sent -> finished, with all its frames, or failed; returns the frames gained."""
        ...

    def fail(self, task_id: UUID, code: str, message: str) -> bool:
        """sent -> failed, by us; False if it is not sent."""
        ...

    def cancel(self, ids: Sequence[UUID]) -> None:
        """waiting -> cancelled."""
        ...

    def settle_open(self, generation_id: UUID, *, last_stage: int | None) -> int:
        """End all open tasks of a generation that has no planned output left; returns the frames gained.

        A sent task of `last_stage` has had all its outputs settled by facts: it is finished. The others' work is of
        no use any more: cancelled.
        """
        ...

    def silent(self, silence: Silence, *, after: UUID | None, limit: int) -> Sequence[TaskRef]:
        """Sent tasks that count as dead, by id, after `after`: a page of them."""
        ...

    def is_silent(self, task_id: UUID, silence: Silence) -> bool:
        """The same of one task, now: whoever has locked its generation asks again."""
        ...

    def sent(self, *, after: UUID | None, limit: int) -> Sequence[TaskRef]:
        """All sent tasks, by id, after `after`: a page of them."""
        ...
