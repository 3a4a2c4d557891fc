"""Snapshots: a function that is started many times from a picture of itself, initialised once (SnapStart).

What is alike in all its copies is made before the picture: modules, the application. What must not be alike or would
not survive is made after it, on first use: connections, clients, credentials, keys, secrets. Random numbers of the
operating system differ in each copy; those of Python's own generator would not, so it is seeded anew.
"""

import random
from collections.abc import Callable


def prepare(make: Callable[[], object] | None = None) -> None:
    """Have `make` called before a picture of this process is taken, if its modules are not all there is to keep, and
    Python's random numbers differ in each copy. Does nothing where no picture is ever taken."""
    try:
        from snapshot_restore_py import register_after_restore, register_before_snapshot
    except ImportError:  # Lambda's own runtime has it
        return
    if make is not None:
        register_before_snapshot(make)
    register_after_restore(random.seed)
