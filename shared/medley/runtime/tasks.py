"""The edge of the functions that work for an app: each message is a command, done by the app's worker.

A command may come twice: what it made is found or made alike, and the same facts are sent.
"""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from medley import limits
from medley.contracts.commands import Command
from medley.contracts.facts import TaskFact
from medley.errors import QueueUnavailable
from medley.media.sandbox.workdir import scratch
from medley.ports.cloud import Message, ObjectStore, Queue
from medley.ports.worker import Tools, Worker
from medley.runtime import sqs
from medley.runtime.download_cache import DownloadCache

Asked = TypeVar("Asked", bound=Command)


@dataclass(frozen=True)
class Dependencies:
    store: ObjectStore
    queue: Queue
    hand_back: sqs.HandBack | None
    worker: Callable[[str], Worker]  # of an app
    folder: Path  # scratch space and downloads live below it
    threads: int
    logger: Logger
    self_test: sqs.SelfTest | None = None


def process(
    event: dict[str, Any],
    context: LambdaContext,
    deps: Dependencies,
    kind: type[Asked],
    do: Callable[[Worker, Asked, Tools], None],
) -> PartialItemFailureResponse:
    """Do the commands of an SQS event, all of one kind; returns which failed. `do` may raise what a Worker does.

    Raises: as `sqs.process`.
    """

    def handle(body: str) -> None:
        command = kind.model_validate_json(body)
        with (
            deps.logger.append_context_keys(generation_id=str(command.generation_id), task_id=str(command.task_id)),
            _tools(deps, context) as tools,
        ):
            do(deps.worker(command.app), command, tools)

    return sqs.process(event, context, handle, hand_back=deps.hand_back, self_test=deps.self_test)


@contextlib.contextmanager
def _tools(deps: Dependencies, context: LambdaContext) -> Iterator[Tools]:
    """The tools of one task. Below the folder is its scratch space, and what it downloads: that stays for the tasks
    after it in this environment, within limits.DOWNLOAD_CACHE_BYTES."""
    with scratch(deps.folder / "tasks") as private, scratch(deps.folder / "tasks") as downloads:
        cache = DownloadCache(deps.folder / "downloads", limits.DOWNLOAD_CACHE_BYTES, downloads)
        yield Tools(
            store=deps.store,
            fetch=lambda key: cache.fetch(deps.store, key),
            scratch=private,
            report=FactSender(deps.queue),
            remaining_s=lambda: context.get_remaining_time_in_millis() / 1000,
            threads=deps.threads,
        )


@dataclass(frozen=True)
class FactSender:
    """Sends facts to queue `facts`, each at once: somebody is watching."""

    queue: Queue

    def __call__(self, fact: TaskFact) -> None:
        """Raises: QueueUnavailable; also when the queue refused this one fact."""
        message = Message("facts", str(fact.owner_id), fact.model_dump_json())
        if self.queue.send([message]):
            raise QueueUnavailable("A fact about a task was refused.")
