"""Does the work of every lane, for any app: SQS -> objects in the bucket -> facts on SQS `facts`.

A lane is a row of the topology, and a function of its own with this code. What is done is in the `worker` module of the
task's app; how a message becomes a task of it is in `medley.runtime.tasks`.
"""

import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from medley import tracing
from medley.aws.queues import DelayedRetry, SqsQueue
from medley.aws.storage import S3Store
from medley.runtime import sqs, tasks
from medley.runtime.apps import loaded
from medley.runtime.observability import logger
from medley.runtime.tasks import Dependencies
from medley.settings import FFmpegSettings


@cache
def dependencies() -> Dependencies:
    """Those of this environment. A lane that works on no media is not told of FFmpeg, and does without."""
    folder = Path(tempfile.gettempdir())
    media = FFmpegSettings()
    return Dependencies(
        store=S3Store.from_environment(),
        queue=SqsQueue.from_environment(),
        hand_back=DelayedRetry.from_environment(),
        operation=loaded("worker").operation,
        folder=folder,
        threads=media.threads,
        logger=logger("worker"),
        self_test=_self_test(folder) if media.model_fields_set else None,
    )


def _self_test(folder: Path) -> sqs.SelfTest:
    from medley.media.intake.self_test import SelfTest  # is not there in a lane without media

    return SelfTest(folder)


@tracing.follow(None, "worker")
def handle(
    event: dict[str, Any], context: LambdaContext, deps: Dependencies | None = None
) -> PartialItemFailureResponse:
    """Do the work of an SQS event. Raises: as `sqs.process`."""
    return tasks.process(event, context, deps or dependencies())
