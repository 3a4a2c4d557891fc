"""Every minute: sends messages that were promised by a commit and left behind by a crash."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from medley import tracing
from medley.aws.queues import SqsQueue
from medley.db.unit_of_work import SqlUnitOfWork
from medley.errors import QueueUnavailable
from medley.limits import RELAY_AGE_S
from medley.ports.cloud import Queue
from medley.ports.database import UnitOfWorkFactory
from medley.runtime.database import engine
from medley.runtime.observability import logger
from medley.services import outbox

BATCHES = 100


@dataclass(frozen=True)
class Dependencies:
    unit_of_work: UnitOfWorkFactory
    queue: Queue
    logger: Logger


@cache
def dependencies() -> Dependencies:
    """Those of this environment."""
    pool = engine()
    return Dependencies(lambda: SqlUnitOfWork(pool), SqsQueue.from_environment(), logger("relay"))


@tracing.follow(None, "relay")
def handle(_event: dict[str, Any], _context: LambdaContext, deps: Dependencies | None = None) -> dict[str, int]:
    """Send what is unsent; returns {"sent": how many}.

    Raises:
        QueueUnavailable: some could not be sent; the next run tries them again, the failure is for the alarm.
    """
    deps = deps or dependencies()
    drained = outbox.drain(deps.unit_of_work, deps.queue, older_than_s=RELAY_AGE_S, batches=BATCHES)
    deps.logger.info("relayed", extra={"sent": drained.sent, "failed": drained.failed})
    if drained.failed:
        raise QueueUnavailable("Some messages could not be sent.")
    return {"sent": drained.sent}
