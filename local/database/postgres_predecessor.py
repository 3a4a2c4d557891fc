"""Predecessor of a PostgreSQL server: one over the same data directory, whose parent was killed."""

import time
from pathlib import Path
from typing import Final

PATIENCE_S: Final = 20.0
_PROC: Final = Path("/proc")


def let_predecessor_end(data: Path) -> bool:
    """Let it finish shutting down, then remove the file that says it runs; False if it stays.

    PostgreSQL would take that file at its word if the process id in it were in use again, by whatever program.
    Removing it is safe only when no process of the old server is left: each has the data directory as its own
    working directory.
    """
    if not _PROC.exists():
        return True  # PostgreSQL's own check has to do
    deadline = time.monotonic() + PATIENCE_S
    while _is_served(data.resolve()):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    (data / "postmaster.pid").unlink(missing_ok=True)
    return True


def _is_served(data: Path) -> bool:
    for link in _PROC.glob("[0-9]*/cwd"):
        try:
            if link.readlink() == data:
                return True
        except OSError:  # gone meanwhile, or another user's
            continue
    return False
