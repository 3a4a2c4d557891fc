"""Tasks whose messages or workers were lost: their commands are sent again, and in the end they are given up."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from medley.apps.registry import Registry
from medley.domain.generations import FINAL, Generation, PlannedOutput, Task, TaskState
from medley.limits import TASK_ATTEMPTS
from medley.ports.database import UnitOfWork
from medley.ports.generations import Silence, TaskRef
from medley.services import stages
from medley.services.effects import Effects

GAVE_UP = "gave_up"
logger = logging.getLogger(__name__)


def resend(uow: UnitOfWork, registry: Registry, ref: TaskRef, silence: Silence | None) -> Effects | None:
    """Send a task's command again, for those of its outputs that are still planned.

    Args:
        silence: when the task counts as dead. A send that was started counts, and after TASK_ATTEMPTS of those the
            task is given up; one that nobody took says nothing of the task. None: the queues lost their messages, so
            the task is sent however lively it is, and nothing counts.

    Returns:
        What follows, or None if the task needs no rescue any more.
    """
    generation, task = _find(uow, ref)
    if generation is None or task is None:
        return None
    if silence is not None and not uow.tasks.is_silent(task.id, silence):
        return None
    wanted = uow.generations.planned_outputs(generation.id, task.planned.outputs)
    if not wanted:
        return _retire(uow, registry, generation, task)
    attempts = int(silence is not None and task.started)
    if attempts and task.attempt >= TASK_ATTEMPTS:
        return _give_up(uow, registry, generation, task, wanted)
    command = stages.command(registry, generation, task, wanted, task.attempt + attempts)
    uow.tasks.send([task.id], attempts=attempts, unstarted=int(silence is not None and not task.started))
    uow.outbox.add([stages.message(generation, task, command)])
    logger.warning("task sent again", extra={"task_id": str(task.id), "attempt": command.attempt})
    return Effects(sends=True)


def give_up(uow: UnitOfWork, registry: Registry, ref: TaskRef) -> Effects | None:
    """Fail a sent task, and with it what depends on it; None if it is not sent any more."""
    generation, task = _find(uow, ref)
    if generation is None or task is None:
        return None
    wanted = uow.generations.planned_outputs(generation.id, task.planned.outputs)
    if not wanted:
        return _retire(uow, registry, generation, task)
    return _give_up(uow, registry, generation, task, wanted)


def _find(uow: UnitOfWork, ref: TaskRef) -> tuple[Generation | None, Task | None]:
    """A sent task of a running generation, the generation locked."""
    generation = uow.generations.lock(ref.generation_id)
    if generation is None or generation.state in FINAL:
        return None, None
    task = uow.tasks.get(ref.generation_id, ref.task_id)
    return generation, task if task is not None and task.state is TaskState.SENT else None


def _retire(uow: UnitOfWork, registry: Registry, generation: Generation, task: Task) -> Effects:
    """End a task that nobody waits for: its outputs' facts came, its own did not; or all its outputs failed."""
    delivered = task.planned.stage == generation.stages - 1 or task.closed
    gained = uow.tasks.settle(task.id, TaskState.FINISHED if delivered else TaskState.CANCELLED)
    after = replace(generation, frames_done=generation.frames_done + gained)
    return stages.advance(uow, registry, generation, after, settled=True)


def _give_up(
    uow: UnitOfWork, registry: Registry, generation: Generation, task: Task, wanted: Sequence[PlannedOutput]
) -> Effects:
    command = stages.command(registry, generation, task, wanted, task.attempt)
    text = f"{command.subject} was tried several times without success."
    logger.error("task given up", extra={"task_id": str(task.id), "attempt": task.attempt})
    uow.tasks.fail(task.id, GAVE_UP, text)
    doomed = [output.n for output in wanted]
    failed = uow.generations.fail_outputs(generation.id, doomed, GAVE_UP, text, generation.seq + 1)
    after = replace(generation, outputs_failed=generation.outputs_failed + len(failed))
    return stages.advance(uow, registry, generation, after, settled=True)


def end_overdue(uow: UnitOfWork, generation_id: UUID) -> Effects | None:
    """End a generation whose time is up: what is still planned fails; None if it has ended meanwhile."""
    before = uow.generations.lock(generation_id)
    if before is None or before.state in FINAL:
        return None
    text = "The time for this generation was up."
    failed = uow.generations.fail_outputs(generation_id, None, "deadline", text, before.seq + 1)
    logger.error("generation overdue", extra={"generation_id": str(generation_id), "failed": len(failed)})
    after = replace(before, outputs_failed=before.outputs_failed + len(failed))
    return stages.end(uow, before, after, stages.Ending.EXPIRED)
