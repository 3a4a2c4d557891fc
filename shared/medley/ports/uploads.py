"""Repository of uploaded files, clips or assets: what ingest settles and sweep looks after."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from medley.contracts.keys import UploadedKey


class Uploads(Protocol):
    def reject(self, user_id: UUID, upload_id: UUID, code: str, message: str) -> UUID | None:
        """expected -> rejected. Returns the project's id, or None if the file was not `expected` any more."""
        ...

    def died(self, user_id: UUID, upload_id: UUID) -> int | None:
        """Ingest did not survive a file: one fault more, and its object is due for a look at once. Returns its faults,
        or None if it was not `expected` any more."""
        ...

    def expected(self, unseen_s: int | None, after: UUID | None, limit: int) -> Sequence[UploadedKey]:
        """Files still `expected` that are due for a look, by id, after `after`; all of them if `unseen_s` is None.

        The first look is due `unseen_s` after a file was asked for. Each further wait is as long as all before it
        together, UPLOAD_LOOK_MAX_S at most: a file whose message merely waits is not announced over and over.
        """
        ...

    def looked_at(self, upload_ids: Sequence[UUID]) -> None:
        """Note that these files' objects were looked for now."""
        ...

    def overdue(self, upload_ids: Sequence[UUID], older_than_s: int) -> frozenset[UUID]:
        """Those of the files that are still `expected` so long after they were asked for."""
        ...

    def deleted(self, after: UUID | None, limit: int) -> Sequence[UploadedKey]:
        """Deleted files whose objects were not yet removed, by id, after `after`: a page of them.

        Left out are those a running generation uses, and those deleted so lately that an upload signed before may
        still arrive.
        """
        ...

    def objects_removed(self, upload_ids: Sequence[UUID]) -> None:
        """Note that nothing is left of these files in the bucket."""
        ...
