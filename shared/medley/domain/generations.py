"""A generation: one order of finished videos, planned as stages of tasks. Plain values and decisions, no I/O."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal, localcontext
from enum import StrEnum
from fractions import Fraction
from typing import Any
from uuid import UUID

from medley.domain.pairs import PairTable
from medley.errors import InvariantBroken
from medley.limits import OUTPUT_DAYS


class GenerationState(StrEnum):
    RUNNING = "running"
    SUCCEEDED = "succeeded"  # every output was made
    PARTIAL = "partial"  # some were made, the others' credits went back
    FAILED = "failed"  # none was made, all credits went back
    CANCELLED = "cancelled"  # ended by the owner; outputs made before that are kept and paid


FACTOR_DIGITS = 3
LARGE_FACTOR = 10**6  # from here on by its power of ten
LANES = frozenset({"render", "assemble"})  # the queues of workers
FINAL = frozenset(GenerationState) - {GenerationState.RUNNING}


class OutputState(StrEnum):
    PLANNED = "planned"
    MADE = "made"
    FAILED = "failed"
    CANCELLED = "cancelled"


class TaskState(StrEnum):
    WAITING = "waiting"  # its stage has not begun
    SENT = "sent"  # its command is in the outbox or beyond
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class PriceLine:
    """One line of a quote: `credits` for each of `quantity` videos."""

    code: str
    label: str
    credits: int
    quantity: int

    @property
    def total(self) -> int:
        return self.credits * self.quantity


@dataclass(frozen=True)
class OptionEffect:
    """What one option in use does: by how much it multiplies the videos that are possible, and the encoding."""

    option: str
    label: str
    capacity_factor: Fraction
    encode_factor: Fraction

    @property
    def text(self) -> str:
        """The same for a person."""
        videos, encoding = amount(self.capacity_factor), amount(self.encode_factor)
        more = "as many different videos" if videos == "1" else f"{videos} times the different videos"
        work = "as much encoding" if encoding == "1" else f"{encoding} times the encoding"
        return f"{self.label}: {more}, {work}"


def amount(factor: Fraction) -> str:
    """A factor in three digits: "0.5", "243", "1.27E+30"."""
    with localcontext(prec=FACTOR_DIGITS):
        value = Decimal(factor.numerator) / Decimal(factor.denominator)
    return f"{value:.2E}" if value >= LARGE_FACTOR else f"{value.normalize():f}"


@dataclass(frozen=True)
class Quote:
    """What is possible and what it costs, before anything is ordered.

    `capacity` is the exact number of different videos and may have hundreds of digits: on a wire it is a decimal
    string. `binding` says, for a person, which constraint sets it. `encode_frames` is how many frames of encoding all
    distinct segments of `count` videos can need at most, `encode_ms` about how long one worker takes for them;
    `output_frames` is the length of the `count` videos together,
    taken from the average where they differ. `notes` are sentences on what was counted in an unexpected way. `pairs`
    are of the videos that would be made, with the seed asked for or one of no meaning.
    """

    count: int
    capacity: int
    binding: str
    unit_price: int
    lines: tuple[PriceLine, ...]
    encode_frames: int
    output_frames: int
    encode_ms: int = 0
    effects: tuple[OptionEffect, ...] = ()
    notes: tuple[str, ...] = ()
    pairs: tuple[PairTable, ...] = ()

    @property
    def total(self) -> int:
        return sum(line.total for line in self.lines)


@dataclass(frozen=True)
class PlannedOutput:
    """Output `n` (from 1): its title and length, what makes it different, the app's recipe for it (JSON values)."""

    n: int
    title: str
    frames: int
    fingerprint: str
    recipe: Mapping[str, Any]


@dataclass(frozen=True)
class PlannedTask:
    """A unit of work of one stage.

    `lane` is the queue its command goes to; `frames` its weight in progress; `outputs` the outputs that
    cannot be made if it fails; `payload` the app's own (JSON values), from which it builds the command.
    """

    stage: int
    index: int
    lane: str
    frames: int
    outputs: tuple[int, ...]
    payload: Mapping[str, Any]


@dataclass(frozen=True)
class Plan:
    """All outputs and tasks of a generation, fixed by clips, spec and seed alone."""

    planner_version: int
    seed: int
    outputs: tuple[PlannedOutput, ...]
    tasks: tuple[PlannedTask, ...] = field(repr=False)

    @property
    def frames(self) -> int:
        """Total weight of the work: what progress counts up to."""
        return sum(task.frames for task in self.tasks)

    @property
    def stages(self) -> int:
        return 1 + max(task.stage for task in self.tasks)


@dataclass(frozen=True)
class Generation:
    """One order as it stands. `seq` rises by one with each committed change; `code` and `message` say, once
    it ended, why the first of its failed outputs failed. Outputs that are neither made nor failed are planned or, in
    the end, cancelled."""

    id: UUID
    user_id: UUID
    project_id: UUID
    app: str
    app_version: str
    spec: Mapping[str, Any]
    seed: int
    price_lines: tuple[PriceLine, ...]
    unit_price: int
    state: GenerationState
    stage: int
    stages: int
    frames_done: int
    frames_total: int
    outputs_made: int
    outputs_failed: int
    outputs_total: int
    seq: int
    code: str | None
    message: str | None
    created_at: datetime
    deadline: datetime
    finished_at: datetime | None

    @property
    def outputs_planned(self) -> int:
        """Outputs still to come; only while it runs."""
        return self.outputs_total - self.outputs_made - self.outputs_failed

    @property
    def in_last_stage(self) -> bool:
        return self.stage == self.stages - 1

    @property
    def price(self) -> int:
        """Credits held when it was ordered."""
        return self.unit_price * self.outputs_total

    @property
    def earned(self) -> int:
        """Credits its made outputs are worth: what is captured in the end."""
        return self.unit_price * self.outputs_made


@dataclass(frozen=True)
class Output:
    """One video of a generation; `seq` is the generation's when this output last changed."""

    n: int
    title: str
    frames: int
    state: OutputState
    recipe: Mapping[str, Any]
    seq: int
    key: str | None = None
    poster_key: str | None = None
    size_bytes: int | None = None
    samples: int | None = None
    sha256: str | None = None
    code: str | None = None
    message: str | None = None
    settled_at: datetime | None = None

    @property
    def expires_at(self) -> datetime | None:
        """From when on a made video may be gone from the bucket."""
        made_at = self.settled_at if self.state is OutputState.MADE else None
        return None if made_at is None else made_at + timedelta(days=OUTPUT_DAYS)

    def expired(self, now: datetime) -> bool:
        """True of a made video that may be gone by now."""
        return self.expires_at is not None and now >= self.expires_at


@dataclass(frozen=True)
class Task:
    """A planned task and where it stands; `started` when a worker gave a sign of life since it was sent, `closed` when
    one reported the end of it."""

    id: UUID
    planned: PlannedTask
    state: TaskState
    attempt: int
    started: bool
    closed: bool
    code: str | None = None
    message: str | None = None


def check_plan(plan: Plan, quote: Quote) -> Plan:
    """The plan, if the core can run it: an app's plan is a promise like any other.

    Outputs are numbered 1.. without gaps and all different (I10); stages are numbered 0.. without gaps and the
    indexes within each; every output has exactly one task of the last stage, which is the one that reports it;
    the price is per output, so that what is delivered can be charged.

    Raises:
        InvariantBroken: it is not.
    """
    total = len(plan.outputs)
    numbers = [output.n for output in plan.outputs]
    stages = sorted({task.stage for task in plan.tasks})
    last = sorted(n for task in plan.tasks if task.stage == len(stages) - 1 for n in task.outputs)
    places = {(task.stage, task.index) for task in plan.tasks}
    faults = {
        "outputs are not 1..N": not total or sorted(numbers) != list(range(1, total + 1)),
        "two outputs are the same": len({output.fingerprint for output in plan.outputs}) != total,
        "stages are not 0..S": not stages or stages != list(range(len(stages))),
        "two tasks have one place": len(places) != len(plan.tasks),
        "a task needs unknown outputs": not {n for task in plan.tasks for n in task.outputs} <= set(numbers),
        "an output has not exactly one task of the last stage": last != sorted(numbers),
        "a task is for an unknown lane": not {task.lane for task in plan.tasks} <= LANES,
        "a task has no weight": any(task.frames < 1 for task in plan.tasks),
        "the quote is for another count": quote.count != total,
        "the price is not per output": quote.unit_price < 1 or quote.total != quote.unit_price * total,
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
