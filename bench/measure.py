"""The use a command made of the machine, from the kernel's own accounts: the process and every child it waited for."""

import os
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Used:
    """CPU and wall time in seconds; the largest resident memory any one process had, in megabytes."""

    cpu_s: float
    wall_s: float
    peak_mb: float

    def __add__(self, other: "Used") -> "Used":
        """Of two commands, one after the other."""
        return Used(self.cpu_s + other.cpu_s, self.wall_s + other.wall_s, max(self.peak_mb, other.peak_mb))


def run(command: Sequence[str]) -> Used:
    """Run a command to its end; ends the benchmark with what it said if it fails."""
    with tempfile.TemporaryFile() as said:
        began = time.perf_counter()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
        _, status, usage = os.wait4(process.pid, 0)
        wall_s = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            text = said.read()[-4_000:].decode("utf-8", "replace")
            raise SystemExit(f"{command[0]} ended with status {process.returncode}:\n{text}")
    return Used(usage.ru_utime + usage.ru_stime, wall_s, usage.ru_maxrss * 1024 / 1e6)
