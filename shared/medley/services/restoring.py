"""A lost output is made again from its plan, free of charge.

Its generation has ended and stays as it is, but for its `seq`: its output was made and paid. Nothing is stored of the
attempt but that the output is gone; the messages carry the rest. Attempts are numbered on from those of the generation:

    the plan       is looked at first, and made anew if it is lost or damaged (`services.mending`)
    one beyond     the task that makes the output; blocked, it has those it needs done again, one beyond theirs
    two beyond     the same task, as each of those ends: when the last has, it finds all it needs

A message that is lost ends it. The output is gone still, and its owner asks again.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from uuid import UUID

from medley.contracts import keys
from medley.contracts.facts import OutputMade, TaskBlocked, TaskFact, TaskFinished
from medley.contracts.work import PlanGeneration
from medley.domain.generations import FINAL, Generation, Output, Task
from medley.errors import Conflict
from medley.ports.database import Transaction, UnitOfWork
from medley.ports.generations import SentTask
from medley.ports.identity import Clock
from medley.services import downloads, generations, planning
from medley.services.after_commit import AfterCommit, generation_changed
from medley.services.uploads import Bucket

logger = logging.getLogger(__name__)


def restore(
    transaction: Transaction,
    bucket: Bucket,
    clock: Clock,
    *,
    user_id: UUID,
    generation_id: UUID,
    n: int,
    tell: Callable[[AfterCommit], None],
) -> tuple[Output, AfterCommit]:
    """Have a lost output made again. `tell`: as `downloads.output_link`.

    Raises:
        NotFound: code `unknown_generation` or `unknown_output`.
        Conflict: codes `not_made`, `expired`; `not_gone`, it is there; `still_running`, its generation has not ended;
            `plan_expired`, what it was made of is not kept.
        StorageUnavailable: the bucket does not answer.
    """
    output, gone = downloads.look(
        transaction, bucket, clock, user_id=user_id, generation_id=generation_id, n=n, tell=tell
    )
    if not gone:
        raise Conflict("This output is there.", code="not_gone")
    bucket.delete(keys.ended(user_id, generation_id))  # or its workers would think that nobody waits
    with transaction() as uow:
        generation = generations.read(uow, user_id, generation_id)
        if generation.state not in FINAL:
            raise Conflict("This generation has not ended yet.", code="still_running")
        maker = next((task for task in uow.tasks.of_generation(generation_id) if task.index == output.task), None)
        if generation.plan is None or maker is None:
            raise generations.plan_expired()
        asked = PlanGeneration(owner_id=user_id, generation_id=generation_id, mends=True, restores=n)
        uow.outbox.add([planning.command(asked)])
        uow.commit()
    return output, AfterCommit(sends=True)


def begin(uow: UnitOfWork, generation: Generation, n: int) -> AfterCommit:
    """Send the task that makes output `n`, if that is lost still; the plan is there."""
    gone = [output for output in uow.generations.gone(generation.id) if output.n == n]
    makers = [task for task in uow.tasks.of_generation(generation.id) if gone and task.index == gone[0].task]
    return _send(uow, makers, gone, beyond=1)


def apply(uow: UnitOfWork, generation: Generation, task: Task, fact: TaskFact) -> AfterCommit:
    """What follows from a fact about a task of an ended generation that was done again."""
    if isinstance(fact, OutputMade):
        return _made(uow, generation, fact)
    logger.info("restoring", extra={"fact": type(fact).__name__, "task_id": str(task.id), "attempt": fact.attempt})
    if fact.attempt != task.attempt + 1 or not isinstance(fact, TaskBlocked | TaskFinished):
        return AfterCommit()
    others, gone = uow.tasks.of_generation(generation.id), uow.generations.gone(generation.id)
    if isinstance(fact, TaskBlocked):
        return _send(uow, [other for other in others if task.index in other.unlocks], gone, beyond=1)
    return _send(uow, [other for other in others if other.index in task.unlocks], gone, beyond=2)


def _made(uow: UnitOfWork, generation: Generation, fact: OutputMade) -> AfterCommit:
    if not uow.generations.restored(fact, generation.seq + 1):
        return AfterCommit()
    logger.info("output restored", extra={"generation_id": str(generation.id), "n": fact.n})
    return AfterCommit.on(uow, generation.user_id, generation_changed(replace(generation, seq=generation.seq + 1)))


def _send(uow: UnitOfWork, tasks: Iterable[Task], gone: Sequence[Output], *, beyond: int) -> AfterCommit:
    """Send those of the tasks that any of the lost outputs needs, as attempts so many beyond the last of theirs."""
    sends = False
    for task in tasks:
        wanted = [output for output in gone if output.n in task.outputs and output.expires_at is not None]
        if wanted:
            sent = SentTask(task.id, task.lane, task.attempt + beyond)
            numbers = [output.n for output in wanted if output.task == task.index]
            deadline = max(output.expires_at for output in wanted if output.expires_at is not None)
            uow.outbox.add_again(sent, numbers, deadline)
            sends = True
    return AfterCommit(sends=sends)
