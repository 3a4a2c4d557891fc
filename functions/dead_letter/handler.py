"""Hears of messages that nobody lived to acknowledge: queues `*-dead` -> PostgreSQL.

A dead message says something of one attempt; what becomes of its work is decided by `medley.domain.retries`.

| dead message                | what becomes of its work                                                          |
|-----------------------------|-----------------------------------------------------------------------------------|
| a command (a lane)          | its task is sent again or given up, if that attempt is still under way             |
| a bundle's volume (`bundles`) | likewise                                                                        |
| an S3 event (`uploads`)     | the clip or asset stays expected and is looked for again, or is rejected in the end |
| a fact, an order to plan    | logged and counted for the alarm; sweep misses its task, or its plan               |
| a mail, an export           | logged and counted for the alarm, whose section says how it is sent again          |
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import ValidationError

from medley import limits, tracing
from medley.aws.queues import DelayedRetry, SqsQueue
from medley.aws.sockets import SocketPusher
from medley.aws.storage import S3Store
from medley.contracts import notifications
from medley.contracts.facts import refusal
from medley.contracts.keys import UploadedKey, UploadKey, parse_uploaded
from medley.contracts.work import MakeVolume, Work
from medley.db.unit_of_work import SqlUnitOfWork
from medley.domain import retries
from medley.domain.wording import CORE
from medley.errors import Broken
from medley.ports.bundles import VolumeRef
from medley.ports.cloud import ObjectStore, Pusher, Queue
from medley.ports.database import UnitOfWork, UnitOfWorkFactory
from medley.ports.generations import TaskRef
from medley.runtime import metrics, sqs
from medley.runtime.database import engine
from medley.runtime.observability import logger
from medley.services import after_commit, ended, recording, rescue, volumes
from medley.services.after_commit import AfterCommit

MARGIN_S = 2 * limits.LOCK_S + limits.PUSHES_S  # seconds that one more message, and what follows, may take

Change = Callable[[UnitOfWork], AfterCommit | None]


@dataclass(frozen=True)
class Dependencies:
    unit_of_work: UnitOfWorkFactory
    queue: Queue
    pusher: Pusher
    store: ObjectStore
    hand_back: sqs.DelayedRetry | None
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
        store=S3Store.from_environment(),
        hand_back=DelayedRetry.from_environment(),
        count_lost=count_lost,
        logger=logger("dead_letter"),
    )


def count_lost() -> None:
    """One on the metric `dead_messages_lost`."""
    metrics.publish("dead_letter", {"dead_messages_lost": 1})


@tracing.follow(None, "dead_letter")
def handle(
    event: dict[str, Any], context: LambdaContext, deps: Dependencies | None = None
) -> PartialItemFailureResponse:
    """Hear of the messages of an SQS event, then do what follows from that."""
    deps = deps or dependencies()
    follows: list[AfterCommit] = []
    answer = sqs.process(
        event,
        context,
        lambda body: handle_dead_message(body, deps, follows),
        hand_back=deps.hand_back,
        margin_s=MARGIN_S,
    )
    after_commit.perform_all(follows, deps.unit_of_work, deps.queue, deps.pusher)
    ended.tell_workers(follows, deps.store)
    return answer


def handle_dead_message(body: str, deps: Dependencies, follows: list[AfterCommit]) -> None:
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


def _changes(body: str) -> list[Change] | None:
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
        return [partial(_upload_died, upload=upload) for upload in uploads]
    return _work_died(body) or _volume_died(body)


def _work_died(body: str) -> list[Change] | None:
    try:
        work = Work.model_validate_json(body)
    except ValidationError:
        return None
    ref = TaskRef(work.generation_id, work.task_id)
    return [lambda uow: rescue.happened(uow, ref, retries.Dead(work.attempt))]


def _volume_died(body: str) -> list[Change] | None:
    try:
        order = MakeVolume.model_validate_json(body)
    except ValidationError:
        return None
    ref = VolumeRef(order.owner_id, order.bundle_id, order.volume, order.attempt)
    return [lambda uow: volumes.happened(uow, ref, retries.Dead(order.attempt))]


def _upload_died(uow: UnitOfWork, upload: UploadedKey) -> AfterCommit | None:
    """Have it looked for again, or reject it if ingest did not survive it time after time."""
    uploads = uow.library.clip_uploads if isinstance(upload, UploadKey) else uow.library.asset_uploads
    faults = uploads.died(upload.owner, upload.id)
    outcome = retries.Ignore("it is settled") if faults is None else retries.of_dead_upload(faults)
    if isinstance(outcome, retries.Ignore):
        return None
    return recording.refuse(uow, refusal(upload, outcome.reason, CORE.say(outcome.reason)))
