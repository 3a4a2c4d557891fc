"""Ordering finished videos: what is possible and what it costs, the order itself, looking at it, ending it early."""

import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from pydantic import BaseModel, TypeAdapter, ValidationError

from medley.apps.registry import App, Group, Library, Registry
from medley.domain.credits import not_enough
from medley.domain.generations import FINAL, Generation, Output, Quote, check_plan
from medley.errors import Conflict, InvalidInput, NotEnoughCredits, NotFound
from medley.limits import (
    GENERATION_DEADLINE_S,
    IDEMPOTENCY_KEY_CHARACTERS,
    OPEN_GENERATIONS_PER_USER,
    PAGE_ITEMS,
)
from medley.ports.database import UnitOfWork
from medley.ports.generations import NewGeneration
from medley.ports.identity import Ids
from medley.services import stages
from medley.services.effects import Effects, generation_changed, wallet_changed

ROUTE: Final = "create_generation"  # the scope of idempotency keys
_GENERATION: Final = TypeAdapter(Generation)
Json = Mapping[str, Any]
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Ordered:
    """What an order came to: a generation, or the refusal for want of credits. Both are kept under the key, so the
    caller commits either, then calls `unwrap`. `replayed`: the key was used before, and this is what it got then."""

    outcome: Generation | NotEnoughCredits
    replayed: bool = False
    effects: Effects = field(default_factory=Effects)

    def unwrap(self) -> Generation:
        """The generation. Raises: NotEnoughCredits."""
        if isinstance(self.outcome, NotEnoughCredits):
            raise self.outcome
        return self.outcome


def quote(uow: UnitOfWork, registry: Registry, user_id: UUID, project_id: UUID, spec: Json) -> Quote:
    """What a spec would give and cost, with the clips the project has now. Changes nothing.

    Raises:
        NotFound: no such project of this user.
        InvalidInput: codes `unknown_app`, `invalid_spec` with `fields`, or the app's own.
    """
    app, library = _project(uow, registry, user_id, project_id)
    return app.quote(parse_spec(app, spec), library)


def create(
    uow: UnitOfWork,
    registry: Registry,
    ids: Ids,
    *,
    user_id: UUID,
    project_id: UUID,
    spec: Json,
    key: str,
) -> Ordered:
    """Order what a spec asks for: price it, hold the credits, plan it, start the first stage. All or nothing.

    `key` is the caller's Idempotency-Key: with the same key, project and spec the same answer comes again, and
    nothing is ordered twice. An answer is kept if the order was placed or credits were short; other refusals are
    not, so the key can be used again.

    Raises:
        NotFound: no such project of this user.
        InvalidInput: codes `invalid_idempotency_key`, `idempotency_key_reused` (for another request), `unknown_app`,
            `invalid_spec`, the app's.
        Conflict: codes `in_progress`, `too_many_open_generations`.
    """
    _check_key(key)
    fingerprint = hashlib.sha256(json.dumps([str(project_id), spec], sort_keys=True).encode()).hexdigest()
    answer = uow.idempotency.claim(user_id, ROUTE, key, fingerprint)
    if answer is not None:
        if answer.fingerprint != fingerprint:
            raise InvalidInput("This Idempotency-Key was used for another request.", code="idempotency_key_reused")
        return _replayed(answer.body or {})
    ordered = _order(uow, registry, ids, user_id=user_id, project_id=project_id, spec=spec)
    uow.idempotency.answer(user_id, ROUTE, key, _kept(ordered))
    return ordered


def _order(uow: UnitOfWork, registry: Registry, ids: Ids, *, user_id: UUID, project_id: UUID, spec: Json) -> Ordered:
    app, library = _project(uow, registry, user_id, project_id)
    asked = parse_spec(app, spec)
    generation_id = ids.new()
    price = app.quote(asked, library)
    seed = _seed(asked, generation_id)
    earlier = _earlier(uow, app, project_id, asked)
    plan = check_plan(app.plan(asked, library, seed, earlier) if earlier else app.plan(asked, library, seed), price)
    wallet = uow.ledger.reserve(generation_id, user_id, price.total, lifetime_s=GENERATION_DEADLINE_S)
    if wallet is None:
        return Ordered(not_enough(price.total, uow.ledger.wallet(user_id).available))
    if uow.generations.count_running(user_id) >= OPEN_GENERATIONS_PER_USER:  # exact: the wallet is locked by now
        raise Conflict(
            f"At most {OPEN_GENERATIONS_PER_USER} generations run at a time; wait for one to end.",
            code="too_many_open_generations",
            limit=OPEN_GENERATIONS_PER_USER,
        )
    new = NewGeneration(
        id=generation_id,
        user_id=user_id,
        project_id=project_id,
        app=app.manifest.id,
        app_version=app.manifest.version,
        spec=asked.model_dump(mode="json"),
        clip_ids=[clip.clip_id for clip in library.clips],
        asset_ids=[asset.asset_id for asset in library.assets],
        price_lines=price.lines,
        unit_price=price.unit_price,
    )
    generation = uow.generations.add(new, plan)
    uow.tasks.add(generation_id, plan, [ids.new() for _ in plan.tasks])
    generation = stages.begin(uow, registry, generation)
    follows = Effects.on(uow, user_id, generation_changed(generation), wallet_changed(wallet), sends=True)
    held = {"videos": generation.outputs_total, "held": price.total}
    logger.info("generation ordered", extra={"generation_id": str(generation_id), **held})
    return Ordered(generation, effects=follows)


def _project(uow: UnitOfWork, registry: Registry, user_id: UUID, project_id: UUID) -> tuple[App, Library]:
    ready = uow.library.ready_library(user_id, project_id)
    groups = tuple(Group(name, clip_ids) for name, clip_ids in ready.groups)
    return registry.get(ready.app), Library(ready.clips, groups, ready.assets)


def parse_spec(app: App, spec: Json) -> BaseModel:
    """What an app is asked for, read.

    Raises:
        InvalidInput: code `invalid_spec`; `fields` says for each wrong one where it is and what is wrong.
    """
    try:
        return app.spec.model_validate(spec)
    except ValidationError as error:
        fields = [
            {"field": ".".join(str(part) for part in fault["loc"]), "message": fault["msg"]}
            for fault in error.errors(include_url=False, include_context=False, include_input=False)
        ]
        raise InvalidInput("The settings are not valid.", code="invalid_spec", fields=fields) from error


def _check_key(key: str) -> None:
    if not 1 <= len(key) <= IDEMPOTENCY_KEY_CHARACTERS or not key.isprintable():
        raise InvalidInput(
            f"An Idempotency-Key has 1 to {IDEMPOTENCY_KEY_CHARACTERS} printable characters.",
            code="invalid_idempotency_key",
            limit=IDEMPOTENCY_KEY_CHARACTERS,
        )


def _seed(spec: BaseModel, generation_id: UUID) -> int:
    """The seed asked for, or one of the generation's own; below 2**53, so that JavaScript reads it exactly."""
    asked: int | None = getattr(spec, "seed", None)
    if asked is not None:
        return asked
    return int.from_bytes(hashlib.sha256(generation_id.bytes).digest()[:6], "big")


def _earlier(uow: UnitOfWork, app: App, project_id: UUID, spec: BaseModel) -> Sequence[Json]:
    """Recipes of the videos that an older planner chose with the seed of an order that asks for more of them."""
    seed, skip = getattr(spec, "seed", None), getattr(spec, "skip", 0)
    if seed is None or not skip:
        return ()
    version = app.manifest.planner_version
    return uow.generations.recipes_before(project_id, app.manifest.id, seed, planner_version=version, limit=skip)


def _kept(ordered: Ordered) -> Json:
    """An outcome as JSON, for the key."""
    if isinstance(ordered.outcome, NotEnoughCredits):
        return {"refusal": {"message": ordered.outcome.message, **ordered.outcome.metadata}}
    return {"generation": _GENERATION.dump_python(ordered.outcome, mode="json")}


def _replayed(body: Json) -> Ordered:
    if "refusal" in body:
        return Ordered(NotEnoughCredits(**body["refusal"]), replayed=True)
    return Ordered(_GENERATION.validate_python(body["generation"]), replayed=True)


def read(uow: UnitOfWork, user_id: UUID, generation_id: UUID) -> Generation:
    """The generation as it stands. Raises: NotFound, code `unknown_generation`."""
    generation = uow.generations.get(user_id, generation_id)
    if generation is None:
        raise NotFound("There is no such generation.", code="unknown_generation")
    return generation


def changes(
    uow: UnitOfWork, user_id: UUID, generation_id: UUID, *, after_seq: int
) -> tuple[Generation, Sequence[Output]]:
    """The generation, and its outputs that changed after it had `after_seq`. Raises: NotFound."""
    generation = read(uow, user_id, generation_id)
    return generation, uow.generations.outputs_since(generation_id, after_seq)


def of_project(
    uow: UnitOfWork, user_id: UUID, project_id: UUID, *, before: UUID | None = None, limit: int = PAGE_ITEMS
) -> Sequence[Generation]:
    """A project's generations, newest first, starting after `before`; at most PAGE_ITEMS. Raises: NotFound."""
    if uow.library.project(user_id, project_id) is None:
        raise NotFound("There is no such project.", code="unknown_project")
    return uow.generations.of_project(project_id, before=before, limit=min(limit, PAGE_ITEMS))


def outputs(
    uow: UnitOfWork, user_id: UUID, generation_id: UUID, *, after: int = 0, limit: int = PAGE_ITEMS
) -> Sequence[Output]:
    """A generation's outputs by number, starting after number `after`; at most PAGE_ITEMS. Raises: NotFound."""
    read(uow, user_id, generation_id)
    return uow.generations.outputs(generation_id, after=after, limit=min(limit, PAGE_ITEMS))


def output(uow: UnitOfWork, user_id: UUID, generation_id: UUID, n: int) -> Output:
    """One output. Raises: NotFound, code `unknown_generation` or `unknown_output`."""
    read(uow, user_id, generation_id)
    found = uow.generations.output(generation_id, n)
    if found is None:
        raise NotFound("There is no such output.", code="unknown_output")
    return found


def cancel(uow: UnitOfWork, user_id: UUID, generation_id: UUID) -> tuple[Generation, Effects]:
    """End a running generation now: what was made is kept and paid, all other credits go back.

    Work that is under way is not interrupted; what it reports is ignored.

    Raises:
        NotFound: code `unknown_generation`.
        Conflict: code `already_ended`.
    """
    read(uow, user_id, generation_id)
    before = uow.generations.lock(generation_id)
    if before is None or before.state in FINAL:
        raise Conflict("This generation has ended.", code="already_ended")
    uow.generations.cancel_outputs(generation_id, before.seq + 1)
    effects = stages.end(uow, before, before, stages.Ending.CANCELLED)
    return read(uow, user_id, generation_id), effects
