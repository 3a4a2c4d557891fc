"""Logs: what the functions write, as lines a person can read: one file per function and, if wanted, an echo.

Beside them one file, EVENTS, has every line of all of them in order with the trace it belongs to, a JSON object each:
`medley trace` reads it.

Powertools writes one JSON object per line. Here it becomes `12:30:01.250 render   INFO  Segment made  frames=84`.
Anything else a process writes is shown as it is, but for what is not printable: names and addresses are in it that
strangers chose, and a line of theirs must not look like ours or steer a terminal.
"""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from local.board import Board

FILE_BYTES = 5 * 1024**2  # per function; one older file is kept
EVENTS = "events.jsonl"
EVENTS_BYTES = 4 * FILE_BYTES
LINE_BYTES = 256 * 1024  # CloudWatch's limit of one event
_SOURCE_WIDTH = 12
# What Powertools adds to each line and a person reading along does not need.
_NOISE = frozenset(
    (
        "level",
        "location",
        "message",
        "timestamp",
        "service",
        "sampling_rate",
        "cold_start",
        "function_name",
        "function_memory_size",
        "function_arn",
        "function_request_id",
        "xray_trace_id",
        "exception",
        "exception_name",
        "stack_trace",
        "tenant_id",
        "trace_id",
    )
)


@dataclass(frozen=True)
class Entry:
    """One line of a log. `source` is the function, or the part of the cloud, that says it."""

    at: datetime
    source: str
    level: str
    text: str
    trace_id: str | None = None

    def __str__(self) -> str:
        at = self.at.astimezone().strftime("%H:%M:%S.%f")[:-3]
        return f"{at} {self.source:{_SOURCE_WIDTH}} {self.level:7} {self.text}"

    def as_json(self) -> str:
        """One line, which `of_json` reads."""
        told = {"at": self.at.isoformat(), "source": self.source, "level": self.level, "text": self.text}
        return json.dumps(told | ({"trace_id": self.trace_id} if self.trace_id else {}), ensure_ascii=False)

    @classmethod
    def of_json(cls, line: str) -> "Entry":
        """Raises: ValueError, KeyError, TypeError: it is none, as where a machine stopped half-way."""
        told = json.loads(line)
        at = datetime.fromisoformat(told["at"])
        return cls(at, told["source"], told["level"], told["text"], told.get("trace_id"))


def read_line(source: str, line: str, now: datetime) -> Entry:
    """One line of a function's output; `now` is used where the line does not say when it was written."""
    try:
        fields = json.loads(line)
    except ValueError:
        fields = None
    if isinstance(fields, dict) and "_aws" in fields:
        shown = "  ".join(f"{name}={_value(value)}" for name, value in measured(fields).items())
        return Entry(now, source, "DEBUG", f"metrics  {shown}")
    if not isinstance(fields, dict) or "message" not in fields:
        # awslambdaric joins the lines of a traceback with carriage returns and indents with no-break spaces
        text = "\n    ".join(printable(part) for part in line.replace("\u00a0", " ").split("\r"))
        return Entry(now, source, "ERROR" if line.startswith("[ERROR]") else "INFO", text)
    message = fields["message"]
    parts = [message if isinstance(message, str) else json.dumps(message, ensure_ascii=False)]
    parts += [f"{name}={_value(value)}" for name, value in fields.items() if name not in _NOISE and value is not None]
    text = printable("  ".join(parts))
    if isinstance(fields.get("exception"), str):
        text = "\n    ".join((text, *map(printable, fields["exception"].split("\n"))))
    level, trace_id = printable(str(fields.get("level", "INFO"))), fields.get("trace_id")
    return Entry(_time(fields.get("timestamp"), now), source, level, text, trace_id)


def printable(text: str) -> str:
    """The text in one line without control characters, which are written as Python writes them."""
    return "".join(character if character.isprintable() else repr(character)[1:-1] for character in text)


def measured(fields: dict[str, Any]) -> dict[str, Any]:
    """What a line in CloudWatch's embedded metric format measures, by name; each value is a list of one."""
    named = [metric["Name"] for group in fields["_aws"]["CloudWatchMetrics"] for metric in group["Metrics"]]
    return {name: fields.get(name) for name in named}


def _value(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _time(timestamp: Any, now: datetime) -> datetime:
    try:
        return datetime.strptime(timestamp, "%Y-%m-%d %H:%M:%S,%f%z")
    except (TypeError, ValueError):
        return now


class Logs:
    """The log files of one cloud, in `folder`. `echo` is called with each entry, from the cloud's own thread."""

    def __init__(self, folder: Path, echo: Callable[[Entry], None] | None = None) -> None:
        self._folder = folder
        self._echo = echo
        self._loggers: dict[str, logging.Logger] = {}
        self.board = Board()
        folder.mkdir(parents=True, exist_ok=True)
        self._events = self._open(EVENTS, EVENTS, EVENTS_BYTES)

    def line(self, source: str, line: str) -> None:
        """One line a function wrote."""
        if line.strip():
            self.board.read(line)
            self._write(read_line(source, line, datetime.now(UTC)))

    def say(self, source: str, text: str, level: str = "INFO", trace_id: str | None = None) -> None:
        """Something the cloud itself has to say."""
        shown = "\n    ".join(map(printable, text.split("\n")))
        self._write(Entry(datetime.now(UTC), source, level, shown, trace_id))

    def close(self) -> None:
        for logger in self._loggers.values():
            for handler in logger.handlers:
                handler.close()

    def _write(self, entry: Entry) -> None:
        logger = self._loggers.get(entry.source) or self._open(entry.source, f"{entry.source}.log", FILE_BYTES)
        logger.info("%s", entry)
        self._events.info("%s", entry.as_json())
        if self._echo is not None:
            self._echo(entry)

    def _open(self, source: str, name: str, size: int) -> logging.Logger:
        # Not in logging's global tree: two clouds in one process keep apart, and nobody else's handlers see this.
        logger = logging.Logger(source)
        logger.addHandler(RotatingFileHandler(self._folder / name, maxBytes=size, backupCount=1, encoding="utf-8"))
        self._loggers[source] = logger
        return logger
