"""Repositories of generations, their outputs and their tasks.

Whoever changes an output or a task has locked its generation before (`Generations.lock`): facts about one generation
are applied one at a time, in whatever order they come.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from medley.contracts.facts import OutputMade, TaskBlocked, TaskFact, TaskFailed, TaskFinished, TaskProgressed
from medley.contracts.plans import Place
from medley.domain.generations import Generation, Output, Plan, Task, TaskState
from medley.domain.projects import LibraryIds
from medley.domain.quotes import PriceLine
from medley.domain.retries import Standing
from medley.ports.planning import Planning


@dataclass(frozen=True)
class NewGeneration:
    """An order before it is planned, of what there is in `library`. The hold of the same id exists."""

    id: UUID
    user_id: UUID
    project_id: UUID
    app: str
    app_version: str
    spec: Mapping[str, Any]
    seed: int
    library: LibraryIds
    price_lines: Sequence[PriceLine]
    price: int
    outputs_total: int
    retry_of: UUID | None = None  # the generation whose outputs that were not made these are
    preview: bool = False


@dataclass(frozen=True)
class MadeOutput:
    """What became of a fact: the output's size and price as planned, or None if it was not `planned`. `task_reported`:
    its task is sent and has reported its end already, so it may be over now."""

    planned: tuple[int, int] | None
    task_reported: bool


class Generations(Planning, Protocol):
    # orders
    def add(self, new: NewGeneration) -> Generation:
        """Store the generation, running and not yet planned. Its deadline is its hold's end."""
        ...

    def count_running(self, user_id: UUID) -> int: ...

    def age_s(self, user_id: UUID, back: int) -> float | None:
        """Seconds since the user's order that lies so many `back` from the newest (0), or None if there is none."""
        ...

    # reading
    def get(self, user_id: UUID, generation_id: UUID) -> Generation | None:
        """The generation, if it is this user's."""
        ...

    def planned_before(self, project_id: UUID, app: str, seed: int, planner_version: int) -> Sequence[Generation]:
        """Generations of a project that older planners planned with a seed, oldest first; no retries or previews."""
        ...

    def outputs(self, generation_id: UUID, *, after: int, limit: int) -> Sequence[Output]:
        """By number, starting after output `after`."""
        ...

    def changed(self, generation_id: UUID, *, seq: int, n: int, limit: int) -> Sequence[Output]:
        """Outputs by the generation's `seq` when they last changed, then by number, after the place (`seq`, `n`)."""
        ...

    def output(self, generation_id: UUID, n: int) -> Output | None: ...

    def note_gone(self, generation_id: UUID, numbers: Sequence[int], *, gone: bool, seq: int) -> bool:
        """Note as the change `seq` of a locked generation that the main objects of these outputs are missing, or there
        again; False if that was known of all."""
        ...

    def stored_recipes(self, generation_id: UUID) -> Mapping[int, Mapping[str, Any]]:
        """Recipes by output of a generation of the oldest, which has no plan object."""
        ...

    def gone(self, generation_id: UUID) -> Sequence[Output]:
        """The outputs whose main object is known to be missing, by number."""
        ...

    def restored(self, fact: OutputMade, seq: int) -> bool:
        """Note as the change `seq` of a locked generation that a lost output was made again, of these parts; False if
        it was not lost."""
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

    def any_planned(self, generation_id: UUID, *, among: Sequence[int]) -> bool:
        """True if one of these outputs is still planned."""
        ...

    def any_planned_of(self, generation_id: UUID, task_index: int) -> bool | None:
        """True if an output the task makes is still planned, False if none is, None if it makes none."""
        ...

    def first_failure(self, generation_id: UUID) -> tuple[str, str] | None:
        """Code and message of the failed output with the lowest number, if there is one."""
        ...

    def overdue(self, *, after: UUID | None, limit: int) -> Sequence[UUID]:
        """Running generations past their deadline, by id, after `after`: a page of them."""
        ...

    def ended_early(self, ended_s: int, limit: int) -> Sequence[tuple[UUID, UUID]]:
        """Owners and generations of which not all was made, that ended in the last `ended_s` seconds; the newest first.
        One is left out while an output of it is gone: it may be in the making again."""
        ...


@dataclass(frozen=True)
class TaskRef:
    """A task, and the generation to lock before it is changed."""

    generation_id: UUID
    task_id: UUID


@dataclass(frozen=True)
class SentTask:
    """A task that was sent just now: its command goes into the outbox for `lane`."""

    id: UUID
    lane: str
    attempt: int


@dataclass(frozen=True)
class SilentTask:
    """An attempt of a task that nothing was heard of for too long, as of `at`."""

    owner_id: UUID
    ref: TaskRef
    attempt: int
    at: datetime


@dataclass(frozen=True)
class LivenessPolicy:
    """When a sent task counts as dead: so many seconds after its last sign of life, or unstarted after it was sent.

    Unstarted it counts as dead `unstarted_sends` times at most: its message may have been lost, but most likely the
    lane is busy.
    """

    started_s: int
    unstarted_s: int
    unstarted_sends: int


class Tasks(Protocol):
    def add(self, generation_id: UUID, plan: Plan, places: Sequence[Place], ids: Sequence[UUID]) -> None:
        """Store the plan's tasks under these ids, waiting; `places` say where their payloads lie."""
        ...

    def get(self, generation_id: UUID, task_id: UUID) -> Task | None: ...

    def of_generation(self, generation_id: UUID) -> Sequence[Task]:
        """All tasks of a generation, by index."""
        ...

    def send_ready(self, generation_id: UUID, among: Sequence[int] | None = None) -> Sequence[SentTask]:
        """waiting -> sent of the tasks, all or those whose index is `among`, that wait for nothing; by index."""
        ...

    def send_again(self, task_id: UUID, standing: Standing, *, after_s: int = 0) -> SentTask | None:
        """sent -> sent, in so many seconds; from now on it stands so. None if it is not sent."""
        ...

    def need_ended(self, generation_id: UUID, among: Sequence[int]) -> Sequence[Task]:
        """One more task that these (by index) need has ended; returns those that wait for none any more, by index."""
        ...

    def heartbeat(self, fact: TaskFact) -> Task | None:
        """Note a sign of life, if it is of the attempt under way; the task, or None if it is not sent."""
        ...

    def progressed(self, fact: TaskProgressed) -> int | None:
        """Note a sign of life as `heartbeat` does, and progress, which never goes back nor beyond the task's weight.

        Returns the work gained, or None if the task is not sent.
        """
        ...

    def reported(self, fact: TaskFinished | TaskBlocked | TaskFailed) -> Task | None:
        """Note that the worker reported the task's end, and what it cost; the first such fact counts.

        Returns the task, or None if it is unknown or was reported before.
        """
        ...

    def do_again(self, generation_id: UUID, task: Task) -> Sequence[SentTask] | None:
        """finished -> sent of the tasks that this sent one needs, and sent -> waiting of itself.

        What was reported of them before does not count any more. Returns those sent now, by index; none if others had
        sent all of them again; None, and nothing changed, if there is none to wait for.
        """
        ...

    def missed_plan(self, generation_id: UUID, task_id: UUID, attempt: int) -> bool | None:
        """True if this attempt was sent when the plan had been mended already; None if it is not under way."""
        ...

    def details(self, generation_id: UUID) -> Sequence[Mapping[str, Any]]:
        """What the generation's tasks told of what they made, as far as they reported it."""
        ...

    def settle(self, task_id: UUID, state: TaskState) -> int:
        """sent -> finished, with all its work, or failed; returns the work gained."""
        ...

    def fail(self, task_id: UUID, code: str, message: str) -> bool:
        """sent -> failed, by us; False if it is not sent."""
        ...

    def cancel(self, ids: Sequence[UUID]) -> None:
        """waiting -> cancelled."""
        ...

    def settle_open(self, generation_id: UUID, *, delivered: bool) -> int:
        """End all open tasks of a generation that has no planned output left; returns the work gained.

        If it was `delivered`, a sent task that makes outputs has had them all settled by facts: it is finished. The
        others' work is of no use any more: cancelled.
        """
        ...

    def silent(self, silence: LivenessPolicy, *, after: UUID | None, limit: int) -> Sequence[SilentTask]:
        """Sent tasks that count as dead now, by id, after `after`: a page of them."""
        ...

    def is_silent(self, task_id: UUID, silence: LivenessPolicy, at: datetime) -> bool:
        """The same of one task as of `at`, by what was heard of it until now: a sign of life may have come late."""
        ...

    def sent(self, *, after: UUID | None, limit: int) -> Sequence[TaskRef]:
        """All sent tasks, by id, after `after`: a page of them."""
        ...
