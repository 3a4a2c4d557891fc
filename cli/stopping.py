"""Stop: Ctrl-C, a request to end and a closed terminal, which come to one orderly end however often it is asked for."""

import contextlib
import signal
from collections.abc import Collection, Iterator
from types import FrameType
from typing import Final

ASKED_BY: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
INTERRUPTED: Final = 128 + signal.SIGINT  # exit status


class _Stop:
    """The handler of all these signals: the first one raises KeyboardInterrupt, those after it change nothing."""

    def __init__(self) -> None:
        self._asked = False

    def __call__(self, _number: int, _frame: FrameType | None) -> None:
        if not self._asked:
            self._asked = True
            raise KeyboardInterrupt


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
