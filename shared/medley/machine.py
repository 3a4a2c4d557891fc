"""Machine: limits of the one we run on, which are nobody's fault and may be other ones later."""

import errno
from functools import partial
from typing import Final

from medley.errors import Unavailable

_FILES: Final = partial(Unavailable, "This machine allows no more open files.", code="too_many_files")
_LIMITS: Final = {
    errno.ENOSPC: partial(Unavailable, "The disk is full.", code="disk_full"),
    errno.EDQUOT: partial(Unavailable, "The quota of the disk is used up.", code="disk_full"),
    errno.EFBIG: partial(Unavailable, "This machine allows no file of that size.", code="file_limit"),
    errno.EMFILE: _FILES,
    errno.ENFILE: _FILES,
    errno.ENOMEM: partial(Unavailable, "This machine has too little memory for it.", code="out_of_memory"),
    errno.EAGAIN: partial(Unavailable, "This machine allows no more processes or threads.", code="too_many_processes"),
}


def short_of_memory() -> Unavailable:
    """The error of what a machine ended since it was short of memory."""
    return _LIMITS[errno.ENOMEM]()


def limit_reached(number: int | None) -> Unavailable | None:
    """The error of a call that failed with this errno, if it failed at a limit of the machine."""
    found = _LIMITS.get(number or 0)
    return None if found is None else found()
