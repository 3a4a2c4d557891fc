"""Mending: a plan whose object is lost or damaged is made anew, once, before anything fails for it.

A worker that does not find its task says so. The task is sent again until the plan is there, and a planner is told: the
same order gives the same plan, byte for byte, so it is planned again and stored under the same name. Gives it another
one by now, the generation ends with the reason. Lost again after that, each task that misses it fails. Of a generation
that has ended the plan is looked at whenever a lost output of it is to be made again.
"""

import logging
from typing import Final

from medley.contracts.facts import TaskInterrupted
from medley.contracts.work import PlanGeneration
from medley.domain import retries
from medley.domain.generations import FINAL, Generation
from medley.domain.wording import CORE
from medley.errors import Rejected, Unavailable
from medley.limits import PLAN_ATTEMPTS, PLAN_SILENCE_S
from medley.ports.database import UnitOfWork
from medley.services import planning, readiness, rescue, restoring
from medley.services.after_commit import AfterCommit
from medley.services.planning import Ordered, Planner

GONE: Final = CORE.say(retries.PLAN_GONE)
logger = logging.getLogger(__name__)


def missed(uow: UnitOfWork, generation: Generation, fact: TaskInterrupted) -> AfterCommit | None:
    """What follows when a worker did not find its task in the plan's object; None if nothing does. The generation is
    running, and locked."""
    mended = uow.tasks.missed_plan(generation.id, fact.task_id, fact.attempt)
    if mended is None:
        return None
    if not mended:
        asked = PlanGeneration(owner_id=generation.user_id, generation_id=generation.id, mends=True)
        uow.outbox.add([planning.command(asked)])
    return rescue.to_locked(uow, generation, fact.task_id, retries.PlanLost(fact.attempt, mended))


def carry_out(planner: Planner, order: PlanGeneration) -> AfterCommit | None:
    """Plan a generation, or mend its plan, as the command says; None if nothing follows. Raises: as `Planner.plan`."""
    return _mend(planner, order) if order.mends else planner.plan(order)


def _mend(planner: Planner, order: PlanGeneration) -> AfterCommit | None:
    with planner.unit_of_work() as uow:
        ended = order.restores is not None
        request = uow.generations.begin_mending(order.generation_id, PLAN_SILENCE_S, ended=ended)
        if request is None:
            return None
        ordered = Ordered.of(uow, request)
        uow.commit()
    if request.attempts > PLAN_ATTEMPTS and not ended:
        logger.error("mending given up", extra={"attempts": request.attempts})
        return _lose(planner, order, GONE.code, GONE)
    try:
        planner.mended(ordered)
    except Rejected as error:
        return _lose(planner, order, error.code, error.message)
    except Exception as error:
        with planner.unit_of_work() as uow:
            uow.generations.planning_stopped(order.generation_id, counts=not isinstance(error, Unavailable))
            uow.commit()
        raise
    with planner.unit_of_work() as uow:
        uow.generations.plan_mended(order.generation_id)
        follows = None if order.restores is None else restoring.begin(uow, request.generation, order.restores)
        uow.commit()
    return follows


def _lose(planner: Planner, order: PlanGeneration, code: str, message: str) -> AfterCommit | None:
    """End a generation whose plan cannot be had any more, if it runs."""
    logger.error("plan lost for good", extra={"generation_id": str(order.generation_id), "code": code})
    with planner.unit_of_work() as uow:
        uow.generations.planning_stopped(order.generation_id, counts=True)
        before = uow.generations.lock(order.generation_id)
        follows = None
        if before is not None and before.state not in FINAL:
            follows = readiness.fail_whole(uow, before, code, message, readiness.Ending.LOST)
        uow.commit()
    return follows
