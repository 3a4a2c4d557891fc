"""Planning what was ordered: once, outside any transaction, stored as one object; then its rows, and the first tasks.

A planner may die at any point or be told twice: the same order gives the same plan and the same object, and only the
first transaction that finds the generation unplanned counts. Who is told while another is at work comes again later,
and goes on if that one must be dead.
"""

import logging
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Self

from medley.apps.registry import Library, Previews, Registry
from medley.contracts import keys, plans
from medley.contracts.work import PlanGeneration
from medley.domain.generations import FINAL, Plan, check_plan
from medley.domain.wording import CORE
from medley.errors import Conflict, Rejected, Unavailable
from medley.limits import PLAN_ATTEMPTS, PLAN_SILENCE_S
from medley.ports.cloud import Message, ObjectStore
from medley.ports.database import UnitOfWork, UnitOfWorkFactory
from medley.ports.identity import Ids
from medley.ports.planning import PlanRequest
from medley.services import readiness, stored_plans
from medley.services.after_commit import AfterCommit
from medley.services.earlier import EarlierVideos, skipped_by, stored_spec
from medley.services.generations import plan_expired
from medley.services.old_plans import OldPlan

QUEUE: Final = "plans"
CONTENT_TYPE: Final = "application/gzip"
GAVE_UP: Final = CORE.say("planning_failed")
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
            Unavailable: the app, the store or the database cannot be had, or another planner is at work; the attempt
                does not count.
        """
        with self.unit_of_work() as uow:
            request = uow.generations.begin_planning(order.generation_id, PLAN_SILENCE_S)
            if request is None:
                return None
            ordered = Ordered.of(uow, request)
            uow.commit()
        if request.attempts > PLAN_ATTEMPTS:
            logger.error("planning given up", extra={"attempts": request.attempts})
            return self._fail(request, GAVE_UP.code, GAVE_UP)
        try:
            plan = self._planned(ordered)
            made = plans.write(plan)
            key = keys.plan(request.generation.user_id, made.digest)
            self.store.write(made.content, key, CONTENT_TYPE)
            return self._begin(request, plan, made)
        except Rejected as error:
            return self._fail(request, error.code, error.message)
        except Exception as error:
            with self.unit_of_work() as uow:
                uow.generations.planning_stopped(order.generation_id, counts=not isinstance(error, Unavailable))
                uow.commit()
            raise

    def mended(self, ordered: "Ordered") -> bytes:
        """The plan's object of a generation that is planned; where it is lost or damaged, made anew and stored.

        Raises:
            Conflict: code `plan_differs`; what it was made from has changed since. Code `plan_expired`.
            InvalidInput: it cannot be planned any more.
            Unavailable, Broken: as `plan`.
        """
        generation = ordered.request.generation
        digest = generation.plan or ""
        content = stored_plans.read(self.store, generation.user_id, digest)
        if content is not None:
            return content
        made = plans.write(self._planned(ordered))
        if made.digest != digest:
            raise Conflict(CORE.say("plan_differs"))
        self.store.write(made.content, keys.plan(generation.user_id, digest), CONTENT_TYPE)
        logger.warning("plan made anew", extra={"generation_id": str(generation.id), "bytes": len(made.content)})
        return made.content

    def _planned(self, ordered: "Ordered") -> Plan:
        """The plan of an order: the same each time."""
        request = ordered.request
        plan = self._anew(request, ordered.library) if ordered.old is None else self._left(ordered.old)
        return check_plan(plan, request.generation.price, request.generation.outputs_total, self.lanes)

    def _left(self, old: OldPlan) -> Plan:
        """That of a retry: what the old plan says of the outputs that were not made."""
        with self.unit_of_work() as uow:
            former = uow.generations.plan_request(old.generation.id)
            if former is None:
                raise plan_expired()
            ordered = Ordered.of(uow, former)
        return old.left(self.mended(ordered))

    def _anew(self, request: PlanRequest, library: Library) -> Plan:
        ordered = request.generation
        app = self.registry.get(ordered.app)
        spec = stored_spec(app, ordered)
        skipped = skipped_by(app, spec)
        earlier = EarlierVideos(self.unit_of_work, self.store).recipes(ordered.project_id, app, ordered.seed, skipped)
        if ordered.preview and isinstance(app, Previews):
            return app.draft(spec, library, ordered.seed, earlier)
        return app.plan(spec, library, ordered.seed, earlier) if earlier else app.plan(spec, library, ordered.seed)

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


@dataclass(frozen=True)
class Ordered:
    """What a plan is made from: the order, the library as it was then, and for a retry the plan it is the rest of."""

    request: PlanRequest
    library: Library
    old: OldPlan | None

    @classmethod
    def of(cls, uow: UnitOfWork, request: PlanRequest) -> Self:
        """Of a generation."""
        ordered = request.generation
        clips, assets = uow.library.ordered_library(ordered.user_id, ordered.project_id, request.library)
        old = None if ordered.retry_of is None else OldPlan.of(uow, ordered.user_id, ordered.retry_of)
        return cls(request, Library(clips, request.library.groups, assets), old)
