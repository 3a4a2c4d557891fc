"""Planning what was ordered: once, outside any transaction, stored as one object; then its rows, and the first tasks.

A planner may die at any point or be told twice: the same order gives the same plan and the same object, and only the
first transaction that finds the generation unplanned counts.
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from medley.apps.registry import STORED, App, Group, Library, Registry
from medley.contracts import keys, plans
from medley.contracts.media import READING
from medley.contracts.work import PlanGeneration
from medley.domain.generations import FINAL, Generation, Plan, check_plan
from medley.errors import Conflict, NotFound, Rejected, Unavailable
from medley.limits import PLAN_ATTEMPTS
from medley.ports.cloud import Message, ObjectStore
from medley.ports.database import UnitOfWork, UnitOfWorkFactory
from medley.ports.generations import PlanRequest
from medley.ports.identity import Ids
from medley.services import readiness
from medley.services.after_commit import AfterCommit

QUEUE: Final = "plans"
CONTENT_TYPE: Final = "application/gzip"
GAVE_UP: Final = ("planning_failed", "This order could not be planned. Its credits are back; we look into it.")
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Planner:
    """The collaborators of planning. `lanes` are the names of those there are."""

    unit_of_work: UnitOfWorkFactory
    registry: Registry
    store: ObjectStore
    ids: Ids
    lanes: Collection[str]

    def plan(self, order: PlanGeneration) -> AfterCommit | None:
        """Plan a generation and send its first tasks; None if it has ended or is planned already.

        An order that turns out to be impossible ends with its reason, and one that PLAN_ATTEMPTS planners did not
        survive ends too.

        Raises:
            Unavailable: the app, the store or the database cannot be had; the attempt does not count.
        """
        with self.unit_of_work() as uow:
            request = uow.generations.begin_planning(order.generation_id)
            if request is None:
                return None
            library = _library(uow, request)
            uow.commit()
        if request.attempts > PLAN_ATTEMPTS:
            logger.error("planning given up", extra={"attempts": request.attempts})
            return self._fail(request, *GAVE_UP)
        try:
            plan = self._planned(request, library)
            made = plans.write(plan)
            key = keys.plan(request.generation.user_id, made.digest)
            self.store.write(made.content, key, CONTENT_TYPE)
        except Unavailable:
            with self.unit_of_work() as uow:
                uow.generations.planning_interrupted(order.generation_id)
                uow.commit()
            raise
        except Rejected as error:
            return self._fail(request, error.code, error.message)
        return self._begin(request, plan, made)

    def _planned(self, request: PlanRequest, library: Library) -> Plan:
        ordered = request.generation
        app = self.registry.get(ordered.app)
        spec = app.spec.model_validate(ordered.spec, context=STORED, extra=READING)
        earlier = self._earlier(ordered, app, getattr(spec, "skip", 0))
        plan = app.plan(spec, library, ordered.seed, earlier) if earlier else app.plan(spec, library, ordered.seed)
        return check_plan(plan, ordered.price, ordered.outputs_total, self.lanes)

    def _earlier(self, ordered: Generation, app: App, skip: int) -> Sequence[Mapping[str, Any]]:
        """Recipes of the first `skip` outputs of what is ordered more of, as far as an older planner chose them.

        Raises:
            Conflict: code `plan_expired`; they are not kept any more.
        """
        if not skip:
            return ()
        with self.unit_of_work() as uow:
            version = app.manifest.planner_version
            older = uow.generations.planned_before(ordered.project_id, ordered.app, ordered.seed, version)
            older = [generation for generation in older if generation.spec.get("skip", 0) < skip]
            stored = {each.id: uow.generations.stored_recipes(each.id) for each in older if each.plan is None}
        kept = {each.plan: self._recipes(each.user_id, each.plan) for each in older if each.plan is not None}
        found = []
        for each in older:
            recipes = kept[each.plan] if each.plan else stored[each.id]
            if not recipes:
                raise Conflict(
                    "What the first videos of this seed were made of is not kept any more, so these could repeat them: "
                    "choose another seed.",
                    code="plan_expired",
                )
            last = skip - each.spec.get("skip", 0)
            found += [recipe for n, recipe in sorted(recipes.items()) if n <= last]
        return found

    def _recipes(self, owner_id: UUID, digest: str) -> Mapping[int, Mapping[str, Any]]:
        """Recipes of the plan with that digest, by output; none if it is not kept any more."""
        try:
            return plans.read_recipes(self.store.read(keys.plan(owner_id, digest)))
        except NotFound:
            return {}

    def _begin(self, request: PlanRequest, plan: Plan, made: plans.PlanObject) -> AfterCommit | None:
        with self.unit_of_work() as uow:
            before = uow.generations.lock(request.generation.id)
            if before is None or before.state in FINAL or before.planned_at is not None:
                return None
            planned = uow.generations.planned(before, plan, made.digest)
            uow.tasks.add(planned.id, plan, made.places, [self.ids.new() for _ in plan.tasks])
            readiness.send_ready(uow, planned)
            follows = readiness.changed(uow, planned, sends=True)
            uow.commit()
        about = {"tasks": len(plan.tasks), "work": plan.work, "bytes": len(made.content)}
        logger.info("generation planned", extra={"generation_id": str(planned.id), **about})
        return follows

    def _fail(self, request: PlanRequest, code: str, message: str) -> AfterCommit | None:
        with self.unit_of_work() as uow:
            before = uow.generations.lock(request.generation.id)
            if before is None or before.state in FINAL or before.planned_at is not None:
                return None
            follows = readiness.fail_whole(uow, before, code, message, readiness.Ending.DELIVERED)
            uow.commit()
        return follows


def command(order: PlanGeneration) -> Message:
    """What tells a planner."""
    return Message(QUEUE, str(order.owner_id), order.model_dump_json())


def _library(uow: UnitOfWork, request: PlanRequest) -> Library:
    """The library as it was when the order was placed."""
    ordered = request.generation
    clips, assets = uow.library.ordered_library(ordered.user_id, ordered.project_id, request.library)
    return Library(clips, tuple(Group(name, clip_ids) for name, clip_ids in request.library.groups), assets)
