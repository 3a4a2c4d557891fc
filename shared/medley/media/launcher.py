"""The first program of every child process: limit yourself, then become the real one.

Run as `python -I -S launcher.py PARENT_PID LIMITS -- PROGRAM ARG...` by `medley.media.sandbox`, where LIMITS is
`memory:cpu:file:files`. Doing this in a program of its own, rather than between fork and exec in the parent,
is safe in a parent with threads and costs about 15 ms. It imports nothing of Medley.
"""

import ctypes
import os
import resource
import signal
import sys

PR_SET_PDEATHSIG = 1
PR_SET_NO_NEW_PRIVS = 38


def limit(name: int, value: int) -> None:
    """Lower one limit, soft and hard; never raises one the parent already set lower."""
    hard = resource.getrlimit(name)[1]
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(name, (value, value))


def main(arguments: list[str]) -> None:
    parent, limits, separator, *program = arguments
    if separator != "--" or not program:
        raise SystemExit("usage: launcher.py PARENT_PID MEMORY:CPU:FILE:FILES -- PROGRAM ARG...")
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if os.getppid() != int(parent):  # it died before the line above: nobody would ever stop us
        raise SystemExit("the parent is gone")
    memory, cpu, file, files = (int(value) for value in limits.split(":"))
    limit(resource.RLIMIT_AS, memory)
    limit(resource.RLIMIT_CPU, cpu)
    limit(resource.RLIMIT_FSIZE, file)
    limit(resource.RLIMIT_NOFILE, files)
    limit(resource.RLIMIT_CORE, 0)
    os.execv(program[0], program)  # noqa: S606 - an argv list of our own making, no shell


if __name__ == "__main__":
    main(sys.argv[1:])
