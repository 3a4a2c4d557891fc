"""`medley trace`: the whole story of one thing, from the logs of the embedded cloud."""

from datetime import datetime
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.text import Text

from local.logs import Entry
from local.story import read, story

_STYLES: Final = {"WARNING": "yellow", "ERROR": "red", "CRITICAL": "bold red"}
_SOURCE_WIDTH: Final = 12


def run(console: Console, asked: str, data: Path) -> None:
    """Print the story of `asked`; times count from its first line.

    Raises:
        SystemExit: status 1: nothing is known of it.
    """
    lines = story(read(data / "log"), asked)
    if not lines:
        raise SystemExit(f"The logs in {data / 'log'} tell nothing of {asked}. Old lines are dropped in the end.")
    began = lines[0].at
    traces = {line.trace_id for line in lines if line.trace_id}
    console.print(f"{len(lines)} lines since {began.astimezone():%Y-%m-%d %H:%M:%S}, traces: {len(traces)}")
    for line in lines:
        console.print(_shown(line, began), soft_wrap=True)


def _shown(line: Entry, began: datetime) -> Text:
    after_s = (line.at - began).total_seconds()
    text = Text(f"{after_s:9.3f} s  {line.source:{_SOURCE_WIDTH}} ")
    text.append(line.text, style=_STYLES.get(line.level, ""))
    return text
