"""Rescue: what happens to tasks besides what their workers report: silence, interruptions, dead letters, deadlines.

What becomes of a task then is decided by `medley.domain.retries`; this carries it out.
"""

import logging
from dataclasses import replace
from uuid import UUID

from medley import limits
from medley.domain import retries
from medley.domain.generations import FINAL, Generation, Task, TaskState
from medley.domain.wording import CORE
from medley.ports.database import UnitOfWork
from medley.ports.generations import LivenessPolicy, TaskRef
from medley.services import readiness
from medley.services.after_commit import AfterCommit

SILENCE = LivenessPolicy(limits.TASK_SILENCE_S, limits.TASK_UNSTARTED_S, limits.TASK_UNSTARTED_SENDS)
logger = logging.getLogger(__name__)


def happened(uow: UnitOfWork, ref: TaskRef, event: retries.Event) -> AfterCommit | None:
    """Do what follows for a task from `event`; None if nothing does."""
    generation = uow.generations.lock(ref.generation_id)
    if generation is None or generation.state in FINAL:
        return None
    return to_locked(uow, generation, ref.task_id, event)


def to_locked(uow: UnitOfWork, generation: Generation, task_id: UUID, event: retries.Event) -> AfterCommit | None:
    """The same, its running generation being locked already."""
    task = uow.tasks.get(generation.id, task_id)
    if task is None:
        return None
    outcome = retries.decide(task.standing, event)
    about = {"task_id": str(task.id), "attempt": task.attempt, "event": type(event).__name__}
    if isinstance(outcome, retries.Ignore):
        logger.info("task left alone", extra={**about, "reason": outcome.why})
        return None
    if not uow.generations.any_planned(generation.id, among=task.outputs):
        return _retire(uow, generation, task)
    if isinstance(outcome, retries.GiveUp):
        logger.error("task given up", extra=about)
        return _give_up(uow, generation, task, outcome.reason)
    logger.warning("task sent again", extra={**about, "after_s": outcome.after_s})
    return _send_again(uow, generation, task, outcome)


def _send_again(uow: UnitOfWork, generation: Generation, task: Task, outcome: retries.SendAgain) -> AfterCommit | None:
    sent = uow.tasks.send_again(task.id, outcome.standing, after_s=outcome.after_s)
    if sent is None:
        return None
    uow.outbox.add_tasks(str(generation.user_id), [sent], delay_s=outcome.after_s)
    return AfterCommit(sends=True)


def _retire(uow: UnitOfWork, generation: Generation, task: Task) -> AfterCommit:
    """End a task that nobody waits for: its outputs' facts came, its own did not; or all its outputs failed."""
    makes_outputs = uow.generations.any_planned_of(generation.id, task.index) is not None
    state = TaskState.FINISHED if task.reported or makes_outputs else TaskState.CANCELLED
    after, sends = readiness.settle(uow, generation, task, state)
    return readiness.advance(uow, generation, after, sends=sends)


def _give_up(uow: UnitOfWork, generation: Generation, task: Task, code: str) -> AfterCommit:
    text = CORE.say("gave_up", of="task", task=task.title) if code == retries.GAVE_UP else CORE.say(code)
    failed = uow.generations.fail_outputs(generation.id, task.outputs, code, text, generation.seq + 1)
    after = replace(generation, outputs_failed=generation.outputs_failed + len(failed))
    uow.tasks.fail(task.id, code, text)
    return readiness.advance(uow, generation, after, sends=readiness.unlock(uow, after, task))


def end_overdue(uow: UnitOfWork, generation_id: UUID) -> AfterCommit | None:
    """End a generation whose time is up: what is still planned fails; None if it has ended meanwhile."""
    before = uow.generations.lock(generation_id)
    if before is None or before.state in FINAL:
        return None
    of_older_release = before.planned_at is not None and before.plan is None
    reason = readiness.UPGRADED if of_older_release else readiness.DEADLINE
    logger.error("generation overdue", extra={"generation_id": str(generation_id), "code": reason.code})
    return readiness.fail_whole(uow, before, reason.code, reason, readiness.Ending.EXPIRED)
