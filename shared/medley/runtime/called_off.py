"""Learning that nobody waits for a task any more: its generation has ended, or its deadline is past."""

import logging
import threading
from contextvars import copy_context
from datetime import UTC, datetime
from types import TracebackType
from typing import Final, Self

from medley.contracts import keys
from medley.contracts.work import Work
from medley.errors import Broken, Unavailable
from medley.ports.cloud import ObjectStore

LOOK_S: Final = 5.0  # seconds between looks while a task is worked on
logger = logging.getLogger(__name__)


class CalledOff:
    """Looks for the sign of the end while a task is worked on, from a thread of its own; within it is entered."""

    def __init__(self, work: Work, store: ObjectStore, *, look_s: float = LOOK_S) -> None:
        self._work = work
        self._store = store
        self._look_s = look_s
        self._found = threading.Event()
        self._over = threading.Event()
        self._thread = threading.Thread(target=copy_context().run, args=(self._watch,), name="called-off", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def __bool__(self) -> bool:
        """True once it is known."""
        return self._found.is_set()

    def look(self) -> bool:
        """Look now. A store that does not say leaves the task wanted."""
        if not self:
            try:
                sign = self._store.head(keys.ended(self._work.owner_id, self._work.generation_id))
            except (Unavailable, Broken) as error:
                logger.warning("not known whether this is wanted", extra={"code": error.code})
                return False
            if sign is not None or datetime.now(UTC) >= self._work.deadline:
                self._found.set()
        return bool(self)

    def _watch(self) -> None:
        while not self._over.wait(self._look_s):
            if self.look():
                return
