"""Stop: Ctrl-C, a request to end and a closed terminal, which come to one orderly end however often it is asked for."""

import contextlib
import signal
import sys
from collections.abc import Collection, Iterator
from time import monotonic
from types import FrameType
from typing import Final

ASKED_BY: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
INTERRUPTED: Final = 128 + signal.SIGINT  # exit status
LOST_S: Final = 1.0  # after which an interrupt that is nowhere to be seen is taken for lost


class _Stop:
    """The handler of all these signals: the first one raises KeyboardInterrupt, those after it change nothing, unless
    that was lost on its way (Python drops what is raised within `__del__`)."""

    def __init__(self) -> None:
        self._asked_s: float | None = None
        self.heard = False

    def __call__(self, _number: int, _frame: FrameType | None) -> None:
        now_s = monotonic()
        if self._asked_s is None or (now_s - self._asked_s >= LOST_S and not self.heard and not _is_on_its_way()):
            self._asked_s = now_s
            raise KeyboardInterrupt


def _is_on_its_way() -> bool:
    """Whether a KeyboardInterrupt is handled where the signal came: what cleans up then is left to its end."""
    error = sys.exc_info()[1]
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__context__
    return error is not None


def heard() -> None:
    """Say that the KeyboardInterrupt of a `stoppable` has arrived where it is seen to: none comes after it."""
    for stop in map(signal.getsignal, ASKED_BY):
        if isinstance(stop, _Stop):
            stop.heard = True


@contextlib.contextmanager
def stoppable(*, always: Collection[signal.Signals] = ()) -> Iterator[None]:
    """Let whoever asks for an end raise KeyboardInterrupt here once, so that what cleans up then is left to its end.

    A signal this process was started deaf to (`nohup`, a shell's `&`) stays unheard, unless it is one of `always`.
    Within another `stoppable` that one goes on.
    """
    outer = signal.getsignal(signal.SIGTERM)
    stop = outer if isinstance(outer, _Stop) else _Stop()
    before = {number: signal.getsignal(number) for number in ASKED_BY}
    for number, handler in before.items():
        if handler is not signal.SIG_IGN or number in always:
            signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
