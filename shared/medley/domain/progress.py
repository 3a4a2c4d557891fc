"""Progress of a running generation: how far each output is, and when the whole may be done. Plain values, no I/O."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from medley.domain.generations import Generation, GenerationState, Output, OutputState

ETA_ELAPSED_S: Final = 2  # seconds of work before anything is said of how long the rest takes
ETA_SHARE: Final = 0.02  # of all work, likewise


@dataclass(frozen=True)
class TaskWork:
    """How far a task is: `done` of `work`. Bit n of `outputs` is set if output n cannot be made without it."""

    outputs: int
    work: int
    done: int


@dataclass(frozen=True)
class Eta:
    """When a generation may be done: between the two."""

    earliest: datetime
    latest: datetime


def eta(generation: Generation, now: datetime) -> Eta | None:
    """When a generation may be done, from the rate of its work since it was started; None where nothing can be said.

    The rest may go up to twice as fast or half as fast as what was done so far, when little was done; the more was
    done, the nearer to its rate. It ends at its deadline at the latest.
    """
    if generation.state is not GenerationState.RUNNING or generation.started_at is None or not generation.work_total:
        return None
    share = generation.work_done / generation.work_total
    elapsed_s = (now - generation.started_at).total_seconds()
    if share < ETA_SHARE or elapsed_s < ETA_ELAPSED_S:
        return None
    left_s, doubt = elapsed_s * (1 - share) / share, 2 - share
    latest = min(now + timedelta(seconds=left_s * doubt), max(now, generation.deadline))
    return Eta(min(now + timedelta(seconds=left_s / doubt), latest), latest)


def shares(outputs: Iterable[Output], tasks: Iterable[TaskWork]) -> dict[int, float]:
    """Of each output that is made or may be, which share of its own work is done, by number: 1 of a made one. Work that
    several need counts for each of them."""
    known = list(tasks)
    found = {}
    for output in outputs:
        if output.state is OutputState.MADE:
            found[output.n] = 1.0
        elif output.state is OutputState.PLANNED:
            own = [task for task in known if task.outputs >> output.n & 1]
            total = sum(task.work for task in own)
            found[output.n] = sum(task.done for task in own) * 1000 // total / 1000 if total else 0.0
    return found
