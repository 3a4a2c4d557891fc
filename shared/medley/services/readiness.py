"""Readiness moves a generation on: tasks are sent when all they need has ended; it ends when no output is planned."""

import logging
from collections.abc import Iterable
from dataclasses import replace
from enum import Enum
from typing import Final

from medley.contracts.mail import SendMail, Template
from medley.domain.credits import resolution
from medley.domain.generations import Generation, Task, TaskState, final_state
from medley.domain.wording import CORE
from medley.errors import InvariantBroken
from medley.ports.database import UnitOfWork
from medley.services import mail
from medley.services.after_commit import AfterCommit, generation_changed, wallet_changed

UPGRADED: Final = CORE.say("upgraded")
DEADLINE: Final = CORE.say("deadline", of="generation")
logger = logging.getLogger(__name__)


class Ending(Enum):
    """Why a generation ends."""

    DELIVERED = "facts settled its outputs"  # so the tasks that make them did their work; the others' is of no use
    CANCELLED = "its owner ended it"
    EXPIRED = "its time was up"
    LOST = "what it is made from is lost"


def send_ready(uow: UnitOfWork, generation: Generation, among: Iterable[int] | None = None) -> bool:
    """Send the tasks (all, or those with these indexes) that wait for nothing; True if there were any."""
    sent = uow.tasks.send_ready(generation.id, None if among is None else list(among))
    uow.outbox.add_tasks(str(generation.user_id), sent)
    return bool(sent)


def settle(uow: UnitOfWork, generation: Generation, task: Task, state: TaskState) -> tuple[Generation, bool]:
    """End a sent task, finished or failed, and `unlock` what waited for it.

    Returns the generation with the work gained, and whether something was sent.
    """
    gained = uow.tasks.settle(task.id, state)
    return replace(generation, work_done=generation.work_done + gained), unlock(uow, generation, task)


def unlock(uow: UnitOfWork, generation: Generation, task: Task) -> bool:
    """Send the tasks that waited for this ended one alone; True if there were any.

    One of them none of whose outputs is planned any more is cancelled instead, and so are those that need it, in turn.
    """
    ended, ready = [task], list[int]()
    while ended:
        unlocked = [other for one in ended for other in uow.tasks.need_ended(generation.id, one.unlocks)]
        ended = [other for other in unlocked if not uow.generations.any_planned(generation.id, among=other.outputs)]
        uow.tasks.cancel([other.id for other in ended])
        ready += [other.index for other in unlocked if other not in ended]
    return bool(ready) and send_ready(uow, generation, ready)


def do_again(uow: UnitOfWork, generation: Generation, task: Task) -> bool:
    """Have what this sent task needs done again, and the task after that; False if there is nothing to wait for.

    For tasks whose worker found that what others made is lost. Each is sent back once.
    """
    sent = None if task.again else uow.tasks.do_again(generation.id, task)
    if sent is None:
        return False
    uow.outbox.add_tasks(str(generation.user_id), sent)
    return True


def advance(uow: UnitOfWork, before: Generation, after: Generation, *, sends: bool = False) -> AfterCommit:
    """Store what became of a generation, end it if it is time, and say what follows.

    Args:
        before: the generation as it was locked.
        after: as it is now; its outputs' and tasks' rows are written already.
        sends: the outbox was added to.
    """
    if after.outputs_planned == 0:
        return end(uow, before, after, Ending.DELIVERED)
    if after == before:
        return AfterCommit(sends=sends)
    return changed(uow, _save(uow, before, after), sends=sends)


def end(
    uow: UnitOfWork, before: Generation, after: Generation, why: Ending, *, reason: tuple[str, str] | None = None
) -> AfterCommit:
    """End a generation none of whose outputs is planned any more: credits captured for what was made, the rest
    given back, its open tasks ended.

    Args:
        before: the generation as it was locked.
        after: as it is now; its outputs' rows are written already.
        why: what ended it.
        reason: code and message, of one that has no outputs yet to say it.
    """
    gained = uow.tasks.settle_open(after.id, delivered=why is Ending.DELIVERED)
    failure = uow.generations.first_failure(after.id) if after.outputs_failed else None
    code, text = failure or reason or (None, None)
    after = replace(
        after,
        work_done=after.work_done + gained,
        state=final_state(after.outputs_made, after.outputs_total, cancelled=why is Ending.CANCELLED),
        code=code,
        message=text,
    )
    wallet = uow.ledger.resolve(after.id, resolution(after.price, after.earned, expired=why is Ending.EXPIRED))
    if wallet is None:
        raise InvariantBroken(f"I6: generation {after.id} was running without a held hold")
    saved = _save(uow, before, after)
    logger.info("generation ended", extra=_ending(after))
    follows = AfterCommit.on(uow, saved.user_id, generation_changed(saved), wallet_changed(wallet))
    if why is not Ending.CANCELLED and uow.accounts.wants_mail_on_end(saved.user_id):
        told = SendMail(
            template=Template.GENERATION_ENDED, cause=saved.id, user_id=saved.user_id, generation_id=saved.id
        )
        mail.ask_for(uow, told)
        follows = replace(follows, sends=True)
    idle = why is Ending.DELIVERED and saved.outputs_failed == 0
    return follows if idle else replace(follows, ended=(saved.user_id, saved.id))


def fail_whole(uow: UnitOfWork, before: Generation, code: str, message: str, why: Ending) -> AfterCommit:
    """End a running, locked generation: whatever it has not made fails for this reason."""
    uow.generations.fail_outputs(before.id, None, code, message, before.seq + 1)
    after = replace(before, outputs_failed=before.outputs_total - before.outputs_made)
    return end(uow, before, after, why, reason=(code, message))


def changed(uow: UnitOfWork, generation: Generation, *, sends: bool) -> AfterCommit:
    """What follows a change of a generation that is stored already."""
    return AfterCommit.on(uow, generation.user_id, generation_changed(generation), sends=sends)


def _ending(after: Generation) -> dict[str, object]:
    """What the log says of a generation that ended."""
    made = f"{after.outputs_made} of {after.outputs_total}"
    return {"generation_id": str(after.id), "state": after.state.value, "outputs": made, "captured": after.earned}


def _save(uow: UnitOfWork, before: Generation, after: Generation) -> Generation:
    saved = replace(after, seq=before.seq + 1)
    uow.generations.save(saved)
    return saved
