"""Ends the work of messages that failed too often, so that nobody waits for it: queues `*-dead` -> PostgreSQL.

| dead message                | what becomes of its work                                        |
|-----------------------------|-----------------------------------------------------------------|
| a command (a lane)          | the task fails, and with it the outputs that need it            |
| an S3 event (`uploads`)     | the clip or asset is rejected                                   |
| anything else: a fact       | logged and counted for the alarm; sweep rescues its task        |
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import ValidationError

from medley.aws.queues import HandBack, SqsQueue
from medley.aws.sockets import SocketPusher
from medley.contracts import notifications
from medley.contracts.facts import refusal
from medley.contracts.keys import UploadedKey, parse_uploaded
from medley.contracts.work import Work
from medley.db.engine import engine
from medley.db.unit_of_work import SqlUnitOfWork
from medley.errors import Broken
from medley.ports.cloud import Pusher, Queue
from medley.ports.database import UnitOfWork, UnitOfWorkFactory
from medley.ports.generations import TaskRef
from medley.runtime import sqs
from medley.runtime.observability import logger
from medley.services import effects, recording, rescue
from medley.services.effects import Effects

INGEST_GAVE_UP = "ingest_gave_up"


@dataclass(frozen=True)
class Dependencies:
    unit_of_work: UnitOfWorkFactory
    queue: Queue
    pusher: Pusher
    hand_back: sqs.HandBack | None
    count_lost: Callable[[], None]  # of messages nobody can act on
    logger: Logger


@cache
def dependencies() -> Dependencies:
    """Those of this environment."""
    pool = engine()
    return Dependencies(
        unit_of_work=lambda: SqlUnitOfWork(pool),
        queue=SqsQueue.from_environment(),
        pusher=SocketPusher.from_environment(),
        hand_back=HandBack.from_environment(),
        count_lost=count_lost,
        logger=logger("dead_letter"),
    )


def count_lost() -> None:
    """One on the metric `dead_messages_lost`, which has an alarm, by way of the log (EMF)."""
    metrics = Metrics(namespace="Medley", service="dead_letter")
    metrics.add_metric(name="dead_messages_lost", unit=MetricUnit.Count, value=1)
    metrics.flush_metrics()


def handle(
    event: dict[str, Any], context: LambdaContext, deps: Dependencies | None = None
) -> PartialItemFailureResponse:
    """End the work of the messages of an SQS event, then do what follows from that."""
    deps = deps or dependencies()
    follows: list[Effects] = []
    answer = sqs.process(event, context, lambda body: bury(body, deps, follows), hand_back=deps.hand_back)
    effects.perform_all(follows, deps.unit_of_work, deps.queue, deps.pusher)
    return answer


def bury(body: str, deps: Dependencies, follows: list[Effects]) -> None:
    """End the work of one dead message, adding what follows. Work that has ended meanwhile stays as it is.

    Raises:
        Unavailable: it comes again later.
    """
    changes = _changes(body)
    if changes is None:
        deps.logger.critical("dead message lost", extra={"body": body})
        deps.count_lost()
        return
    for change in changes:
        with deps.unit_of_work() as uow:
            ended = change(uow)
            uow.commit()
        if ended is not None:
            follows.append(ended)


def _changes(body: str) -> list[Callable[[UnitOfWork], Effects | None]] | None:
    """What a dead message asks for, one transaction each; None if nobody can tell, or nothing can be done."""
    try:
        message = json.loads(body)
    except ValueError:
        return None
    if isinstance(message, dict) and "Records" in message:
        try:
            uploads = [parse_uploaded(key) for key in notifications.created_keys(body)]
        except Broken:
            return None
        return [_rejecting(upload) for upload in uploads]
    try:
        work = Work.model_validate_json(body)
    except ValidationError:
        return None
    ref = TaskRef(work.generation_id, work.task_id)
    return [lambda uow: rescue.give_up(uow, ref)]


def _rejecting(upload: UploadedKey) -> Callable[[UnitOfWork], Effects | None]:
    message = "Medley could not read the file in several attempts. The fault may be ours: please upload it again."
    return lambda uow: recording.refuse(uow, refusal(upload, INGEST_GAVE_UP, message))
