"""Disk: files that are whole or as they were before, whatever moment the process or the machine stops at.

And what is said of a disk on which nothing can be written.
"""

import errno
import os
import shutil
import uuid
from pathlib import Path
from typing import Final

FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_NO_ROOM_BYTES: Final = 1024**2  # with less left, no program gets far


def write_whole(path: Path, text: str, *, durable: bool, mode: int = 0o666) -> None:
    """Write a file; who reads it sees the old one or the new one. If durable, that holds after a power cut too."""
    new = path.with_name(f"{path.name}.{uuid.uuid4().hex}")
    try:
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as file:  # noqa: PTH123 - with a mode
            file.write(text)
            file.flush()
            if durable:
                os.fsync(file.fileno())
        new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
    if durable:
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Put the names in a folder on the disk: a file that is there under no name is lost."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def is_full(folder: Path, log: str = "") -> bool:
    """True if the disk of `folder` has no room, or a program that failed says so in its log, in the C locale."""
    return any(os.strerror(number) in log for number in FULL) or shutil.disk_usage(folder).free < _NO_ROOM_BYTES


def no_room(folder: Path) -> str:
    """What is said to a person then."""
    return f"The disk is full: there is no room in {folder}. What is stored is not harmed; make room and start again."


def unusable(folder: Path, error: OSError) -> str:
    """What is said to a person of a folder that could not be read or written."""
    if error.errno in FULL:
        return no_room(folder)
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return f"{folder} cannot be written ({error.strerror}). Let this user write there, or name another with --data."
    return f"{error.filename or folder} cannot be used: {error.strerror}."
