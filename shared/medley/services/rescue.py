"""Tasks whose messages or workers were lost: their commands are sent again, and in the end they are given up."""

import logging
from dataclasses import replace
from uuid import UUID

from medley.domain.generations import FINAL, Generation, Task, TaskState
from medley.limits import TASK_ATTEMPTS
from medley.ports.database import UnitOfWork
from medley.ports.generations import Silence, TaskRef
from medley.services import readiness
from medley.services.effects import Effects

GAVE_UP = "gave_up"
logger = logging.getLogger(__name__)


def resend(uow: UnitOfWork, ref: TaskRef, silence: Silence | None) -> Effects | None:
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
    if not uow.generations.any_planned(generation.id, among=task.outputs):
        return _retire(uow, generation, task)
    attempts = int(silence is not None and task.started)
    if attempts and task.attempt >= TASK_ATTEMPTS:
        return _give_up(uow, generation, task)
    sent = uow.tasks.send(task.id, attempts=attempts, unstarted=int(silence is not None and not task.started))
    if sent is None:
        return None
    uow.outbox.add_tasks(str(generation.user_id), [sent])
    logger.warning("task sent again", extra={"task_id": str(task.id), "attempt": sent.attempt})
    return Effects(sends=True)


def give_up(uow: UnitOfWork, ref: TaskRef) -> Effects | None:
    """Fail a sent task, and with it what depends on it; None if it is not sent any more."""
    generation, task = _find(uow, ref)
    if generation is None or task is None:
        return None
    if not uow.generations.any_planned(generation.id, among=task.outputs):
        return _retire(uow, generation, task)
    return _give_up(uow, generation, task)


def _find(uow: UnitOfWork, ref: TaskRef) -> tuple[Generation | None, Task | None]:
    """A sent task of a running generation, the generation locked."""
    generation = uow.generations.lock(ref.generation_id)
    if generation is None or generation.state in FINAL:
        return None, None
    task = uow.tasks.get(ref.generation_id, ref.task_id)
    return generation, task if task is not None and task.state is TaskState.SENT else None


def _retire(uow: UnitOfWork, generation: Generation, task: Task) -> Effects:
    """End a task that nobody waits for: its outputs' facts came, its own did not; or all its outputs failed."""
    makes_outputs = uow.generations.any_planned_of(generation.id, task.index) is not None
    state = TaskState.FINISHED if task.closed or makes_outputs else TaskState.CANCELLED
    after, sends = readiness.settle(uow, generation, task, state)
    return readiness.advance(uow, generation, after, sends=sends)


def _give_up(uow: UnitOfWork, generation: Generation, task: Task) -> Effects:
    text = f"{task.title} was tried several times without success."
    logger.error("task given up", extra={"task_id": str(task.id), "attempt": task.attempt})
    failed = uow.generations.fail_outputs(generation.id, task.outputs, GAVE_UP, text, generation.seq + 1)
    after = replace(generation, outputs_failed=generation.outputs_failed + len(failed))
    uow.tasks.fail(task.id, GAVE_UP, text)
    return readiness.advance(uow, generation, after, sends=readiness.unlock(uow, after, task))


def end_overdue(uow: UnitOfWork, generation_id: UUID) -> Effects | None:
    """End a generation whose time is up: what is still planned fails; None if it has ended meanwhile."""
    before = uow.generations.lock(generation_id)
    if before is None or before.state in FINAL:
        return None
    of_older_release = before.planned_at is not None and before.plan is None
    reason = readiness.UPGRADED if of_older_release else ("deadline", "The time for this generation was up.")
    logger.error("generation overdue", extra={"generation_id": str(generation_id), "code": reason[0]})
    return readiness.fail_whole(uow, before, *reason, readiness.Ending.EXPIRED)
