"""Terminal output: sentences for a person, and progress bars while there is work."""

import errno
import sys
from typing import Any, TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.text import Text

ENDED = frozenset({errno.EPIPE, errno.EIO, errno.EBADF, errno.ENXIO})  # of a stream that nobody reads any more


class _Lasting:
    """A stream that outlives whoever reads it, and a full disk below it: that costs what is said, and no work."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.ended = False  # nobody reads it any more

    def write(self, text: str) -> int:
        try:
            return self._stream.write(text)
        except OSError as error:
            self._miss(error)
            return len(text)

    def flush(self) -> None:
        try:
            self._stream.flush()
        except OSError as error:
            self._miss(error)

    def _miss(self, error: OSError) -> None:
        self.ended = self.ended or error.errno in ENDED

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def lasting(*, stderr: bool = False) -> Console:
    """A console for work that goes on, or ends in order, when nobody reads what it says any more."""
    stream: Any = _Lasting(sys.stderr if stderr else sys.stdout)
    return Console(file=stream)


def is_read(console: Console) -> bool:
    """Whether somebody may still read what is said there."""
    return not getattr(console.file, "ended", False)


def say(console: Console, text: str, style: str = "") -> None:
    """Print a sentence on one line, however long, so that it can be searched for; nothing in it is markup."""
    console.print(Text(printable(text), style), soft_wrap=True)


def printable(text: str) -> str:
    """Text that does not speak to the terminal: names of files may hold anything."""
    return "".join(character if character.isprintable() else " " for character in text)


def bars(console: Console) -> Progress:
    """Bars that are gone when the work is done; none where no person looks."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(40),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
