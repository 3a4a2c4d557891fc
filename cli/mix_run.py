"""A plan run on this machine: tasks on threads, each when those it needs are done, facts in the calling thread."""

import contextlib
import queue
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from math import inf
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from rich.progress import Progress

from cli.clip_files import OWNER
from cli.directory_store import DirectoryStore
from cli.mix_faults import CannotGoOn, HeldFolder, fault_of_file, originals, told
from cli.mix_report import MadeFile, Report, publish
from cli.ready_tasks import Locks, ReadyTasks, segments
from cli.terminal import say
from cli.wording import counted, numbered
from medley import workdir
from medley.apps.registry import registry
from medley.apps.video_mixer.operations import RENDER
from medley.apps.video_mixer.reports import recipes
from medley.contracts import keys
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
from medley.domain.reports import Timeline
from medley.errors import MedleyError, StorageUnavailable
from medley.ports.worker import Job, WorkerContext
from medley.runtime.cores import usable_cores

NEVER = datetime.max.replace(tzinfo=UTC)
NO_OBJECT = "0" * 64  # a plan in memory
LOOK_S = 0.1  # how often the calling thread looks up from waiting, so that Ctrl-C is heard and locks are tried again
BUSY = "Another run encodes the same clips into this cache; what it makes is not made twice."


class PlanRun:
    """One run of a report's plan: fills in what was made, publishes each video into `out` as soon as it is there.

    `cache` is where the store keeps what is encoded, `scratch` is within it; `locks` are of what other runs share it.
    `on_encoded` is called when the last segment is there.
    """

    def __init__(
        self,
        app_id: str,
        report: Report,
        *,
        store: DirectoryStore,
        cache: Path,
        locks: Locks,
        scratch: HeldFolder,
        out: HeldFolder,
        bars: Progress,
        on_encoded: Callable[[], None],
    ) -> None:
        self._app_id = app_id
        self._report = report
        self._store = store
        self._cache = cache
        self._locks = locks
        self._scratch = scratch
        self._out = out
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
        self._waited = False  # for another run

    def run(self) -> None:
        """Run the tasks for the outputs that are neither made nor failed.

        Raises:
            KeyboardInterrupt, CannotGoOn: everything was stopped, FFmpeg too.
        """
        ready = ReadyTasks(self._report.plan.tasks)
        encoding = sum(task.operation == RENDER for task in self._report.plan.tasks)
        pool = ThreadPoolExecutor(self._report.workers, "mix")
        try:
            while ready or self._running:
                self._begin(ready, pool)
                ended = self._hear()
                if ended is not None:
                    ready.end(ended)
                    encoding -= ended.operation == RENDER
                    if not encoding and ended.operation == RENDER:
                        self._on_encoded()
            self._require_out()
        except BaseException:
            self._stopped.set()
            raise
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
            self._count()

    def mend(self) -> bool:
        """Returns whether it is to run again, to make anew what was lost and the videos that show it; once.

        Videos that are blocked still have failed.
        """
        blocked, self._blocked = self._blocked, {}
        if blocked and not self._mending:
            self._mending = True
            text = f"A part of {numbered(sorted(blocked))} is lost or damaged in the cache: it is encoded anew."
            say(self._bars.console, text, "yellow")
            return True
        shown = {n: [entry.clip_id for entry in self._timeline(n).entries] for n in blocked}
        seen = {clip_id for clips in shown.values() for clip_id in clips}
        faults = {
            clip.source.clip_id: fault_of_file([clip.source], self._store)
            for clip in self._report.clips
            if clip.source.clip_id in seen
        }
        for n, fact in sorted(blocked.items()):
            of_file = next(filter(None, map(faults.get, shown[n])), None)
            self._fail((n,), *(of_file or (fact.code, fact.message)))
        return False

    def _begin(self, ready: ReadyTasks, pool: ThreadPoolExecutor) -> None:
        """Begin as many tasks as there are workers, but those of which another run does the same."""
        busy = []
        while ready and len(self._running) < self._report.workers:
            task = ready.take()
            if {*self._report.failed, *self._report.made}.issuperset(task.outputs):
                self._told.put(self._nothing_to_do(task))
            elif self._locks.take(task):
                self._start(task, pool)
            else:
                busy.append(task)
        for task in busy:
            ready.put_back(task)
        if busy and not self._waited:
            self._waited = True
            say(self._bars.console, BUSY)

    def _start(self, task: PlannedTask, pool: ThreadPoolExecutor) -> None:
        settled = {*self._report.failed, *self._report.made}
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

    def _nothing_to_do(self, task: PlannedTask) -> Future[None]:
        """What ends a task that need not run as others end."""
        self._advance(task, task.work)
        future: Future[None] = Future()
        future.set_result(None)
        self._running[future] = task
        return future

    def _work(self, work: Work, payload: Mapping[str, Any], outputs: tuple[OutputRecipe, ...]) -> None:
        operation = registry().operation(work.app, work.operation)
        with workdir.scratch(self._scratch.path) as private:
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
            heard = self._told.get(timeout=LOOK_S)
        except queue.Empty:
            return None
        if not isinstance(heard, Future):
            self._apply(heard)
            return None
        task = self._running.pop(heard)
        self._locks.give_back(task)
        if (error := heard.exception()) is not None:
            self._require_folders()
            fault = told(error)
            if fault is None:
                raise error
            self._fail(task.outputs, *fault)
        return task

    def _apply(self, fact: TaskFact) -> None:
        task = self._tasks[fact.task_id]
        match fact:
            case TaskProgressed():
                self._advance(task, fact.work_done)
            case OutputMade():
                self._publish(fact)
            case OutputFailed():
                self._failed(task, (fact.n,), fact)
            case TaskBlocked():
                self._blocked |= dict.fromkeys(fact.outputs, fact)
            case TaskFailed():
                self._failed(task, task.outputs, fact)
                self._advance(task, task.work)
            case TaskFinished():
                if task.operation == RENDER:
                    self._report.details.append(fact.detail)
                self._advance(task, task.work)

    def _publish(self, fact: OutputMade) -> None:
        title, main = self._report.plan.outputs[fact.n - 1].title, fact.parts[0]
        self._require_out()
        others = {made.path for made in self._report.made.values()}
        try:
            path, found = publish(self._store.fetch(main.key), self._out.path, title, others)
        except MedleyError as error:
            self._require_folders()
            self._fail((fact.n,), error.code, error.message)
            return
        except OSError as error:
            self._require_folders()
            raise CannotGoOn(f"Cannot write to {self._out.path}: {error.strerror}") from error
        self._report.found += found
        samples = main.facts["samples"]
        self._report.made[fact.n] = MadeFile(fact.n, path, fact.work, samples, main.size_bytes, main.sha256)

    def _failed(self, task: PlannedTask, outputs: Sequence[int], fact: OutputFailed | TaskFailed) -> None:
        """What failed on a file that went away, or in a folder that did, is said to have failed for that."""
        self._require_folders()
        self._fail(outputs, *(fault_of_file(originals(task), self._store) or (fact.code, fact.message)))

    def _fail(self, outputs: Sequence[int], code: str, message: str) -> None:
        """Outputs fail with the first reason given; those already made stay made."""
        lost = [n for n in outputs if n not in self._report.failed and n not in self._report.made]
        for n in lost:
            self._report.failed[n] = (code, message)
        if lost:
            say(self._bars.console, f"Cannot make {numbered(lost)}: {message}", "red")

    def _require_folders(self) -> None:
        """Raises: CannotGoOn."""
        self._require_out()
        if not self._scratch.is_there():
            raise CannotGoOn(f"What was in the cache folder {self._cache} is not there any more")

    def _require_out(self) -> None:
        """Raises: CannotGoOn; the videos went with their folder."""
        if self._out.is_there():
            return
        lost = f", nor {counted(len(self._report.made), 'video')} in it" if self._report.made else ""
        self._report.made.clear()
        self._report.found = 0
        raise CannotGoOn(f"The folder {self._out.path} is not there any more{lost}")

    def _timeline(self, n: int) -> Timeline:
        return recipes.timeline(self._report.spec, self._report.plan.outputs[n - 1].recipe)

    def _count(self) -> None:
        """Say of the plan's segments which are in the cache, and whether they were before."""
        wanted = {digest for task in self._report.plan.tasks for digest in segments(task)}
        objects = {keys.segment(OWNER, digest, "mp4") for digest in wanted}
        encoded = objects & self._store.stored
        self._report.segments_encoded = len(encoded)
        with contextlib.suppress(StorageUnavailable):
            self._report.segments_reused = sum(self._store.head(key) is not None for key in objects - encoded)

    def _advance(self, task: PlannedTask, work: int) -> None:
        self._done[task.index] = max(work, self._done.get(task.index, 0))
        self._bars.update(self._bar, completed=sum(self._done.values()))
