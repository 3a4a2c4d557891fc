"""Story: all that the logs of an embedded cloud tell of one thing, in order.

What is asked for is an id of anything: a request, generation, task, clip, connection, or a trace. The lines that name
it lead to the traces they belong to, and these to all other lines of the same traces, whichever function wrote them.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from infra.rows import ScheduleTrigger, Topology
from infra.topology import TOPOLOGY
from local.logs import EVENTS, Entry

READERS: Final = {"gateway"}  # whose lines name whatever a browser asks for


def read(folder: Path) -> Iterator[Entry]:
    """Every line of the logs in this folder, those of the older file first."""
    for name in (f"{EVENTS}.1", EVENTS):
        path = folder / name
        if path.exists():
            with path.open(encoding="utf-8") as file:
                for line in file:
                    try:
                        yield Entry.of_json(line)
                    except (ValueError, KeyError, TypeError):
                        continue


def story(entries: Iterable[Entry], asked: str, topology: Topology = TOPOLOGY) -> list[Entry]:
    """The lines about `asked`, by time. A pass of a schedule is about everything, so of its trace only the lines that
    name what is asked for are told; of requests that merely read it, none."""
    known = [entry for entry in entries if entry.level != "DEBUG"]
    named = [entry for entry in known if asked in entry.text or asked == entry.trace_id]
    beside = _on_schedule(topology)
    traces = {entry.trace_id for entry in named if entry.source not in beside | READERS or asked == entry.trace_id}
    told = [entry for entry in known if entry.trace_id in traces - {None} or (entry in named and _tells(entry, asked))]
    return sorted(told, key=lambda entry: entry.at)


def _tells(entry: Entry, asked: str) -> bool:
    """True unless all it says is that a path with this id was asked for."""
    return entry.source not in READERS or f"request_id={asked}" in entry.text


def _on_schedule(topology: Topology) -> set[str]:
    return {row.name for row in topology.functions if any(isinstance(each, ScheduleTrigger) for each in row.triggers)}
