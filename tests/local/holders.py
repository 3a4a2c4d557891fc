"""Processes that hold a server of ours and are killed without warning."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def killed_at_the_end(script: str, directory: Path) -> Iterator[str]:
    """Run Python code that has `directory` as its argument; gives the line it says when it is ready."""
    with subprocess.Popen([sys.executable, "-c", script, str(directory)], stdout=subprocess.PIPE, text=True) as holder:
        try:
            yield holder.stdout.readline().strip() if holder.stdout else ""
        finally:
            holder.kill()
