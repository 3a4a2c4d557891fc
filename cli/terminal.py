"""Terminal output: sentences for a person, and progress bars while there is work."""

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.text import Text


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
