"""Applying facts. Any fact may come twice, late, or out of order; the end is the same.

The generation's row is locked first, so facts about one generation are applied one at a time. Every change names the
state it expects; where it does not find it, someone was first: that is logged and the fact acknowledged. What a worker
made counts whichever attempt made it: it has the same key and content. Only where that was lost do the facts of former
attempts count for nothing: the tasks that made it are done again, then the one that missed it. A sign of life, an
interruption or a silence is one of the attempt under way, or says nothing.

A task that makes outputs reports them one by one and then its own end. It is settled when both are known: the end may
overtake the outputs, whose facts are then still on their way. Should they be lost for good, the task stays sent and
falls silent, and the sweep sends it again.
"""

import logging
from dataclasses import replace

from medley.contracts import keys, plans
from medley.contracts.facts import (
    AssetAccepted,
    AssetRefused,
    ClipAccepted,
    ClipRefused,
    Fact,
    OutputFailed,
    OutputMade,
    TaskBlocked,
    TaskFact,
    TaskFailed,
    TaskFinished,
    TaskInterrupted,
    TaskMissed,
    TaskProgressed,
    UploadFact,
    reason,
    said,
)
from medley.contracts.pushes import AssetChanged, ClipChanged, Push
from medley.domain import retries
from medley.domain.generations import FINAL, MAIN, Generation, Task, TaskState
from medley.domain.uploads import UploadState
from medley.domain.wording import refused
from medley.errors import InvariantBroken
from medley.ports.database import UnitOfWork
from medley.services import mending, readiness, rescue, restoring
from medley.services.after_commit import AfterCommit

logger = logging.getLogger(__name__)


def apply(uow: UnitOfWork, fact: Fact) -> AfterCommit:
    """Write down what a worker reported, and what follows from it.

    Raises:
        InvariantBroken: the fact contradicts the plan.
    """
    if not isinstance(fact, TaskFact):
        return _apply_to_upload(uow, fact) or _ignored(fact, "the file is not expected")
    generation = uow.generations.lock(fact.generation_id)
    if generation is None or generation.user_id != fact.owner_id:
        return _ignored(fact, "unknown generation")
    if generation.state in FINAL:
        return _apply_to_ended(uow, generation, fact)
    if isinstance(fact, TaskInterrupted | TaskMissed):
        return _apply_to_standing(uow, generation, fact) or _ignored(fact, "it changes nothing for the task")
    if isinstance(fact, TaskBlocked) and (follows := _unblocked(uow, generation, fact)) is not None:
        return follows
    after, task = _applied(uow, generation, fact)
    sends = False
    if task is not None and _is_over(uow, after, task):
        after, sends = readiness.settle(uow, after, task, TaskState.FAILED if task.code else TaskState.FINISHED)
    return readiness.advance(uow, generation, after, sends=sends)


def _apply_to_ended(uow: UnitOfWork, generation: Generation, fact: TaskFact) -> AfterCommit:
    """A fact about a generation that has ended: it came late, or a lost output is made again."""
    task = uow.tasks.get(generation.id, fact.task_id)
    if task is not None and fact.attempt > task.attempt:
        return restoring.apply(uow, generation, task, fact)
    if isinstance(fact, TaskFinished | TaskFailed):
        uow.tasks.reported(fact)  # what the work cost is worth knowing, however late
    return _ignored(fact, "the generation has ended")


def _unblocked(uow: UnitOfWork, generation: Generation, fact: TaskBlocked) -> AfterCommit | None:
    """Have what the task missed made again; None if there is nothing to wait for, so that it has failed."""
    task = uow.tasks.get(generation.id, fact.task_id)
    if task is None or task.state is not TaskState.SENT or task.attempt != fact.attempt:
        return _ignored(fact, "the task is not sent, or was sent again")
    logger.warning("task blocked", extra={"task_id": str(task.id), "lost": fact.lost})
    return AfterCommit(sends=True) if readiness.do_again(uow, generation, task) else None


def _apply_to_standing(
    uow: UnitOfWork, generation: Generation, fact: TaskInterrupted | TaskMissed
) -> AfterCommit | None:
    """What was said of a task's attempt and not of its work; None if nothing follows."""
    if isinstance(fact, TaskInterrupted) and fact.code == plans.GONE:
        return mending.missed(uow, generation, fact)
    if isinstance(fact, TaskInterrupted):
        event: retries.Event = retries.Interrupted(fact.attempt, fact.trouble, fact.further)
        return rescue.to_locked(uow, generation, fact.task_id, event)
    task = uow.tasks.get(generation.id, fact.task_id)
    if task is None or task.attempt != fact.attempt or fact.at is None:
        return None
    if not uow.tasks.is_silent(task.id, rescue.SILENCE, fact.at):  # what waited in front of this was a sign of life
        return None
    return rescue.to_locked(uow, generation, task.id, retries.Silent())


def _apply_to_upload(uow: UnitOfWork, fact: UploadFact) -> AfterCommit | None:
    """Settle a clip or an asset that is still expected; None if it is not."""
    match fact:
        case ClipRefused() | AssetRefused():
            return refuse(uow, fact)
        case ClipAccepted():
            project_id = uow.library.accept_clip(fact)
            if project_id is None:
                return None
            push = ClipChanged(project_id=project_id, clip_id=fact.clip_id, state=UploadState.READY)
            return AfterCommit.on(uow, fact.owner_id, push)
        case AssetAccepted():
            return _accept_asset(uow, fact)


def _accept_asset(uow: UnitOfWork, fact: AssetAccepted) -> AfterCommit | None:
    """Take an asset for what it was asked for as; a file of another kind is rejected."""
    project_id = uow.library.accept_asset(fact.owner_id, fact.asset_id, fact.facts)
    if project_id is None:
        wrong = refused("wrong_kind", found=fact.facts.kind)
        told = reason(wrong.code, wrong.message)
        return refuse(uow, AssetRefused(owner_id=fact.owner_id, asset_id=fact.asset_id, **told))
    push = AssetChanged(project_id=project_id, asset_id=fact.asset_id, state=UploadState.READY)
    return AfterCommit.on(uow, fact.owner_id, push)


def refuse(uow: UnitOfWork, fact: ClipRefused | AssetRefused) -> AfterCommit | None:
    """Reject a clip or an asset that is still expected; None if it is not."""
    state, code = UploadState.REJECTED, fact.code
    if isinstance(fact, ClipRefused):
        project_id = uow.library.clip_uploads.reject(fact.owner_id, fact.clip_id, code, said(fact))
        if project_id is None:
            return None
        push: Push = ClipChanged(project_id=project_id, clip_id=fact.clip_id, state=state, code=code)
    else:
        project_id = uow.library.asset_uploads.reject(fact.owner_id, fact.asset_id, code, said(fact))
        if project_id is None:
            return None
        push = AssetChanged(project_id=project_id, asset_id=fact.asset_id, state=state, code=code)
    return AfterCommit.on(uow, fact.owner_id, push)


def _applied(uow: UnitOfWork, generation: Generation, fact: TaskFact) -> tuple[Generation, Task | None]:
    """Write the fact to its output or task. Returns the generation's new counts, and the task if it may be over."""
    match fact:
        case TaskProgressed():
            gained = uow.tasks.progressed(fact)
            if gained is None:
                _ignored(fact, "the task is not sent")
                return generation, None
            started_at = generation.started_at or fact.at
            return replace(generation, work_done=generation.work_done + gained, started_at=started_at), None
        case OutputMade():
            return _output_made(uow, generation, fact)
        case OutputFailed():
            after = _fail(uow, generation, (fact.n,), fact)
            return after, uow.tasks.heartbeat(fact)
        case TaskFinished() | TaskBlocked() | TaskFailed():
            task = uow.tasks.reported(fact)
            if task is None or task.state is not TaskState.SENT:
                _ignored(fact, "the task is not sent, or was reported before")
                return generation, None
            if isinstance(fact, TaskBlocked):
                generation = _fail(uow, generation, fact.outputs, fact)
            elif isinstance(fact, TaskFailed):
                generation = _fail(uow, generation, task.outputs, fact)
            return generation, task
        case _:
            raise InvariantBroken(f"no rule for {type(fact).__name__}", code="unknown_fact")


def _output_made(uow: UnitOfWork, generation: Generation, fact: OutputMade) -> tuple[Generation, Task | None]:
    _check_parts(generation, fact)
    made = uow.generations.output_made(fact, generation.seq + 1)
    task = uow.tasks.get(generation.id, fact.task_id) if made.task_reported else None
    if made.planned is None:
        _ignored(fact, "the output is not planned")
        return generation, task
    work, price = made.planned
    if work != fact.work:
        raise InvariantBroken(
            f"output {fact.n} of {generation.id} came out at {fact.work}, not {work}", code="wrong_work"
        )
    generation = replace(generation, outputs_made=generation.outputs_made + 1, earned=generation.earned + price)
    return replace(generation, started_at=generation.started_at or fact.at), task


def _check_parts(generation: Generation, fact: OutputMade) -> None:
    """Check that the parts lie where those of this output may, the main one first.

    Raises:
        InvariantBroken: codes `wrong_key`, `wrong_main_part`.
    """
    prefix = keys.output_prefix(generation.user_id, generation.id, fact.n)
    for part in fact.parts:
        if not part.key.startswith((f"{prefix}.", f"{prefix}-")):
            raise InvariantBroken(f"output {fact.n} of {generation.id} was stored as {part.key}", code="wrong_key")
    if [part.role for part in fact.parts].count(MAIN) != 1 or fact.parts[0].role != MAIN:
        raise InvariantBroken(f"output {fact.n} of {generation.id} has not one main part", code="wrong_main_part")


def _fail(
    uow: UnitOfWork, generation: Generation, doomed: tuple[int, ...], fact: OutputFailed | TaskBlocked | TaskFailed
) -> Generation:
    """Fail those of the outputs that are still planned."""
    failed = uow.generations.fail_outputs(generation.id, doomed, fact.code, said(fact), generation.seq + 1)
    return replace(generation, outputs_failed=generation.outputs_failed + len(failed))


def _is_over(uow: UnitOfWork, generation: Generation, task: Task) -> bool:
    """True if the task reported its end and has reported all outputs that it makes."""
    return task.reported and not uow.generations.any_planned_of(generation.id, task.index)


def _ignored(fact: Fact | TaskFact, why: str) -> AfterCommit:
    """Note that a fact changed nothing: someone was first, or nobody waits for it any more."""
    logger.info("fact without effect", extra={"fact": type(fact).__name__, "reason": why})
    return AfterCommit()
