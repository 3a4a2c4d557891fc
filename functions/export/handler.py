"""Exports: SQS `exports` -> all rows about one person and all their files, as a zip in the bucket, then a mail."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from medley import tracing
from medley.aws.queues import DelayedRetry, Postpone, SqsQueue
from medley.aws.storage import S3Store
from medley.contracts.export import MakeExport
from medley.db.unit_of_work import SqlUnitOfWork
from medley.ports.cloud import Queue
from medley.runtime import sqs
from medley.runtime.database import engine
from medley.runtime.observability import logger
from medley.services import outbox
from medley.services.exports import Exporter


@dataclass(frozen=True)
class Dependencies:
    exporter: Exporter
    queue: Queue
    hand_back: sqs.DelayedRetry | None
    postpone: sqs.Postpone | None
    logger: Logger


@cache
def dependencies() -> Dependencies:
    """Those of this environment."""
    pool = engine()
    return Dependencies(
        exporter=Exporter(lambda: SqlUnitOfWork(pool), S3Store.from_environment()),
        queue=SqsQueue.from_environment(),
        hand_back=DelayedRetry.from_environment(),
        postpone=Postpone.from_environment(),
        logger=logger("export"),
    )


@tracing.follow(None, "export")
def handle(
    event: dict[str, Any], context: LambdaContext, deps: Dependencies | None = None
) -> PartialItemFailureResponse:
    """Make the exports of an SQS event."""
    deps = deps or dependencies()
    return sqs.process(
        event, context, lambda body: _make(body, deps, context), hand_back=deps.hand_back, postpone=deps.postpone
    )


def _make(body: str, deps: Dependencies, context: LambdaContext) -> None:
    order = MakeExport.model_validate_json(body)
    follows = deps.exporter.make(order, lambda: context.get_remaining_time_in_millis() / 1000)
    if follows.sends:
        outbox.drain(deps.exporter.unit_of_work, deps.queue)
