"""Repository of accounts that are deleted: what goes at once, and what goes when the bucket is empty of them."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID


class Erasure(Protocol):
    def erase(self, user_id: UUID) -> Sequence[str]:
        """Empty a user's row of what says who they were, delete their projects, and forget their sessions, devices,
        links and answers. Ids stay, for the books name them. Returns their open connections, to be closed."""
        ...

    def running(self, user_id: UUID) -> Sequence[UUID]:
        """Their generations that have not ended."""
        ...

    def erased(self, older_than_s: int, *, after: UUID | None, limit: int) -> Sequence[UUID]:
        """Users deleted so long ago of whom something may be in the bucket, by id, after `after`."""
        ...

    def scrub(self, user_id: UUID) -> None:
        """Nothing is in the bucket any more: empty the rest of what they wrote, and note that it is done."""
        ...
