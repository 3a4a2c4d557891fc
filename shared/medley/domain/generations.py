"""A generation: one order of finished videos, planned as stages of tasks. Plain values and decisions, no I/O."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


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
class Quote:
    """What is possible and what it costs, before anything is ordered.

    `capacity` is the exact number of different videos; `binding` names the constraint that sets it;
    `encode_frames` is how many frames of encoding all distinct segments of `count` videos can need at most.
    """

    count: int
    capacity: int
    binding: str
    unit_price: int
    lines: tuple[PriceLine, ...]
    encode_frames: int
    output_frames: int
    notes: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        return sum(line.total for line in self.lines)


@dataclass(frozen=True)
class PlannedOutput:
    """Output `n` (from 1): its length, what makes it different, and the app's recipe for it (JSON values)."""

    n: int
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


def final_state(made: int, total: int, *, cancelled: bool = False) -> GenerationState:
    """The state of a generation none of whose outputs is still planned."""
    if cancelled and made < total:
        return GenerationState.CANCELLED
    if made == total:
        return GenerationState.SUCCEEDED
    return GenerationState.PARTIAL if made else GenerationState.FAILED
