"""Limits of child processes: ours, and those of the machine that are lower, at which no file is to blame."""

import errno
import re
import resource
import signal
from collections.abc import Collection
from dataclasses import dataclass, field

from medley import limits, machine

OUT_OF_MEMORY = re.compile(r"MemoryError|Cannot allocate memory|malloc of size \d+ failed|failed to map segment")
PLAIN = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EMFILE, errno.ENFILE})
OURS_TOO = frozenset({errno.EFBIG, errno.EMFILE, errno.ENOMEM, errno.EAGAIN})  # what a limit of ours may give as well
SPENT = 0.75  # of the CPU time we allow: with more, that was what a child was killed for; kernels do not count it alike
ERRNO = re.compile(r"\[Errno (\d+)\]")


@dataclass(frozen=True)
class Limits:
    """What the kernel allows one child: address space and one file in bytes, CPU time in seconds.

    `forks`: it may start processes of its own. Nothing that reads media does.
    """

    memory_bytes: int = limits.MEDIA_MEMORY_BYTES
    cpu_s: int = limits.MEDIA_CPU_S
    file_bytes: int = limits.MEDIA_FILE_BYTES
    open_files: int = limits.MEDIA_OPEN_FILES
    forks: bool = False

    def __str__(self) -> str:
        return f"{self.memory_bytes}:{self.cpu_s}:{self.file_bytes}:{self.open_files}:{self.forks:d}"

    def narrowed(self) -> set[int]:
        """By their errnos, the limits this machine sets below what we allow: who meets one is not to blame."""
        ours = (
            (resource.RLIMIT_FSIZE, self.file_bytes, errno.EFBIG),
            (resource.RLIMIT_NOFILE, self.open_files, errno.EMFILE),
            (resource.RLIMIT_AS, self.memory_bytes, errno.ENOMEM),
        )
        hard = {kind: resource.getrlimit(kind)[1] for kind, _, _ in ours}
        return {number for kind, most, number in ours if hard[kind] != resource.RLIM_INFINITY and hard[kind] < most}


@dataclass(frozen=True)
class Finished:
    """How a child ended: its exit status (negative: the signal), the end of what it wrote to stderr, and after how
    many seconds of CPU time."""

    returncode: int
    stderr: str
    cpu_s: float = field(default=0.0, compare=False)


def require_none_met(finished: Finished, limit: Limits, *, files_fault: Collection[int] = ()) -> None:
    """Check that it was not a limit of this machine at which a child failed.

    Our own limits are not the machine's: who meets one of those asks for too much.

    Args:
        files_fault: statuses that say plainly that the file is not in order.

    Raises:
        Unavailable: the codes of `machine.limit_reached`.
    """
    if finished.returncode in files_fault:
        return
    number, narrowed = _failed_at(finished), limit.narrowed()
    if errno.ENOMEM in narrowed and number not in PLAIN:  # what is short of memory fails in many ways
        number = errno.ENOMEM
    elif number in OURS_TOO - narrowed:
        number = None
    reached = machine.limit_reached(number)
    if reached is not None:
        raise reached


def killed_from_outside(finished: Finished, limit: Limits) -> bool:
    """Whether a child was killed, and not for the CPU time we allow it: a kernel short of memory does that."""
    return finished.returncode == -signal.SIGKILL and finished.cpu_s < SPENT * limit.cpu_s


def _failed_at(finished: Finished) -> int | None:
    """The errno a child ended with: as FFmpeg's status, or in the last words of Python."""
    if OUT_OF_MEMORY.search(finished.stderr):
        return errno.ENOMEM
    found = ERRNO.findall(finished.stderr)
    return int(found[-1]) if found and finished.returncode == 1 else 256 - finished.returncode
