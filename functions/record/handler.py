"""Writes down what workers report: SQS `facts` -> PostgreSQL, then messages to the lanes and pushes to browsers.

One transaction per fact; a fact may come twice, late, or out of order (see `medley.services.recording`). Messages and
pushes go out once per batch: a crash before that leaves the messages to relay.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from medley import limits, tracing
from medley.aws.queues import DelayedRetry, Postpone, SqsQueue
from medley.aws.sockets import SocketPusher
from medley.aws.storage import S3Store
from medley.contracts.facts import read_fact
from medley.db.unit_of_work import SqlUnitOfWork
from medley.ports.cloud import ObjectStore, Pusher, Queue
from medley.ports.database import UnitOfWorkFactory
from medley.runtime import sqs
from medley.runtime.database import engine
from medley.runtime.observability import logger
from medley.services import after_commit, ended, recording
from medley.services.after_commit import AfterCommit

MARGIN_S = 2 * limits.LOCK_S + limits.PUSHES_S  # seconds that recording one more fact, and what follows, may take


@dataclass(frozen=True)
class Dependencies:
    unit_of_work: UnitOfWorkFactory
    queue: Queue
    pusher: Pusher
    store: ObjectStore
    hand_back: sqs.DelayedRetry | None
    postpone: sqs.Postpone | None
    logger: Logger


@cache
def dependencies() -> Dependencies:
    """Those of this environment."""
    pool = engine()
    return Dependencies(
        unit_of_work=lambda: SqlUnitOfWork(pool),
        queue=SqsQueue.from_environment(),
        pusher=SocketPusher.from_environment(),
        store=S3Store.from_environment(),
        hand_back=DelayedRetry.from_environment(),
        postpone=Postpone.from_environment(),
        logger=logger("record"),
    )


@tracing.follow(None, "record")
def handle(
    event: dict[str, Any], context: LambdaContext, deps: Dependencies | None = None
) -> PartialItemFailureResponse:
    """Record the facts of an SQS event, then do what follows from all of them."""
    deps = deps or dependencies()
    follows: list[AfterCommit] = []
    answer = sqs.process(
        event,
        context,
        lambda body: follows.append(record(body, deps)),
        hand_back=deps.hand_back,
        postpone=deps.postpone,
        margin_s=MARGIN_S,
    )
    after_commit.perform_all(follows, deps.unit_of_work, deps.queue, deps.pusher)
    ended.tell_workers(follows, deps.store)
    return answer


def record(body: str, deps: Dependencies) -> AfterCommit:
    """Record one fact; returns what follows from it.

    Raises:
        ValidationError: the body is no fact.
        DatabaseUnavailable: it comes again later.
        InvariantBroken: it contradicts the plan; it ends as a dead letter, and a person looks at it.
    """
    fact = read_fact(body)
    about = {name: str(value) for name, value in fact if name in {"generation_id", "clip_id", "asset_id"}}
    with deps.logger.append_context_keys(**about):
        with deps.unit_of_work() as uow:
            follows = recording.apply(uow, fact)
            uow.commit()
        deps.logger.info("recorded", extra={"fact": fact.type})
        return follows
