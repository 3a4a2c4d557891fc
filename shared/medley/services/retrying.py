"""Retrying: what a generation could not make is ordered again by itself, from its own plan.

The new generation is an order like any other, at the price of those outputs. Its plan is what is left of the old one,
so it makes the same videos whatever the planner would choose by now. Retried is what was retried last: of a retry that
failed in part, the retry.
"""

import hashlib
from typing import Final
from uuid import UUID

from medley.domain.generations import FINAL, Generation
from medley.domain.retried_plans import not_made, price_lines
from medley.errors import Conflict
from medley.limits import OUTPUTS_PER_GENERATION
from medley.ports.database import Transaction, UnitOfWork
from medley.ports.generations import NewGeneration
from medley.ports.identity import Ids
from medley.services import generations, ordering
from medley.services.generations import plan_expired
from medley.services.idempotency import check_key
from medley.services.ordering import Ordered

ROUTE: Final = "retry_generation"  # the scope of idempotency keys


def retry(transaction: Transaction, ids: Ids, *, user_id: UUID, generation_id: UUID, key: str) -> Ordered:
    """Order the outputs of a generation again that failed or were cancelled.

    Args:
        transaction: opens a unit of work for this user.
        ids: makes the new generation's.
        user_id: whose.
        generation_id: the old one.
        key: the caller's Idempotency-Key; see `ordering.create`.

    Raises:
        NotFound: code `unknown_generation`.
        InvalidInput: codes `invalid_idempotency_key`, `idempotency_key_reused`.
        Conflict: codes `still_running`, `nothing_to_retry`, `already_retried` with the `generation_id`, `plan_expired`,
            `in_progress`, `too_many_open_generations`.
        TooManyRequests: code `too_many_orders`.
    """
    check_key(key)
    fingerprint = hashlib.sha256(generation_id.bytes).hexdigest()
    with transaction() as uow:
        answer = uow.idempotency.claim(user_id, ROUTE, key, fingerprint)
        if answer is not None:
            return ordering.again(uow, user_id, answer, fingerprint)
        old = generations.read(uow, user_id, generation_id)
        new = _new(uow, ids.new(), uow.generations.lock(old.id) or old)  # locked: it is retried once
        ordered = ordering.place(uow, new)
        uow.idempotency.answer(user_id, ROUTE, key, ordering.kept(ordered))
        uow.commit()
    return ordered


def _new(uow: UnitOfWork, id_: UUID, old: Generation) -> NewGeneration:
    if old.state not in FINAL:
        raise Conflict("This generation has not ended yet.", code="still_running")
    failed = not_made(uow.generations.outputs(old.id, after=0, limit=OUTPUTS_PER_GENERATION))
    if not failed or old.preview:
        raise Conflict("There is nothing of this generation to make again.", code="nothing_to_retry")
    if (retried := uow.history.retry_of(old.id)) is not None:
        raise Conflict(
            "This was ordered again already; retry that order.", code="already_retried", generation_id=str(retried)
        )
    if old.plan is None or not uow.history.work(old.id):
        raise plan_expired()
    lines = price_lines(old.price_lines, failed)
    return NewGeneration(
        id=id_,
        user_id=old.user_id,
        project_id=old.project_id,
        app=old.app,
        app_version=old.app_version,
        spec=old.spec,
        seed=old.seed,
        library=uow.history.library(old.id),
        price_lines=lines,
        price=sum(line.total for line in lines),
        outputs_total=len(failed),
        retry_of=old.id,
    )
