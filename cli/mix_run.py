"""A plan run on this machine: the tasks of one stage after the other on threads, their facts in the calling thread."""

import queue
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from math import inf
from pathlib import Path
from uuid import UUID, uuid4

from rich.progress import Progress

from cli.clip_files import OWNER
from cli.directory_store import DirectoryStore
from cli.mix_report import MadeFile, Report, publish
from cli.terminal import say
from medley.apps import registry
from medley.apps.registry import Order
from medley.apps.video_mixer.recipe import Recipe
from medley.contracts import keys
from medley.contracts.commands import AssembleOutputs, RenderSegments
from medley.contracts.facts import OutputFailed, OutputMade, TaskFact, TaskFailed, TaskFinished, TaskProgressed
from medley.domain.generations import PlannedTask
from medley.errors import Broken, MedleyError
from medley.media.sandbox import workdir
from medley.ports.worker import Tools
from medley.runtime.cores import usable_cores

STAGES = ("Encoding", "Joining")  # as the bar calls them
SHOWN = 10  # numbers in one sentence
LOOK_S = 0.1  # how often the calling thread looks up from waiting, so that Ctrl-C is heard


class CannotWrite(Exception):
    """A finished video cannot be put where it belongs; the message says why."""


class PlanRun:
    """One run of a report's plan: fills in what was made, publishes each video into `out` as soon as it is there."""

    def __init__(
        self, app_id: str, report: Report, *, store: DirectoryStore, scratch: Path, out: Path, bars: Progress
    ) -> None:
        self._app = registry.registry().get(app_id)
        self._worker = registry.worker(app_id)
        self._report = report
        self._store = store
        self._scratch = scratch
        self._out = out
        self._before = frozenset(out.iterdir())
        self._bars = bars
        self._threads = max(1, usable_cores() // report.workers)
        self._generation_id = uuid4()
        self._facts: queue.SimpleQueue[TaskFact] = queue.SimpleQueue()
        self._stopped = threading.Event()
        self._tasks: dict[UUID, PlannedTask] = {}
        self._bar = bars.add_task(STAGES[0], total=report.plan.frames)
        self._done: dict[tuple[int, int], int] = {}  # frames by a task's place in the plan
        self._spoiled: dict[int, OutputFailed] = {}  # could not be joined: a segment may be damaged in the cache
        self._mending = False

    def stage(self, number: int) -> None:
        """Run the tasks of one stage for the outputs that are neither made nor failed.

        Raises:
            KeyboardInterrupt, CannotWrite: everything was stopped, FFmpeg too.
        """
        self._bars.update(self._bar, description=STAGES[number])
        commands = [self._command(task) for task in self._report.plan.tasks if task.stage == number]
        pool = ThreadPoolExecutor(self._report.workers, "mix")
        try:
            futures = {pool.submit(self._work, command): command.task_id for command in commands if command}
            self._follow(list(futures))
        except BaseException:
            self._stopped.set()
            raise
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
        for future, task_id in futures.items():
            error = future.exception()
            if isinstance(error, MedleyError):
                self._fail(self._tasks[task_id].outputs, error.code, error.message)
            elif error is not None:
                raise error

    def mend(self) -> bool:
        """Forget the segments that may have spoiled videos, so that the stages make them and those videos anew; once.

        Returns whether the stages are to run again. Videos that are spoiled still have failed.
        """
        suspects = set() if self._mending else set(self._suspects())
        self._mending = bool(suspects)
        for key in suspects:
            self._store.delete(key)
        if suspects:
            text = f"Cannot join {_numbered(sorted(self._spoiled))} of what is in the cache: it is encoded anew."
            say(self._bars.console, text, "yellow")
        else:
            for n, fact in sorted(self._spoiled.items()):
                self._fail((n,), fact.code, fact.message)
        self._spoiled.clear()
        return self._mending

    def _command(self, task: PlannedTask) -> RenderSegments | AssembleOutputs | None:
        """The task's command, or None if every output that needs it is made or has failed."""
        order = Order(OWNER, self._generation_id, uuid4(), attempt=1)
        self._tasks[order.task_id] = task
        settled = {*self._report.failed, *self._report.made}
        wanted = [self._report.plan.outputs[n - 1] for n in task.outputs if n not in settled]
        if not wanted:
            self._advance(order.task_id, task.frames)
            return None
        command = self._app.command(order, self._report.spec, task, wanted)
        if not isinstance(command, RenderSegments | AssembleOutputs):
            raise Broken(f"There is no lane for {type(command).__name__} here.")
        return command

    def _work(self, command: RenderSegments | AssembleOutputs) -> None:
        with workdir.scratch(self._scratch) as private:
            tools = Tools(
                store=self._store,
                fetch=self._store.fetch,
                scratch=private,
                report=self._facts.put,
                remaining_s=lambda: 0.0 if self._stopped.is_set() else inf,
                threads=self._threads,
            )
            if isinstance(command, RenderSegments):
                self._worker.render(command, tools)
            else:
                self._worker.assemble(command, tools)

    def _follow(self, futures: Sequence[Future[None]]) -> None:
        """Apply facts until all work has ended and every fact was heard."""
        while True:
            ended = not wait(futures, timeout=0).not_done
            try:
                self._apply(self._facts.get(timeout=0 if ended else LOOK_S))
            except queue.Empty:
                if ended:
                    return

    def _apply(self, fact: TaskFact) -> None:
        task = self._tasks[fact.task_id]
        match fact:
            case TaskProgressed():
                self._advance(fact.task_id, fact.frames_done)
            case OutputMade():
                self._publish(fact)
            case OutputFailed(code="segment_missing"):
                self._fail((fact.n,), fact.code, fact.message)
            case OutputFailed():
                self._spoiled[fact.n] = fact
            case TaskFailed():
                self._fail(task.outputs, fact.code, fact.message)
                self._advance(fact.task_id, task.frames)
            case TaskFinished():
                if task.lane == "render":
                    self._count(fact)
                self._advance(fact.task_id, task.frames)

    def _publish(self, fact: OutputMade) -> None:
        title = self._report.plan.outputs[fact.n - 1].title
        try:
            path = publish(self._store.fetch(fact.key), self._out, title, self._before)
        except OSError as error:
            raise CannotWrite(f"Cannot write to {self._out}: {error.strerror}") from error
        self._report.found += path in self._before
        self._report.made[fact.n] = MadeFile(fact.n, path, fact.frames, fact.samples, fact.size_bytes, fact.sha256)

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
        self._report.prints |= {print_.digest: print_.hashes for print_ in fact.prints}

    def _suspects(self) -> Iterator[str]:
        """Keys of what spoiled videos are joined of, but for what a video was made of that shows as much of it."""
        proven: dict[str, int] = {}
        for n in self._report.made:
            for key, frames in self._parts(n):
                proven[key] = max(frames, proven.get(key, 0))
        for n in self._spoiled:
            yield from (key for key, frames in self._parts(n) if frames > proven.get(key, 0))

    def _parts(self, n: int) -> Iterator[tuple[str, int]]:
        """What an output is joined of, and how many frames of each it shows."""
        recipe = Recipe.model_validate(self._report.plan.outputs[n - 1].recipe)
        yield from ((keys.segment(OWNER, piece.digest, "mp4"), piece.frames) for piece in recipe.pieces)
        for sound in recipe.sounds:
            if sound.digest is not None:
                yield keys.segment(OWNER, sound.digest, "wav"), sound.frames

    def _advance(self, task_id: UUID, frames: int) -> None:
        task = self._tasks[task_id]
        place = task.stage, task.index
        self._done[place] = max(frames, self._done.get(place, 0))
        self._bars.update(self._bar, completed=sum(self._done.values()))


def _numbered(outputs: Sequence[int]) -> str:
    """Videos by their numbers, not more than a person reads."""
    shown = ", ".join(map(str, outputs[:SHOWN])) + (f" and {len(outputs) - SHOWN} more" if outputs[SHOWN:] else "")
    return f"video{'s' if len(outputs) > 1 else ''} {shown}"
