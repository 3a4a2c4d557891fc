"""The edge of the lanes: each message names a task, which is done by the worker of its app.

A message may come twice: what the task made is found or made alike, and the same facts are sent.
"""

import contextlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from medley import limits, tracing
from medley.contracts import keys, plans
from medley.contracts.facts import TaskFact, TaskInterrupted
from medley.contracts.work import Work
from medley.domain.retries import Trouble, trouble_of
from medley.domain.wording import CORE
from medley.errors import (
    AppUnavailable,
    Broken,
    MedleyError,
    NotFound,
    PlanDamaged,
    QueueUnavailable,
    Unavailable,
)
from medley.ports.cloud import Message, ObjectStore, Queue, StoredObject
from medley.ports.worker import Job, Operation, WorkerContext
from medley.runtime import metrics, sqs
from medley.runtime.called_off import CalledOff
from medley.runtime.download_cache import FOLDER, DownloadCache
from medley.workdir import scratch

FORMER_VERSION = 1  # of commands that held all their worker needs


@dataclass(frozen=True)
class Dependencies:
    store: ObjectStore
    queue: Queue
    hand_back: sqs.DelayedRetry | None
    operation: Callable[[str, str], Operation]  # of an app, by name
    folder: Path  # scratch space and downloads live below it
    threads: int
    logger: Logger
    self_test: sqs.SelfTest | None = None


def process(event: dict[str, Any], context: LambdaContext, deps: Dependencies) -> PartialItemFailureResponse:
    """Do the work of an SQS event; returns which messages failed. Raises: as `sqs.process`."""

    def handle(body: str) -> None:
        if _is_former(body):
            deps.logger.warning("command of the former release left undone: its generation has ended")
            return
        work = Work.model_validate_json(body)
        about = {"generation_id": str(work.generation_id), "task_id": str(work.task_id)}
        with deps.logger.append_context_keys(**about):
            deps.logger.info(
                "task begun", extra={"app": work.app, "operation": work.operation, "attempt": work.attempt}
            )
            _do_or_tell(work, context, deps)

    return sqs.process(event, context, handle, hand_back=deps.hand_back, self_test=deps.self_test)


def _is_former(body: str) -> bool:
    try:
        told = json.loads(body)
    except ValueError:
        return False
    return isinstance(told, dict) and told.get("version") == FORMER_VERSION


def _do_or_tell(work: Work, context: LambdaContext, deps: Dependencies) -> None:
    """Do one task; say so if it cannot be done for now. When it is sent again is decided where its row is.

    Raises:
        QueueUnavailable: nothing can be told, so the message has to come again.
        SelfTestFailed: nothing is to be told, as the fault is this worker's own.
    """
    store, report = Watched(deps.store), FactSender(deps.queue)
    with CalledOff(work, deps.store) as called_off:
        if called_off.look():
            deps.logger.info("task left undone: nobody waits for it")
            return
        try:
            _do(work, context, replace(deps, store=store), report, called_off)
        except Exception as error:  # whatever it is, the task's row is where it counts
            if called_off:
                deps.logger.info("task called off", extra={"reason": str(error)})
                return
            trouble = trouble_of(error)
            if trouble is Trouble.BROKEN and deps.self_test is not None:
                with contextlib.suppress(Unavailable):  # then nothing can be tried
                    deps.self_test.repeat()  # if this worker is at fault, the task is not
            code = error.code if isinstance(error, MedleyError) else type(error).__name__
            about = {"code": code, "trouble": trouble.value, "further": store.further}
            if trouble is Trouble.BROKEN:
                deps.logger.critical("task interrupted", exc_info=True, extra=about)
                metrics.publish("worker", {"tasks_broken": 1})
            else:
                deps.logger.warning("task interrupted", exc_info=True, extra=about)
            if isinstance(error, AppUnavailable):  # its work waits, and nobody would know
                metrics.publish("worker", {"apps_left_out": 1})
            report(TaskInterrupted(**work.about, code=code, trouble=trouble, further=store.further))


def _do(
    work: Work, context: LambdaContext, deps: Dependencies, report: Callable[[TaskFact], None], called_off: CalledOff
) -> None:
    operation = deps.operation(work.app, work.operation)
    content = _content(work, deps)
    with _context(deps, context, report, called_off) as given:
        operation.run(_job(work, operation, content), given)


def _content(work: Work, deps: Dependencies) -> plans.TaskContent:
    """The task in its plan's object. Raises: Unavailable, code `plan_gone`: it is not there until it is made anew."""
    try:
        member = deps.store.read(keys.plan(work.owner_id, work.plan), work.start, work.length)
        return plans.read_task(member, work.crc)
    except (NotFound, PlanDamaged) as error:
        deps.logger.critical("plan lost or damaged", extra={"reason": error.message})
        metrics.publish("worker", {"tasks_broken": 1})
        raise Unavailable(CORE.say(plans.GONE)) from error


def _job(work: Work, operation: Operation, content: plans.TaskContent) -> Job[Any]:
    """The task for those of its outputs that are still wanted. Raises: ValidationError."""
    wanted = set(work.outputs)
    outputs = tuple(output for output in content.outputs if output.n in wanted)
    return Job(work, operation.payload.model_validate(content.payload), outputs)


@contextlib.contextmanager
def _context(
    deps: Dependencies, context: LambdaContext, report: Callable[[TaskFact], None], called_off: CalledOff
) -> Iterator[WorkerContext]:
    """The world of one task. Below the folder is its scratch space, and what it downloads: that stays for the tasks
    after it in this environment, within limits.DOWNLOAD_CACHE_BYTES."""
    with scratch(deps.folder / "tasks") as private, scratch(deps.folder / "tasks") as downloads:
        cache = DownloadCache(deps.folder / FOLDER, limits.DOWNLOAD_CACHE_BYTES, downloads)
        yield WorkerContext(
            store=deps.store,
            fetch=partial(cache.fetch, deps.store),
            scratch=private,
            report=report,
            remaining_s=lambda: 0.0 if called_off else context.get_remaining_time_in_millis() / 1000,
            wanted=lambda: not called_off.look(),
            threads=deps.threads,
        )


class Watched:
    """A store that knows whether anything was put into it that was not there before: then a task has got further."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        self.further = False

    def head(self, key: str) -> StoredObject | None:
        return self._store.head(key)

    def read(self, key: str, start: int = 0, length: int | None = None) -> bytes:
        return self._store.read(key, start, length)

    def download(self, key: str, path: Path) -> None:
        self._store.download(key, path)

    def upload(self, path: Path, key: str, content_type: str, *, sha256: str | None = None) -> None:
        new = self._is_new(key)
        self._store.upload(path, key, content_type, sha256=sha256)
        self.further = self.further or new

    def write(self, content: bytes, key: str, content_type: str) -> None:
        new = self._is_new(key)
        self._store.write(content, key, content_type)
        self.further = self.further or new

    def delete(self, key: str) -> None:
        self._store.delete(key)

    def _is_new(self, key: str) -> bool:
        """True if there is no such object yet; not asked once it does not matter."""
        return not self.further and self._store.head(key) is None


@dataclass(frozen=True)
class FactSender:
    """Sends facts to queue `facts`, each at once: somebody is watching; from any thread, in one trace."""

    queue: Queue
    trace: str | None = field(default_factory=tracing.carried)

    def __call__(self, fact: TaskFact) -> None:
        """Raises: QueueUnavailable, also when the queue refused this one fact; Broken (code `fact_too_long`)."""
        said = fact.model_copy(update={"at": datetime.now(UTC)})
        message = Message("facts", str(said.owner_id), said.model_dump_json(), trace=self.trace)
        if len(message.body.encode()) > limits.MESSAGE_BYTES:
            raise Broken(f"A {type(fact).__name__} is longer than any queue takes.", code="fact_too_long")
        if self.queue.send([message]):
            raise QueueUnavailable("A fact about a task was refused.")
