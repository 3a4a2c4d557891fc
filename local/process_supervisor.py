"""Supervisor of one command: once whoever holds its pipe is gone, nothing the command started is left.

    python -I -S local/process_supervisor.py COMMAND [ARGUMENT ...]

The pipe is standard input: whoever starts this program keeps the writing end of a pipe and never writes to it.
The operating system closes that end when the holder dies, however it dies (`kill -9` too), and this program then
kills every process below it. It does the same when the command ends, so a worker that was killed leaves no FFmpeg
behind. On Linux it adopts orphans (PR_SET_CHILD_SUBREAPER), so a grandchild in a session of its own is found too;
elsewhere it reaches the command's process group.

Exit status: the command's own, 128 + n if signal n ended it, 137 when the pipe was closed.
Standard library only, and little of it: this starts once per worker process.
"""

import os
import select
import signal
import sys
from pathlib import Path

_SET_PARENT_DEATH_SIGNAL = 1  # prctl(2), Linux
_SET_CHILD_SUBREAPER = 36
_KILLED = 128 + signal.SIGKILL


def main(command: list[str]) -> int:
    if sys.platform == "linux":
        _prctl(_SET_CHILD_SUBREAPER, 1)
    woken, wake = os.pipe()
    os.set_blocking(woken, False)
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake)
    for number in (signal.SIGCHLD, signal.SIGTERM):
        signal.signal(number, _do_nothing)  # the byte in the wake-up pipe is the message
    command_pid = _start(command)
    status = _watch(command_pid, woken)
    _kill_everything(command_pid)
    return status


def _do_nothing(_number: int, _frame: object) -> None:
    """A handler, so that the signal interrupts `poll` instead of being ignored."""


def _start(command: list[str]) -> int:
    pid = os.fork()
    if pid:
        return pid
    try:
        os.setpgid(0, 0)
        if sys.platform == "linux":
            _prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.execvp(command[0], command)  # noqa: S606 - an argv list of the supervisor's making, no shell
    except OSError as error:
        sys.stderr.write(f"cannot start {command[0]}: {error}\n")
    os._exit(127)


def _watch(command_pid: int, woken: int) -> int:
    """Wait until the command ends or the pipe is closed; returns the exit status to report."""
    poller = select.poll()
    poller.register(0, select.POLLIN | select.POLLHUP)
    poller.register(woken, select.POLLIN)
    while True:
        status = _reap(command_pid)
        if status is not None:
            return status
        for descriptor, _ in poller.poll():
            if descriptor == woken and signal.SIGTERM not in os.read(woken, 512):
                continue
            return _KILLED


def _reap(command_pid: int) -> int | None:
    """Collect every child that ended, adopted ones included; the command's status if it is among them."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return None
        if pid == 0:
            return None
        if pid == command_pid:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code


def _kill_everything(command_pid: int) -> None:
    """Kill children until there are none: each that dies hands its own children over to us."""
    while True:
        for pid in _children() or [-command_pid]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def _children() -> list[int]:
    try:
        return [int(pid) for pid in Path("/proc/thread-self/children").read_text().split()]
    except FileNotFoundError:  # not Linux
        return []


def _prctl(option: int, value: int) -> None:
    import ctypes  # ~10 ms that other systems need not pay

    ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
