"""Encodes the distinct segments of a clip: SQS `render` -> segments in the bucket -> facts on SQS `facts`.

What is done is the app's `worker` module. A command may come twice: what it made is found or made alike, and the same
facts are sent.
"""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from medley.apps import registry
from medley.aws.queues import HandBack, SqsQueue
from medley.aws.storage import S3Store
from medley.contracts.commands import RenderSegments
from medley.media import ffmpeg
from medley.ports.cloud import ObjectStore, Queue
from medley.ports.worker import Worker
from medley.runtime import sqs, tasks
from medley.runtime.observability import logger
from medley.settings import FFmpegSettings


@dataclass(frozen=True)
class Dependencies:
    store: ObjectStore
    queue: Queue
    hand_back: sqs.HandBack | None
    worker: Callable[[str], Worker]
    folder: Path  # scratch space and downloads live below it
    threads: int
    logger: Logger


@cache
def dependencies() -> Dependencies:
    """Those of this environment.

    Raises:
        Broken: its FFmpeg is missing or has known holes; no message is taken.
    """
    found = Dependencies(
        store=S3Store.from_environment(),
        queue=SqsQueue.from_environment(),
        hand_back=HandBack.from_environment(),
        worker=registry.worker,
        folder=Path(tempfile.gettempdir()),
        threads=FFmpegSettings().threads,
        logger=logger("render"),
    )
    found.logger.info("ready for media", extra=ffmpeg.ready())
    return found


def handle(
    event: dict[str, Any], context: LambdaContext, deps: Dependencies | None = None
) -> PartialItemFailureResponse:
    """Do the commands of an SQS event."""
    deps = deps or dependencies()
    return sqs.process(event, context, lambda body: render(body, context, deps), hand_back=deps.hand_back)


def render(body: str, context: LambdaContext, deps: Dependencies) -> None:
    """Do one command.

    Raises:
        ValidationError: the body is no such command.
        Unavailable: time, store, queue or disk; the command comes again and goes on from what is stored.
    """
    command = RenderSegments.model_validate_json(body)
    with (
        deps.logger.append_context_keys(generation_id=str(command.generation_id), task_id=str(command.task_id)),
        tasks.tools(deps.store, deps.queue, context, folder=deps.folder, threads=deps.threads) as tools,
    ):
        deps.worker(command.app).render(command, tools)
