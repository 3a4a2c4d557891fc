"""Ready tasks: those of a plan that wait for none, and of which no other run does the same right now."""

import contextlib
import fcntl
import os
from collections.abc import Iterator, Sequence
from heapq import heappop, heappush
from pathlib import Path

from medley.apps.video_mixer.operations import RENDER, RenderSegments
from medley.domain.generations import PlannedTask

LOCKS = "locks"  # a file in the cache
DIGITS = 15  # of a digest in hex: the place of its lock, below 2^63


def segments(task: PlannedTask) -> list[str]:
    """The digests of the segments a task encodes."""
    if task.operation != RENDER:
        return []
    made = _payload(task)
    return [segment.digest(made.canvas, made.encoding) for segment in made.segments]


def _payload(task: PlannedTask) -> RenderSegments:
    return RenderSegments.model_validate(task.payload)


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

    def put_back(self, task: PlannedTask) -> None:
        """A task that was taken is among them again."""
        heappush(self._ready, task.index)

    def end(self, task: PlannedTask) -> None:
        """A task is done, or failed, or not needed: what waits for it alone is ready."""
        for index in self._unlocks[task.index]:
            self._waiting_on[index] -= 1
            if not self._waiting_on[index]:
                heappush(self._ready, index)


class Locks:
    """What runs that share a cache are encoding, so that none encodes what another does: it finds it there afterwards.

    A lock is a byte of one file, at a place made of what is encoded; the kernel gives it back when its process ends,
    however it ends. Where a file system has no locks, what two runs need at once is encoded by both.
    """

    def __init__(self, file: int | None) -> None:
        self._file = file
        self._of: dict[int, list[int]] = {}  # places by a task's index

    @classmethod
    @contextlib.contextmanager
    def of(cls, cache: Path | None) -> Iterator["Locks"]:
        """The locks of the cache in a folder; None: nothing is shared."""
        if cache is None:
            yield cls(None)
            return
        file = os.open(cache / LOCKS, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            yield cls(file)
        finally:
            os.close(file)

    def take(self, task: PlannedTask) -> bool:
        """Lock all a task encodes, or nothing and return False: another run encodes a part of it."""
        taken: list[int] = []
        for place in self._places(task):
            if not self._lock(place):
                self._unlock(taken)
                return False
            taken.append(place)
        return True

    def give_back(self, task: PlannedTask) -> None:
        """A task ended."""
        self._unlock(self._places(task))

    def _places(self, task: PlannedTask) -> list[int]:
        if self._file is None or task.operation != RENDER:
            return []
        if task.index not in self._of:
            digests = (*segments(task), *(sound.digest() for sound in _payload(task).sounds))
            self._of[task.index] = sorted({int(digest[:DIGITS], 16) for digest in digests})
        return self._of[task.index]

    def _lock(self, place: int) -> bool:
        try:
            self._call(fcntl.LOCK_EX | fcntl.LOCK_NB, place)
        except (BlockingIOError, PermissionError):
            return False
        except OSError:
            return True
        return True

    def _unlock(self, places: Sequence[int]) -> None:
        for place in places:
            with contextlib.suppress(OSError):
                self._call(fcntl.LOCK_UN, place)

    def _call(self, operation: int, place: int) -> None:
        if self._file is not None:
            fcntl.lockf(self._file, operation, 1, place)
