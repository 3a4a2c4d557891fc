"""Board: what the functions have counted since the cloud started, read from the lines CloudWatch reads (EMF)."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_SECONDS = "_s"  # ends the name of what is measured anew each time; all else is added up


@dataclass(frozen=True, order=True)
class Reading:
    """One metric of one service: the sum of all values, or for a time the last; `largest` is that of all."""

    name: str
    service: str
    value: float
    largest: float


class Board:
    """Readings by metric and service; written and read from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._readings: dict[tuple[str, str], Reading] = {}

    def read(self, line: str) -> None:
        """Take in one line of a function's log, if it measures anything."""
        if '"_aws"' not in line:
            return
        try:
            found = list(_measured(json.loads(line)))
        except (ValueError, KeyError, TypeError):  # a line that only looks like one
            return
        for name, service, value in found:
            self._add(name, service, value)

    def readings(self) -> list[Reading]:
        """All, by name and service."""
        with self._lock:
            return sorted(self._readings.values())

    def _add(self, name: str, service: str, value: float) -> None:
        with self._lock:
            before = self._readings.get((name, service))
            added = value if before is None or name.endswith(_SECONDS) else before.value + value
            largest = value if before is None else max(before.largest, value)
            self._readings[name, service] = Reading(name, service, added, largest)


def _measured(fields: dict[str, Any]) -> Iterator[tuple[str, str, float]]:
    for group in fields["_aws"]["CloudWatchMetrics"]:
        for metric in group["Metrics"]:
            values = fields[metric["Name"]]
            for value in values if isinstance(values, list) else [values]:
                yield metric["Name"], str(fields.get("service", "")), float(value)
