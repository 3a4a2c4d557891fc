"""Waiting for what must happen, and looking at processes."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def wait_until(condition: Callable[[], bool], timeout_s: float = 90) -> None:
    """Wait for something that must happen; the time-out is only there to fail instead of hanging."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("It did not happen.")
        time.sleep(0.02)


def is_running(pid: int) -> bool:
    """True for a process that exists and is not a zombie waiting to be collected."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def json_lines(path: Path) -> list[Any]:
    """What another process has written so far, a document a line; not the line that it is writing."""
    lines = path.read_text().splitlines(keepends=True) if path.exists() else []
    return [json.loads(line) for line in lines if line.endswith("\n")]
