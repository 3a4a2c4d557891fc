"""Plans what was ordered: SQS `plans` -> the plan's object in the bucket and its rows in PostgreSQL -> the first tasks.

What a plan is belongs to the app; how it becomes an object, rows and commands is in `medley.services.planning`.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from medley import tracing
from medley.aws.queues import DelayedRetry, Postpone, SqsQueue
from medley.aws.sockets import SocketPusher
from medley.aws.storage import S3Store
from medley.contracts.work import PlanGeneration
from medley.db.unit_of_work import SqlUnitOfWork
from medley.ports.cloud import Pusher, Queue
from medley.runtime import sqs
from medley.runtime.apps import loaded
from medley.runtime.database import engine
from medley.runtime.observability import logger
from medley.runtime.system import TimeOrderedIds
from medley.services import after_commit, mending
from medley.services.planning import Planner
from medley.settings import AppSettings


@dataclass(frozen=True)
class Dependencies:
    planner: Planner
    queue: Queue
    pusher: Pusher
    hand_back: sqs.DelayedRetry | None
    postpone: sqs.Postpone | None
    logger: Logger


@cache
def dependencies() -> Dependencies:
    """Those of this environment."""
    pool = engine()
    return Dependencies(
        planner=Planner(
            unit_of_work=lambda: SqlUnitOfWork(pool),
            registry=loaded("plan"),
            store=S3Store.from_environment(),
            ids=TimeOrderedIds(),
            lanes=AppSettings().lanes,
        ),
        queue=SqsQueue.from_environment(),
        pusher=SocketPusher.from_environment(),
        hand_back=DelayedRetry.from_environment(),
        postpone=Postpone.from_environment(),
        logger=logger("plan"),
    )


@tracing.follow(None, "plan")
def handle(
    event: dict[str, Any], context: LambdaContext, deps: Dependencies | None = None
) -> PartialItemFailureResponse:
    """Plan the orders of an SQS event."""
    deps = deps or dependencies()
    return sqs.process(event, context, lambda body: plan(body, deps), hand_back=deps.hand_back, postpone=deps.postpone)


def plan(body: str, deps: Dependencies) -> None:
    """Plan one order or mend its plan, then send what it needs first.

    Raises:
        ValidationError: the body is no order.
        Unavailable: it comes again later.
    """
    order = PlanGeneration.model_validate_json(body)
    with deps.logger.append_context_keys(generation_id=str(order.generation_id)):
        follows = mending.carry_out(deps.planner, order)
        if follows is None:
            deps.logger.info("nothing to send")
            return
        after_commit.perform(follows, deps.planner.unit_of_work, deps.queue, deps.pusher)
