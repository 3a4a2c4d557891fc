"""Launcher of a child process, run between fork and exec.

    process_launcher.py PARENT_PID SIGNAL UID GID PROGRAM ARGUMENT...

Becomes the given user (-1: stays as it is), asks the kernel to send SIGNAL when the parent dies, and turns into
PROGRAM. It is a program of its own because a `preexec_fn` is not safe in a process with threads, and because
changing the user clears the request, so the order matters. See `local.processes`, its only caller.
"""

import ctypes
import os
import sys

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def main(argv: list[str]) -> None:
    parent, signal, uid, gid = (int(value) for value in argv[:4])
    program = argv[4:]
    if uid >= 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(_PR_SET_PDEATHSIG, signal, 0, 0, 0) != 0:
            error = ctypes.get_errno()
            raise OSError(error, os.strerror(error))
        if os.getppid() != parent:  # it died before the request was made
            sys.exit(1)
    os.execv(program[0], program)  # noqa: S606 - an argv of our own making, no shell


if __name__ == "__main__":
    main(sys.argv[1:])
