"""Joins segments into finished videos: SQS `assemble` -> outputs in the bucket -> facts on SQS `facts`.

What is done is the app's `worker` module; how a command becomes a task of it is in `medley.runtime.tasks`.
"""

import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from medley.apps import registry
from medley.aws.queues import HandBack, SqsQueue
from medley.aws.storage import S3Store
from medley.contracts.commands import AssembleOutputs
from medley.media.intake.self_test import SelfTest
from medley.ports.worker import Tools, Worker
from medley.runtime import tasks
from medley.runtime.observability import logger
from medley.runtime.tasks import Dependencies
from medley.settings import FFmpegSettings


@cache
def dependencies() -> Dependencies:
    """Those of this environment."""
    folder = Path(tempfile.gettempdir())
    return Dependencies(
        store=S3Store.from_environment(),
        queue=SqsQueue.from_environment(),
        hand_back=HandBack.from_environment(),
        worker=registry.worker,
        folder=folder,
        threads=FFmpegSettings().threads,
        logger=logger("assemble"),
        self_test=SelfTest(folder),
    )


def handle(
    event: dict[str, Any], context: LambdaContext, deps: Dependencies | None = None
) -> PartialItemFailureResponse:
    """Do the commands of an SQS event. Raises: as `sqs.process`."""
    return tasks.process(event, context, deps or dependencies(), AssembleOutputs, assemble)


def assemble(worker: Worker, command: AssembleOutputs, tools: Tools) -> None:
    """Do one command. Raises: as `Worker`."""
    worker.assemble(command, tools)
