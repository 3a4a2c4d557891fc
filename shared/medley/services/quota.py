"""Quota of stored bytes: what the files of one user may come to.

A deleted file counts while it can be restored. One that is deleted for good ceases to count at once, so that there is
room for another; its object is removed an hour later, or when no generation uses it any more. Meanwhile more may be
stored than the quota says, and why that is so is in docs/decisions/what-counts-as-stored.md.
"""

from dataclasses import dataclass
from uuid import UUID

from medley.errors import Conflict
from medley.limits import PROJECTS_PER_USER, STORED_BYTES
from medley.ports.database import UnitOfWork

_GIB = 1024**3


@dataclass(frozen=True)
class Usage:
    """What a user has of what is limited."""

    stored_bytes: int
    projects: int


def usage(uow: UnitOfWork, user_id: UUID) -> Usage:
    """What is used now; `limits.STORED_BYTES` and `limits.PROJECTS_PER_USER` are the most."""
    return Usage(uow.library.stored_bytes(user_id), uow.library.count_projects(user_id))


def require_bytes(uow: UnitOfWork, user_id: UUID, size_bytes: int) -> None:
    """See that there is room for so many bytes more; until the transaction ends, nobody else takes it.

    Raises:
        Conflict: code `storage_full`.
    """
    uow.library.lock_owner(user_id)
    used = uow.library.stored_bytes(user_id)
    if used + size_bytes > STORED_BYTES:
        raise storage_full(used, size_bytes)


def storage_full(used: int, size: int) -> Conflict:
    """What is answered where `size` bytes more would be too many."""
    return Conflict(
        f"Your files may come to {STORED_BYTES // _GIB} GiB, and there is no room for this one. Delete some for good: "
        "a deleted file counts while it can be restored.",
        code="storage_full",
        limit=STORED_BYTES,
        used=used,
        size=size,
    )


def require_project(uow: UnitOfWork, user_id: UUID) -> None:
    """See that there is room for a project more; until the transaction ends, nobody else takes it.

    Raises:
        Conflict: code `too_many_projects`.
    """
    uow.library.lock_owner(user_id)
    if uow.library.count_projects(user_id) >= PROJECTS_PER_USER:
        raise Conflict("Delete a project first.", code="too_many_projects", limit=PROJECTS_PER_USER)
