"""Makes the archives of bundles: SQS `bundles` -> ranges of the outputs' objects -> a zip in the bucket, in parts.

What becomes of one that cannot be made now is decided where its row is, as for tasks (`medley.domain.retries`); what is
to be sent again then, relay sends.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from medley import tracing
from medley.aws.queues import DelayedRetry, Postpone
from medley.aws.sockets import SocketPusher
from medley.aws.storage import S3Store
from medley.contracts.work import MakeVolume
from medley.db.unit_of_work import SqlUnitOfWork
from medley.runtime import sqs
from medley.runtime.apps import loaded
from medley.runtime.database import engine
from medley.runtime.observability import logger
from medley.services.bundling import Bundler
from medley.services.manifests import Reporter


@dataclass(frozen=True)
class Dependencies:
    bundler: Bundler
    hand_back: sqs.DelayedRetry | None
    postpone: sqs.Postpone | None
    logger: Logger


@cache
def dependencies() -> Dependencies:
    """Those of this environment."""
    pool = engine()
    store = S3Store.from_environment()

    def unit_of_work() -> SqlUnitOfWork:
        return SqlUnitOfWork(pool)

    return Dependencies(
        bundler=Bundler(
            unit_of_work=unit_of_work,
            store=store,
            reporter=Reporter(unit_of_work, loaded("bundle"), store),
            pusher=SocketPusher.from_environment(),
        ),
        hand_back=DelayedRetry.from_environment(),
        postpone=Postpone.from_environment(),
        logger=logger("bundle"),
    )


@tracing.follow(None, "bundle")
def handle(
    event: dict[str, Any], context: LambdaContext, deps: Dependencies | None = None
) -> PartialItemFailureResponse:
    """Make the archives of an SQS event."""
    deps = deps or dependencies()

    def remaining_s() -> float:
        return context.get_remaining_time_in_millis() / 1000

    def make(body: str) -> None:
        order = MakeVolume.model_validate_json(body)
        with deps.logger.append_context_keys(bundle_id=str(order.bundle_id), volume=order.volume):
            deps.bundler.make(order, remaining_s)

    return sqs.process(event, context, make, hand_back=deps.hand_back, postpone=deps.postpone)
