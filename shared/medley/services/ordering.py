"""Ordering: what is possible and what it costs, and the order itself."""

import hashlib
import json
import logging
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast
from uuid import UUID

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from medley.apps.registry import ASKED, App, Library, Registry, Spec
from medley.apps.spec_faults import faults_of
from medley.contracts import faults
from medley.contracts.work import PlanGeneration
from medley.domain.accounts import Role
from medley.domain.credits import not_enough
from medley.domain.generations import Generation
from medley.domain.quotes import Quote
from medley.domain.wording import CORE
from medley.errors import Conflict, InvalidInput, NotEnoughCredits, NotFound, TooManyRequests
from medley.limits import (
    GENERATION_DEADLINE_S,
    OPEN_GENERATIONS_PER_USER,
    ORDERS_PER_HOUR,
    PLAN_PIECES,
)
from medley.ports.database import Transaction, UnitOfWork
from medley.ports.generations import NewGeneration
from medley.ports.identity import Ids
from medley.ports.library import ReadyLibrary
from medley.ports.outbox import Answer
from medley.sentences import Value
from medley.services import generations, planning
from medley.services.after_commit import AfterCommit, generation_changed, wallet_changed
from medley.services.idempotency import check_key, check_same

HOUR_S: Final = 3_600
ROUTE: Final = "create_generation"  # the scope of idempotency keys
Json = Mapping[str, Any]
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Ordered:
    """What an order came to: a generation, or the refusal for want of credits; both are kept under the key. `replayed`:
    the key was used before, and this is what it got then."""

    outcome: Generation | NotEnoughCredits
    replayed: bool = False
    effects: AfterCommit = field(default_factory=AfterCommit)

    def unwrap(self) -> Generation:
        """The generation. Raises: NotEnoughCredits."""
        if isinstance(self.outcome, NotEnoughCredits):
            raise self.outcome
        return self.outcome


def quote(transaction: Transaction, registry: Registry, user_id: UUID, project_id: UUID, spec: Json) -> Quote:
    """What a spec would give and cost, with the clips the project has now. Changes nothing.

    Raises:
        NotFound: no such project of this user.
        InvalidInput: codes `unknown_app`, `invalid_spec` with `fields`, or the app's own.
        AppUnavailable: the app cannot be used at the moment.
    """
    with transaction() as uow:
        ready = uow.library.ready_library(user_id, project_id)
    app = registry.offered(ready.app, lambda: role_of(transaction, user_id))
    return app.quote(parse_spec(app, spec), offered(ready))


def create(
    transaction: Transaction, registry: Registry, ids: Ids, *, user_id: UUID, project_id: UUID, spec: Json, key: str
) -> Ordered:
    """Order what a spec asks for: price it, hold the credits, and have it planned. All or nothing.

    No transaction is open while the app counts what is possible. `key` is the caller's Idempotency-Key: with the same
    key, project and spec it is the same generation again, and nothing is ordered twice. An answer is kept if the order
    was placed or credits were short; other refusals are not, so the key can be used again.

    Args:
        transaction: opens a unit of work for this user.
        registry: the apps.
        ids: makes the generation's.
        user_id: whose order.
        project_id: the project whose clips it is made of.
        spec: what is asked, as JSON values.
        key: the caller's.

    Raises:
        NotFound: no such project of this user.
        InvalidInput: codes `invalid_idempotency_key`, `idempotency_key_reused` (for another request), `unknown_app`,
            `invalid_spec`, `too_many_outputs`, `plan_too_large`, the app's.
        Conflict: codes `in_progress`, `too_many_open_generations`, `library_changed`.
        TooManyRequests: code `too_many_orders`, with `retry_after_s`.
        AppUnavailable: the app cannot be used at the moment.
    """
    check_key(key)
    fingerprint = fingerprint_of(project_id, spec)
    with transaction() as uow:
        answer = uow.idempotency.find(user_id, ROUTE, key)
        if answer is not None:
            return again(uow, user_id, answer, fingerprint)
        project = uow.library.project(user_id, project_id)
        if project is None:
            raise NotFound("There is no such project.", code="unknown_project")
        _require_open_slot(uow, user_id)
        available = uow.ledger.wallet(user_id).available
    app = registry.offered(project.app, lambda: role_of(transaction, user_id))
    asked = parse_spec(app, spec)
    lines = tuple(app.price(asked))
    price = sum(line.total for line in lines)
    library = Library(())
    if price <= available:  # who cannot pay learns it at once
        with transaction() as uow:
            library = offered(uow.library.ready_library(user_id, project_id))
        _require_possible(app.quote(asked, library))
    generation_id = ids.new()
    new = NewGeneration(
        id=generation_id,
        user_id=user_id,
        project_id=project_id,
        app=app.manifest.id,
        app_version=app.manifest.version,
        spec=asked.model_dump(mode="json"),
        seed=seed_of(asked, generation_id),
        library=library.ids,
        price_lines=lines,
        price=price,
        outputs_total=asked.count,
    )
    with transaction() as uow:
        answer = uow.idempotency.claim(user_id, ROUTE, key, fingerprint)
        if answer is not None:
            return again(uow, user_id, answer, fingerprint)
        ordered = place(uow, new)
        uow.idempotency.answer(user_id, ROUTE, key, kept(ordered))
        uow.commit()
    return ordered


def fingerprint_of(project_id: UUID, spec: Json) -> str:
    """What tells one request of a key from another."""
    return hashlib.sha256(json.dumps([str(project_id), spec], sort_keys=True).encode()).hexdigest()


def place(uow: UnitOfWork, new: NewGeneration) -> Ordered:
    """Hold the price, store the order and tell a planner; or say that credits are short.

    Raises:
        Conflict: codes `library_changed`, `too_many_open_generations`.
        TooManyRequests: code `too_many_orders`.
    """
    wallet = uow.ledger.reserve(new.id, new.user_id, new.price, lifetime_s=GENERATION_DEADLINE_S)
    if wallet is None:
        _count_unpaid(uow, new.user_id)
        return Ordered(not_enough(new.price, uow.ledger.wallet(new.user_id).available))
    _require_open_slot(uow, new.user_id)  # exact: the wallet is locked by now
    if new.retry_of is None and uow.library.ready_ids(new.project_id) != new.library:
        raise Conflict("The project changed while it was read; order again.", code="library_changed")
    generation = uow.generations.add(new)
    uow.outbox.add([planning.command(PlanGeneration(owner_id=new.user_id, generation_id=new.id))])
    follows = AfterCommit.on(uow, new.user_id, generation_changed(generation), wallet_changed(wallet), sends=True)
    held = {"outputs": generation.outputs_total, "held": new.price}
    logger.info("generation ordered", extra={"generation_id": str(new.id), **held})
    return Ordered(generation, effects=follows)


def _require_open_slot(uow: UnitOfWork, user_id: UUID) -> None:
    """Raises: Conflict (code `too_many_open_generations`), TooManyRequests (code `too_many_orders`)."""
    age_s = uow.generations.age_s(user_id, ORDERS_PER_HOUR - 1)
    if age_s is not None and age_s < HOUR_S:
        wait_s = math.ceil(HOUR_S - age_s)
        raise TooManyRequests(CORE.say("too_many_orders", limit=ORDERS_PER_HOUR, retry_after_s=wait_s))
    if uow.generations.count_running(user_id) >= OPEN_GENERATIONS_PER_USER:
        raise Conflict(CORE.say("too_many_open_generations", limit=OPEN_GENERATIONS_PER_USER))


def _count_unpaid(uow: UnitOfWork, user_id: UUID) -> None:
    """Count an order that cannot be paid: its refusal is kept for days. Raises: TooManyRequests (`too_many_orders`)."""
    subject = f"unpaid user:{user_id}"
    counted = uow.accounts.count_attempts([subject], HOUR_S)[subject]
    if counted.count > ORDERS_PER_HOUR:
        wait_s = counted.window_ends_in_s
        raise TooManyRequests(CORE.say("too_many_orders", limit=ORDERS_PER_HOUR, retry_after_s=wait_s))


def _require_possible(quoted: Quote) -> None:
    """Raises: InvalidInput (codes `too_many_outputs`, `plan_too_large`)."""
    if quoted.capacity is not None and quoted.needed > quoted.capacity:
        asked: dict[str, Value] = {"requested": quoted.needed, "possible": quoted.capacity, "binding": quoted.binding}
        few = CORE.say("too_many_outputs", unit="outputs", more="", **asked)
        raise InvalidInput(few, possible=quoted.capacity, constraint=quoted.constraint)
    if quoted.pieces > PLAN_PIECES:
        raise InvalidInput(CORE.say("plan_too_large", pieces=quoted.pieces, limit=PLAN_PIECES))


def role_of(transaction: Transaction, user_id: UUID) -> Role:
    """What somebody may, where an app is not for all."""
    with transaction() as uow:
        return uow.accounts.role(user_id)


def offered(ready: ReadyLibrary) -> Library:
    """A project's library as an app sees it."""
    return Library(ready.clips, ready.groups, ready.assets)


def parse_spec(app: App, spec: Json) -> Spec:
    """What an app is asked for, read.

    Raises:
        InvalidInput: code `invalid_spec`; `fields` says for each wrong one where it is and what is wrong, as
            `spec_faults.Fault`.
    """
    try:
        return cast(Spec, app.spec.model_validate(faults.few_fields(spec), context=ASKED))
    except ValidationError as error:
        fields = [fault.as_json() for fault in faults_of(error)]
    except PydanticCustomError as error:
        fields = [{"field": "", **faults.said(error.type, error.context or {}).as_json()}]
    raise InvalidInput(CORE.say("invalid_spec"), fields=fields)


def seed_of(spec: Spec, id_: UUID) -> int:
    """The seed asked for, or one of this id's own; below 2**53, so that JavaScript reads it exactly."""
    if spec.seed is not None:
        return spec.seed
    return int.from_bytes(hashlib.sha256(id_.bytes).digest()[:6], "big")


def kept(ordered: Ordered) -> Json:
    """An outcome as JSON, for the key."""
    if isinstance(ordered.outcome, NotEnoughCredits):
        return {"refusal": {"message": ordered.outcome.message, **ordered.outcome.metadata}}
    return {"generation": {"id": str(ordered.outcome.id)}}


def again(uow: UnitOfWork, user_id: UUID, answer: Answer, fingerprint: str) -> Ordered:
    """What the first request with this key was told, the generation as it stands now.

    Raises:
        InvalidInput: code `idempotency_key_reused`.
    """
    check_same(answer, fingerprint)
    body = answer.body or {}
    if "refusal" in body:
        return Ordered(NotEnoughCredits(**body["refusal"]), replayed=True)
    return Ordered(generations.read(uow, user_id, UUID(body["generation"]["id"])), replayed=True)
