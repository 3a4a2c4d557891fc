"""Scratch: what the processes of all functions keep on the disk of this machine, within bounds.

In Lambda each process has a /tmp of its own. Here they share one disk: what all of them downloaded for later tasks
comes to DOWNLOAD_CACHE_BYTES together, and a process that writes more to its own /tmp than its row says is ended, where
Lambda would have no room for it. What a process leaves goes when it ends, however that is; what a whole cloud left,
when the next takes its directory.
"""

import asyncio
import contextlib
import os
from collections.abc import Collection
from pathlib import Path
from typing import Final

from local.compute.functions import Function
from medley.limits import DOWNLOAD_CACHE_BYTES
from medley.runtime.download_cache import FOLDER

LOOK_S: Final = 10.0
_MIB: Final = 1024**2


async def keep_within(scratch: Path, functions: Collection[Function]) -> None:
    """Look after the folder of all functions, for as long as the cloud runs."""
    while True:
        await asyncio.sleep(LOOK_S)
        await asyncio.to_thread(remove_unused, scratch / FOLDER, DOWNLOAD_CACHE_BYTES)
        for function in functions:
            await end_overfull(function)


def remove_unused(downloads: Path, budget_bytes: int) -> None:
    """Remove the files below that were used longest ago, whosever they are, until all come to `budget_bytes`.

    One that a task is using counts and stays: the task has a link to it of its own, so removing this one frees nothing.
    """
    total, unused = 0, []
    for path in downloads.glob("*/*"):
        with contextlib.suppress(OSError):  # its function removed it
            status = path.stat()
            total += status.st_size
            if status.st_nlink == 1:
                unused.append((status.st_mtime, status.st_size, path))
    for _, size, path in sorted(unused):
        if total <= budget_bytes:
            break
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
            total -= size


async def end_overfull(function: Function) -> None:
    """End the processes of a function whose own /tmp holds more than its row says."""
    most = function.row.storage_mib * _MIB
    for process in function.processes:
        if await asyncio.to_thread(stored_bytes, process.tmp) > most:
            process.say(f"Its /tmp holds more than {function.row.storage_mib} MiB; the process is ended.")
            await process.stop()


def stored_bytes(folder: Path) -> int:
    """What the files below come to on the disk; not what is behind links to other folders."""
    total = 0
    for where, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):  # removed meanwhile
                total += os.lstat(f"{where}/{name}").st_blocks * 512
    return total
