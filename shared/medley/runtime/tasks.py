"""The edge of the functions that work for an app: what a task's worker is given, made of what Lambda gives."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from aws_lambda_powertools.utilities.typing import LambdaContext

from medley import limits
from medley.contracts.facts import TaskFact
from medley.errors import QueueUnavailable
from medley.media.workdir import DownloadCache, scratch
from medley.ports.cloud import Message, ObjectStore, Queue
from medley.ports.worker import Tools


@contextlib.contextmanager
def tools(store: ObjectStore, queue: Queue, context: LambdaContext, *, folder: Path, threads: int) -> Iterator[Tools]:
    """The tools of one task. Below `folder` is its scratch space, and what it downloads: that stays for the tasks
    after it in this environment, within limits.DOWNLOAD_CACHE_BYTES."""
    with scratch(folder / "tasks") as private, scratch(folder / "tasks") as downloads:
        cache = DownloadCache(folder / "downloads", limits.DOWNLOAD_CACHE_BYTES, downloads)
        yield Tools(
            store=store,
            fetch=lambda key: cache.fetch(store, key),
            scratch=private,
            report=FactSender(queue),
            remaining_s=lambda: context.get_remaining_time_in_millis() / 1000,
            threads=threads,
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
