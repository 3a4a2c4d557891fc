"""A generation: one order of outputs, planned as tasks that need tasks. Plain values and decisions, no I/O."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from medley.domain.quotes import PriceLine
from medley.domain.retries import Standing
from medley.errors import InvariantBroken
from medley.limits import OUTPUT_DAYS, PLAN_TASKS


class GenerationState(StrEnum):
    RUNNING = "running"
    SUCCEEDED = "succeeded"  # every output was made
    PARTIAL = "partial"  # some were made, the others' credits went back
    FAILED = "failed"  # none was made, all credits went back
    CANCELLED = "cancelled"  # ended by the owner; outputs made before that are kept and paid


FINAL = frozenset(GenerationState) - {GenerationState.RUNNING}


class OutputState(StrEnum):
    PLANNED = "planned"
    MADE = "made"
    FAILED = "failed"
    CANCELLED = "cancelled"


class TaskState(StrEnum):
    WAITING = "waiting"  # a task it needs has not ended
    SENT = "sent"  # its command is in the outbox or beyond
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class PlannedOutput:
    """Output `n` (from 1): title, media type of its main part, size in the app's unit, price in credits, what makes it
    different, the app's recipe for it (JSON values)."""

    n: int
    title: str
    media_type: str
    work: int
    price: int
    fingerprint: str
    recipe: Mapping[str, Any]


@dataclass(frozen=True)
class PlannedTask:
    """A unit of work, `index` from 0.

    `operation` is what the app's worker does, `lane` the queue its command goes to, `title` what it works on, as its
    owner would say it: it begins a sentence. `work` is its weight in progress; `makes` are the outputs it reports,
    `outputs` those that cannot be made if it fails; `needs` are the indexes of the tasks that must be finished before;
    `payload` the app's own (JSON values), with all its worker needs.
    """

    index: int
    operation: str
    lane: str
    title: str
    work: int
    outputs: tuple[int, ...]
    payload: Mapping[str, Any] = field(repr=False)
    makes: tuple[int, ...] = ()
    needs: tuple[int, ...] = ()


@dataclass(frozen=True)
class Plan:
    """All outputs and tasks of a generation, fixed by clips, spec and seed alone."""

    planner_version: int
    seed: int
    outputs: tuple[PlannedOutput, ...]
    tasks: tuple[PlannedTask, ...] = field(repr=False)
    engine_version: int | None = None  # of what will make them, where the app has one

    @property
    def work(self) -> int:
        """Total weight of the work: what progress counts up to."""
        return sum(task.work for task in self.tasks)

    @property
    def price(self) -> int:
        """Credits of all outputs."""
        return sum(output.price for output in self.outputs)


@dataclass(frozen=True)
class Generation:
    """One order as it stands. `seq` rises by one with each committed change; `planned_at` is None until it is planned,
    and so is `plan`, the digest of its plan's object (of the oldest it stays None); `price` is what was held, `earned`
    what its made outputs are worth. `started_at` is when a worker first said that it works for it. `code` and `message`
    say, once it ended, why the first of its failed outputs failed. Outputs that are neither made nor failed are planned
    or, in the end, cancelled. `retry_of` is the generation whose outputs these are that it did not make; a
    `preview` is the first video alone, a free draft."""

    id: UUID
    user_id: UUID
    project_id: UUID
    app: str
    app_version: str
    spec: Mapping[str, Any]
    seed: int
    planned_at: datetime | None
    plan: str | None
    price_lines: tuple[PriceLine, ...]
    price: int
    earned: int
    state: GenerationState
    work_done: int
    work_total: int
    outputs_made: int
    outputs_failed: int
    outputs_total: int
    seq: int
    code: str | None
    message: str | None
    created_at: datetime
    started_at: datetime | None
    deadline: datetime
    finished_at: datetime | None
    retry_of: UUID | None = None
    preview: bool = False

    @property
    def outputs_planned(self) -> int:
        """Outputs still to come; only while it runs."""
        return self.outputs_total - self.outputs_made - self.outputs_failed


@dataclass(frozen=True)
class Part:
    """One object of a made output; see `contracts.facts.OutputPart`. Of posters that were made before outputs had parts
    neither size nor SHA-256 is known."""

    role: str
    key: str
    media_type: str
    size_bytes: int | None
    sha256: str | None
    facts: Mapping[str, Any]

    @property
    def content(self) -> tuple[int, str]:
        """Its size in bytes and its SHA-256 in hex. Raises: InvariantBroken, if they are not known."""
        if self.size_bytes is None or self.sha256 is None:
            raise InvariantBroken("a part without size and SHA-256", key=self.key)
        return self.size_bytes, self.sha256


MAIN, POSTER = "main", "poster"  # roles the core knows: what is downloaded, what is shown


@dataclass(frozen=True)
class Output:
    """One output of a generation; `seq` is the generation's when this output last changed. `task` is the index of the
    task that makes it."""

    n: int
    title: str
    media_type: str
    work: int
    price: int
    task: int
    state: OutputState
    seq: int
    parts: tuple[Part, ...] = ()
    code: str | None = None
    message: str | None = None
    settled_at: datetime | None = None
    gone_at: datetime | None = None  # when its main object was found missing
    kept_days: int = OUTPUT_DAYS
    removed_at: datetime | None = None  # when it was taken to be deleted

    def part(self, role: str) -> Part | None:
        """The first part of that role, if it has one."""
        return next((part for part in self.parts if part.role == role), None)

    @property
    def expires_at(self) -> datetime | None:
        """From when on a made output may be gone from the bucket."""
        made_at = self.settled_at if self.state is OutputState.MADE else None
        return None if made_at is None else made_at + timedelta(days=self.kept_days)

    def expired(self, now: datetime) -> bool:
        """True of a made output that may be gone by now."""
        return self.removed_at is not None or (self.expires_at is not None and now >= self.expires_at)


@dataclass(frozen=True)
class Task:
    """A planned task as it is stored and where it stands.

    `outputs` are those that cannot be made without it, `unlocks` the indexes of the tasks that need it; `waiting_on`
    counts the tasks it needs that have not ended. `started` when a worker gave a sign of life since it was sent,
    `reported` when one reported the end of it, `again` when it was sent back for what others made and was lost.
    `faults`, `outages` and `redelivered_unstarted` are what `domain.retries` counts.
    """

    id: UUID
    index: int
    operation: str
    lane: str
    title: str
    outputs: tuple[int, ...]
    unlocks: tuple[int, ...]
    waiting_on: int
    state: TaskState
    attempt: int
    started: bool
    reported: bool
    again: bool = False
    code: str | None = None
    message: str | None = None
    faults: int = 0
    outages: int = 0
    redelivered_unstarted: int = 0

    @property
    def standing(self) -> Standing:
        """As much of it as decides what becomes of it."""
        return Standing(
            sent=self.state is TaskState.SENT,
            attempt=self.attempt,
            started=self.started,
            faults=self.faults,
            outages=self.outages,
            redelivered_unstarted=self.redelivered_unstarted,
        )


def check_plan(plan: Plan, quoted: int, count: int, lanes: Collection[str]) -> Plan:
    """The plan, if the core can run it: an app's plan is a promise like any other.

    Outputs are numbered 1.. without gaps and all different (I10); tasks are numbered 0.. in order; every output is made
    by exactly one task; tasks need only tasks before them that are there, so there is no circle; the prices sum to what
    was quoted, so that what is delivered can be charged.

    Args:
        plan: an app's.
        quoted: credits of the quote, which are held.
        count: outputs that were ordered.
        lanes: names of the lanes there are.

    Raises:
        InvariantBroken: code `wrong_plan`; it cannot be run.
    """
    numbers = [output.n for output in plan.outputs]
    known = set(numbers)
    made = sorted(n for task in plan.tasks for n in task.makes)
    needed = {need for task in plan.tasks for need in task.needs}
    faults = {
        "outputs are not 1..N": not numbers or sorted(numbers) != list(range(1, count + 1)),
        "two outputs are the same": len({output.fingerprint for output in plan.outputs}) != len(numbers),
        "an output has no work": any(output.work < 1 for output in plan.outputs),
        "tasks are not 0..T in order": [task.index for task in plan.tasks] != list(range(len(plan.tasks))),
        "there are too many tasks": len(plan.tasks) > PLAN_TASKS,
        "a task is for unknown outputs": not {n for task in plan.tasks for n in task.outputs} <= known,
        "a task makes what it is not for": any(not set(task.makes) <= set(task.outputs) for task in plan.tasks),
        "an output is not made by exactly one task": made != sorted(numbers),
        "a task is for no output": any(not task.outputs for task in plan.tasks),
        "a task is of no use": {task.index for task in plan.tasks if not task.makes} - needed != set(),
        "a task needs one that does not come before it": any(
            not 0 <= need < task.index for task in plan.tasks for need in task.needs
        ),
        "a task is for an unknown lane": not {task.lane for task in plan.tasks} <= set(lanes),
        "a task has no weight": any(task.work < 1 for task in plan.tasks),
        "the prices are not the quote's": any(output.price < min(1, quoted) for output in plan.outputs)
        or plan.price != quoted,
    }
    for fault, found in faults.items():
        if found:
            raise InvariantBroken(f"the plan cannot be run: {fault}", code="wrong_plan")
    return plan


def final_state(made: int, total: int, *, cancelled: bool = False) -> GenerationState:
    """The state of a generation none of whose outputs is still planned."""
    if cancelled and made < total:
        return GenerationState.CANCELLED
    if made == total:
        return GenerationState.SUCCEEDED
    return GenerationState.PARTIAL if made else GenerationState.FAILED
