"""A plan run on this machine: tasks on threads, each when those it needs are done, facts in the calling thread."""

import queue
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from heapq import heappop, heappush
from math import inf
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from rich.progress import Progress

from cli.clip_files import OWNER
from cli.directory_store import DirectoryStore
from cli.mix_report import MadeFile, Report, publish
from cli.terminal import say
from medley import workdir
from medley.apps.registry import registry
from medley.apps.video_mixer.operations import RENDER
from medley.contracts.facts import (
    OutputFailed,
    OutputMade,
    TaskBlocked,
    TaskFact,
    TaskFailed,
    TaskFinished,
    TaskProgressed,
)
from medley.contracts.plans import OutputRecipe
from medley.contracts.work import Work
from medley.domain.generations import PlannedTask
from medley.errors import MedleyError
from medley.ports.worker import Job, WorkerContext
from medley.runtime.cores import usable_cores

SHOWN = 10  # numbers in one sentence
NEVER = datetime.max.replace(tzinfo=UTC)
NO_OBJECT = "0" * 64  # a plan in memory
LOOK_S = 0.1  # how often the calling thread looks up from waiting, so that Ctrl-C is heard


class CannotWrite(Exception):
    """A finished video cannot be put where it belongs; the message says why."""


class ReadyTasks:
    """The tasks of a plan that wait for none, by their indexes."""

    def __init__(self, tasks: Sequence[PlannedTask]) -> None:
        self._tasks = tasks
        self._waiting_on = {task.index: len(task.needs) for task in tasks}
        self._unlocks: dict[int, list[int]] = {task.index: [] for task in tasks}
        for task in tasks:
            for need in task.needs:
                self._unlocks[need].append(task.index)
        self._ready = [task.index for task in tasks if not task.needs]  # ascending, so a heap

    def __bool__(self) -> bool:
        return bool(self._ready)

    def take(self) -> PlannedTask:
        """The first of them, which is no more among them."""
        return self._tasks[heappop(self._ready)]

    def end(self, task: PlannedTask) -> None:
        """A task is done, or failed, or not needed: what waits for it alone is ready."""
        for index in self._unlocks[task.index]:
            self._waiting_on[index] -= 1
            if not self._waiting_on[index]:
                heappush(self._ready, index)


class PlanRun:
    """One run of a report's plan: fills in what was made, publishes each video into `out` as soon as it is there.

    `on_encoded` is called when the last segment is there.
    """

    def __init__(
        self,
        app_id: str,
        report: Report,
        *,
        store: DirectoryStore,
        scratch: Path,
        out: Path,
        bars: Progress,
        on_encoded: Callable[[], None],
    ) -> None:
        self._app_id = app_id
        self._report = report
        self._store = store
        self._scratch = scratch
        self._out = out
        self._before = frozenset(out.iterdir())
        self._bars = bars
        self._on_encoded = on_encoded
        self._threads = max(1, usable_cores() // report.workers)
        self._generation_id = uuid4()
        self._told: queue.SimpleQueue[TaskFact | Future[None]] = queue.SimpleQueue()  # a future when it is done
        self._stopped = threading.Event()
        self._tasks: dict[UUID, PlannedTask] = {}
        self._running: dict[Future[None], PlannedTask] = {}
        self._bar = bars.add_task("Making videos", total=report.plan.work)
        self._done: dict[int, int] = {}  # work by a task's index
        self._blocked: dict[int, TaskBlocked] = {}  # videos of which a part is lost or damaged in the cache
        self._mending = False  # it runs again, to make anew what is lost

    def run(self) -> None:
        """Run the tasks for the outputs that are neither made nor failed.

        Raises:
            KeyboardInterrupt, CannotWrite: everything was stopped, FFmpeg too.
        """
        ready = ReadyTasks(self._report.plan.tasks)
        encoding = sum(task.operation == RENDER for task in self._report.plan.tasks)
        pool = ThreadPoolExecutor(self._report.workers, "mix")
        try:
            while ready or self._running:
                while ready and len(self._running) < self._report.workers:
                    task = ready.take()
                    if not self._start(task, pool):
                        self._told.put(self._nothing_to_do(task))
                ended = self._hear()
                if ended is not None:
                    ready.end(ended)
                    encoding -= ended.operation == RENDER
                    if not encoding and ended.operation == RENDER:
                        self._on_encoded()
        except BaseException:
            self._stopped.set()
            raise
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def mend(self) -> bool:
        """Returns whether it is to run again, to make anew what was lost and the videos that show it; once.

        Videos that are blocked still have failed.
        """
        blocked, self._blocked = self._blocked, {}
        if blocked and not self._mending:
            self._mending = True
            text = f"A part of {_numbered(sorted(blocked))} is lost or damaged in the cache: it is encoded anew."
            say(self._bars.console, text, "yellow")
            return True
        for n, fact in sorted(blocked.items()):
            self._fail((n,), fact.code, fact.message)
        return False

    def _start(self, task: PlannedTask, pool: ThreadPoolExecutor) -> bool:
        """Begin a task, unless every output that needs it is made or has failed."""
        settled = {*self._report.failed, *self._report.made}
        if settled.issuperset(task.outputs):
            return False
        wanted = [self._report.plan.outputs[n - 1] for n in task.makes if n not in settled]
        task_id = uuid4()
        self._tasks[task_id] = task
        work = Work(
            app=self._app_id,
            operation=task.operation,
            lane=task.lane,
            owner_id=OWNER,
            generation_id=self._generation_id,
            task_id=task_id,
            attempt=2 if self._mending else 1,
            deadline=NEVER,
            plan=NO_OBJECT,
            start=0,
            length=1,
            outputs=tuple(output.n for output in wanted),
        )
        recipes = tuple(OutputRecipe(output.n, output.title, output.recipe) for output in wanted)
        future = pool.submit(self._work, work, task.payload, recipes)
        self._running[future] = task
        future.add_done_callback(self._told.put)
        return True

    def _nothing_to_do(self, task: PlannedTask) -> Future[None]:
        """What ends a task that need not run as others end."""
        self._advance(task, task.work)
        future: Future[None] = Future()
        future.set_result(None)
        self._running[future] = task
        return future

    def _work(self, work: Work, payload: Mapping[str, Any], outputs: tuple[OutputRecipe, ...]) -> None:
        operation = registry().operation(work.app, work.operation)
        with workdir.scratch(self._scratch) as private:
            context = WorkerContext(
                store=self._store,
                fetch=self._store.fetch,
                scratch=private,
                report=self._told.put,
                remaining_s=lambda: 0.0 if self._stopped.is_set() else inf,
                threads=self._threads,
            )
            operation.run(Job(work, operation.payload.model_validate(payload), outputs), context)

    def _hear(self) -> PlannedTask | None:
        """Apply what is told next; returns the task that ended by it, whose facts were all heard before."""
        try:
            told = self._told.get(timeout=LOOK_S)
        except queue.Empty:
            return None
        if not isinstance(told, Future):
            self._apply(told)
            return None
        task = self._running.pop(told)
        error = told.exception()
        if isinstance(error, MedleyError):
            self._fail(task.outputs, error.code, error.message)
        elif error is not None:
            raise error
        return task

    def _apply(self, fact: TaskFact) -> None:
        task = self._tasks[fact.task_id]
        match fact:
            case TaskProgressed():
                self._advance(task, fact.work_done)
            case OutputMade():
                self._publish(fact)
            case OutputFailed():
                self._fail((fact.n,), fact.code, fact.message)
            case TaskBlocked():
                self._blocked |= dict.fromkeys(fact.outputs, fact)
            case TaskFailed():
                self._fail(task.outputs, fact.code, fact.message)
                self._advance(task, task.work)
            case TaskFinished():
                if task.operation == RENDER:
                    self._count(fact)
                self._advance(task, task.work)

    def _publish(self, fact: OutputMade) -> None:
        title, main = self._report.plan.outputs[fact.n - 1].title, fact.parts[0]
        try:
            path = publish(self._store.fetch(main.key), self._out, title, self._before)
        except OSError as error:
            raise CannotWrite(f"Cannot write to {self._out}: {error.strerror}") from error
        self._report.found += path in self._before
        samples = main.facts["samples"]
        self._report.made[fact.n] = MadeFile(fact.n, path, fact.work, samples, main.size_bytes, main.sha256)

    def _fail(self, outputs: Sequence[int], code: str, message: str) -> None:
        """Outputs fail with the first reason given; those already made stay made."""
        lost = [n for n in outputs if n not in self._report.failed and n not in self._report.made]
        for n in lost:
            self._report.failed[n] = (code, message)
        if lost:
            say(self._bars.console, f"Cannot make {_numbered(lost)}: {message}", "red")

    def _count(self, fact: TaskFinished) -> None:
        self._report.segments_encoded += fact.made
        if self._mending:  # what is made now was found before
            self._report.segments_reused = max(0, self._report.segments_reused - fact.made)
        else:
            self._report.segments_reused += fact.reused
        self._report.details.append(fact.detail)

    def _advance(self, task: PlannedTask, work: int) -> None:
        self._done[task.index] = max(work, self._done.get(task.index, 0))
        self._bars.update(self._bar, completed=sum(self._done.values()))


def _numbered(outputs: Sequence[int]) -> str:
    """Videos by their numbers, not more than a person reads."""
    shown = ", ".join(map(str, outputs[:SHOWN])) + (f" and {len(outputs) - SHOWN} more" if outputs[SHOWN:] else "")
    return f"video{'s' if len(outputs) > 1 else ''} {shown}"
