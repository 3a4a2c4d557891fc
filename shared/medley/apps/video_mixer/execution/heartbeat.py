"""Signs of life of a task: progress while it moves, a heartbeat while it does not."""

import logging
import threading
import time
from collections.abc import Callable
from contextvars import copy_context
from types import TracebackType
from typing import Self

from medley.contracts.facts import TaskFact, TaskProgressed
from medley.contracts.work import Work
from medley.errors import Unavailable

PROGRESS_S = 2.0  # seconds between reports of progress, at least
SILENCE_S = 10.0  # seconds between reports, at most: the sweep takes a task silent for 90 s for dead
logger = logging.getLogger(__name__)


class Heartbeat:
    """Reports frames done from a thread of its own, so that a long download or encode is not taken for death.

    Entering reports zero frames at once and raises what that raises; later reports are hints, and one that cannot
    be sent is logged.
    """

    def __init__(
        self,
        work: Work,
        report: Callable[[TaskFact], None],
        *,
        progress_s: float = PROGRESS_S,
        silence_s: float = SILENCE_S,
    ) -> None:
        self._work = work
        self._report = report
        self._progress_s = progress_s
        self._silence_s = silence_s
        self._lock = threading.Lock()
        self._frames = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=copy_context().run, args=(self._beat,), name="heartbeat", daemon=True)

    def __enter__(self) -> Self:
        self._send(0)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def at(self, frames: int) -> None:
        """So many frames of the task are done."""
        with self._lock:
            self._frames = frames

    def beyond(self, frames: int) -> Callable[[int], None]:
        """What hears the progress of a part that begins at frame `frames` of the task."""
        return lambda done: self.at(frames + done)

    def add(self, frames: int) -> None:
        """So many frames more are done."""
        with self._lock:
            self._frames += frames

    def _beat(self) -> None:
        sent, sent_at = 0, time.monotonic()
        while not self._ended.wait(self._progress_s):
            frames = self._frames
            if frames == sent and time.monotonic() - sent_at < self._silence_s:
                continue
            try:
                self._send(frames)
            except Unavailable:
                logger.warning("progress not sent", exc_info=True)
            sent, sent_at = frames, time.monotonic()

    def _send(self, frames: int) -> None:
        self._report(TaskProgressed(**self._work.about, work_done=frames))
