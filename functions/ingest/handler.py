"""Looks at every upload: SQS `uploads` (S3 events) -> probe and poster -> a fact on SQS `facts`.

Done again for the same object it does the same and sends the same fact, so a message may come twice.
"""

import logging
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from medley import limits
from medley.aws.queues import HandBack, SqsQueue
from medley.aws.storage import S3Store
from medley.contracts import keys, notifications
from medley.contracts.facts import ClipAccepted, ClipRefused
from medley.contracts.keys import UploadKey
from medley.errors import InvalidInput, NotFound, NotMedia, QueueUnavailable
from medley.media import probe, thumbnails, workdir
from medley.ports.cloud import Message, ObjectStore, Queue, StoredObject
from medley.runtime import sqs
from medley.runtime.observability import logger

POSTER_BYTES = 1_000_000  # room for the poster beside the clip

log = logging.getLogger("medley.ingest")


@dataclass(frozen=True)
class Dependencies:
    store: ObjectStore
    queue: Queue
    hand_back: sqs.HandBack | None
    scratch: Path  # private directories are made below it
    logger: Logger


@cache
def dependencies() -> Dependencies:
    """Those of this environment."""
    return Dependencies(
        store=S3Store.from_environment(),
        queue=SqsQueue.from_environment(),
        hand_back=HandBack.from_environment(),
        scratch=Path(tempfile.gettempdir()),
        logger=logger("ingest"),
    )


def handle(
    event: dict[str, Any], context: LambdaContext, deps: Dependencies | None = None
) -> PartialItemFailureResponse:
    """Ingest the uploads an SQS event tells of."""
    deps = deps or dependencies()
    return sqs.process(event, context, lambda body: ingest_all(body, deps), hand_back=deps.hand_back)


def ingest_all(body: str, deps: Dependencies) -> None:
    """Ingest every upload of one S3 event notification, in order.

    Raises:
        Broken: it is none.
        Unavailable: the store, the queue or the disk; everything in the message is done again later.
    """
    for key in notifications.created_keys(body):
        try:
            upload = UploadKey.parse(key)
        except InvalidInput:
            log.warning("not an upload of ours", extra={"key": key})
            continue
        with deps.logger.append_context_keys(clip_id=str(upload.clip)):
            found = deps.store.head(key)
            if found is None:
                log.info("upload is gone")
            else:
                _ingest(upload, found, deps)


def _ingest(upload: UploadKey, found: StoredObject, deps: Dependencies) -> None:
    try:
        fact: ClipAccepted | ClipRefused = _accepted(upload, found, deps)
    except NotFound:  # its owner deleted it meanwhile
        log.info("upload is gone")
        return
    except NotMedia as error:
        log.info("clip refused", extra={"code": error.code, "reason": error.message})
        fact = ClipRefused(owner_id=upload.owner, clip_id=upload.clip, code=error.code, message=error.message)
    message = Message("facts", str(upload.owner), fact.model_dump_json())
    if deps.queue.send([message]):
        raise QueueUnavailable("The fact about a clip was refused.")


def _accepted(upload: UploadKey, found: StoredObject, deps: Dependencies) -> ClipAccepted:
    """Read the clip and store its poster.

    Raises:
        NotMedia: it is not a usable clip. NotFound: it was deleted. Unavailable: store or disk.
    """
    if found.size_bytes > limits.UPLOAD_BYTES:
        gigabytes = limits.UPLOAD_BYTES // 1024**3
        raise NotMedia(f"The file is larger than {gigabytes} GiB.", code="too_large")
    with workdir.scratch(deps.scratch, need_bytes=found.size_bytes + POSTER_BYTES) as folder:
        clip, poster = folder / "clip", folder / "poster.jpg"
        deps.store.download(found.key, clip)
        facts = probe.probe(clip)
        thumbnails.clip_poster(clip, facts, poster)
        poster_key = keys.derived(upload.owner, upload.clip, "poster.jpg")
        deps.store.upload(poster, poster_key, "image/jpeg")
    log.info("clip accepted", extra={"codec": facts.video.codec, "duration_us": facts.video.duration_us})
    return ClipAccepted(owner_id=upload.owner, clip_id=upload.clip, facts=facts, poster_key=poster_key)
