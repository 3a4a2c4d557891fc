"""Looks at every upload, clip or asset: SQS `uploads` (S3 events) -> probe and pictures -> a fact on SQS `facts`.

Done again for the same object it does the same and sends the same fact, so a message may come twice.
"""

import logging
import tempfile
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.ingest import assets, clips
from medley import tracing
from medley.aws.queues import DelayedRetry, Postpone, SqsQueue
from medley.aws.storage import S3Store
from medley.contracts import notifications
from medley.contracts.facts import AssetAccepted, ClipAccepted, UploadFact, refusal
from medley.contracts.keys import UploadedKey, UploadKey, parse_uploaded
from medley.errors import InvalidInput, NotFound, NotMedia, QueueUnavailable
from medley.media.intake.self_test import SelfTest
from medley.ports.cloud import Message, ObjectStore, Queue, StoredObject
from medley.runtime import sqs
from medley.runtime.observability import logger
from medley.settings import FFmpegSettings

log = logging.getLogger("medley.ingest")


@dataclass(frozen=True)
class Dependencies:
    store: ObjectStore
    queue: Queue
    hand_back: sqs.DelayedRetry | None
    postpone: sqs.Postpone | None
    scratch: Path  # private directories are made below it
    threads: int
    logger: Logger
    self_test: sqs.SelfTest | None = None


@cache
def dependencies() -> Dependencies:
    """Those of this environment."""
    scratch = Path(tempfile.gettempdir())
    return Dependencies(
        store=S3Store.from_environment(),
        queue=SqsQueue.from_environment(),
        hand_back=DelayedRetry.from_environment(),
        postpone=Postpone.from_environment(),
        scratch=scratch,
        threads=FFmpegSettings().threads,
        logger=logger("ingest"),
        self_test=SelfTest(scratch),
    )


@tracing.follow(None, "ingest")
def handle(
    event: dict[str, Any], context: LambdaContext, deps: Dependencies | None = None
) -> PartialItemFailureResponse:
    """Ingest the uploads an SQS event tells of. Raises: as `sqs.process`."""
    deps = deps or dependencies()
    return sqs.process(
        event,
        context,
        partial(ingest_all, deps=deps),
        hand_back=deps.hand_back,
        postpone=deps.postpone,
        self_test=deps.self_test,
    )


def ingest_all(body: str, deps: Dependencies) -> None:
    """Ingest every upload of one S3 event notification, in order.

    Raises:
        Broken: it is none.
        Unavailable: the store, the queue or the disk; everything in the message is done again later.
    """
    for key in notifications.created_keys(body):
        try:
            upload = parse_uploaded(key)
        except InvalidInput:
            log.warning("not an upload of ours", extra={"key": key})
            continue
        name = "clip_id" if isinstance(upload, UploadKey) else "asset_id"
        with deps.logger.append_context_keys(**{name: str(upload.id)}):
            found = deps.store.head(key)
            if found is None:
                log.info("upload is gone")
            else:
                tracing.join(found.trace)  # that of whoever asked to upload it
                _ingest(upload, found, deps)


def _ingest(upload: UploadedKey, found: StoredObject, deps: Dependencies) -> None:
    try:
        fact: UploadFact = _accepted(upload, found, deps)
    except NotFound:  # its owner deleted it meanwhile
        log.info("upload is gone")
        return
    except NotMedia as error:
        log.info("upload refused", extra={"code": error.code, "reason": error.message})
        fact = refusal(upload, error.code, error.message)
    message = Message("facts", str(upload.owner), fact.model_dump_json())
    if deps.queue.send([message]):
        raise QueueUnavailable("The fact about an upload was refused.")


def _accepted(upload: UploadedKey, found: StoredObject, deps: Dependencies) -> ClipAccepted | AssetAccepted:
    if isinstance(upload, UploadKey):
        return clips.accepted(upload, found, deps.store, deps.scratch, deps.threads)
    return assets.accepted(upload, found, deps.store, deps.scratch)
