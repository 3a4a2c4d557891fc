"""Logs: what the functions write, as lines a person can read: one file per function and, if wanted, an echo.

Powertools writes one JSON object per line. Here it becomes `12:30:01.250 render   INFO  Segment made  frames=84`.
Anything else a process writes is shown as it is.
"""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

FILE_BYTES = 5 * 1024**2  # per function; one older file is kept
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
    )
)


@dataclass(frozen=True)
class Entry:
    """One line of a log. `source` is the function, or the part of the cloud, that says it."""

    at: datetime
    source: str
    level: str
    text: str

    def __str__(self) -> str:
        at = self.at.astimezone().strftime("%H:%M:%S.%f")[:-3]
        return f"{at} {self.source:{_SOURCE_WIDTH}} {self.level:7} {self.text}"


def read_line(source: str, line: str, now: datetime) -> Entry:
    """One line of a function's output; `now` is used where the line does not say when it was written."""
    try:
        fields = json.loads(line)
    except ValueError:
        fields = None
    if isinstance(fields, dict) and "_aws" in fields:
        return Entry(now, source, "DEBUG", f"metrics  {_metrics(fields)}")
    if not isinstance(fields, dict) or "message" not in fields:
        # awslambdaric joins the lines of a traceback with carriage returns and indents with no-break spaces
        text = line.replace("\r", "\n    ").replace("\u00a0", " ")
        return Entry(now, source, "ERROR" if line.startswith("[ERROR]") else "INFO", text)
    message = fields["message"]
    parts = [message if isinstance(message, str) else json.dumps(message, ensure_ascii=False)]
    parts += [f"{name}={_value(value)}" for name, value in fields.items() if name not in _NOISE and value is not None]
    text = "  ".join(parts)
    if isinstance(fields.get("exception"), str):
        text += "\n    " + fields["exception"].replace("\n", "\n    ")
    return Entry(_time(fields.get("timestamp"), now), source, str(fields.get("level", "INFO")), text)


def _metrics(fields: dict[str, Any]) -> str:
    """What a line in CloudWatch's embedded metric format measures; each value is a list of one."""
    named = [metric["Name"] for group in fields["_aws"]["CloudWatchMetrics"] for metric in group["Metrics"]]
    return "  ".join(f"{name}={_value(fields.get(name))}" for name in named)


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
        folder.mkdir(parents=True, exist_ok=True)

    def line(self, source: str, line: str) -> None:
        """One line a function wrote."""
        if line.strip():
            self._write(read_line(source, line, datetime.now(UTC)))

    def say(self, source: str, text: str, level: str = "INFO") -> None:
        """Something the cloud itself has to say."""
        self._write(Entry(datetime.now(UTC), source, level, text))

    def close(self) -> None:
        for logger in self._loggers.values():
            for handler in logger.handlers:
                handler.close()

    def _write(self, entry: Entry) -> None:
        logger = self._loggers.get(entry.source) or self._open(entry.source)
        logger.info("%s", entry)
        if self._echo is not None:
            self._echo(entry)

    def _open(self, source: str) -> logging.Logger:
        # Not in logging's global tree: two clouds in one process keep apart, and nobody else's handlers see this.
        logger = logging.Logger(source)
        logger.addHandler(
            RotatingFileHandler(self._folder / f"{source}.log", maxBytes=FILE_BYTES, backupCount=1, encoding="utf-8")
        )
        self._loggers[source] = logger
        return logger
