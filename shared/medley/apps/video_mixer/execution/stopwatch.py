"""Stopwatch: how long work takes, and how much of the processor."""

import resource
import time


class Stopwatch:
    """Wall and CPU time since it was made, of this process and the children it has reaped."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.monotonic(), _cpu_s()

    def read(self) -> tuple[float, float]:
        """Both in seconds."""
        return time.monotonic() - self._wall, _cpu_s() - self._cpu


def _cpu_s() -> float:
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)
