"""What becomes of uploaded files in PostgreSQL: the same for clips and assets, each in a table of their own."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, Table, func, select, true, update

from medley.contracts.keys import AssetKey, UploadedKey, UploadKey
from medley.db.clock import ago
from medley.db.tables import generations
from medley.domain.generations import GenerationState
from medley.domain.uploads import UploadState
from medley.limits import UPLOAD_LOOK_MAX_S, UPLOAD_URL_S


class UploadsRepository:
    """Uploads (ports.uploads) of one table; `used` are the ids of its rows that a generation was planned with."""

    def __init__(
        self, connection: Connection, table: Table, key: type[UploadKey | AssetKey], used: ColumnElement[Any]
    ) -> None:
        self._connection = connection
        self._table = table
        self._key = key
        self._used = used

    def settle(self, user_id: UUID, upload_id: UUID, *where: ColumnElement[bool], **values: object) -> UUID | None:
        """expected -> whatever `values` say, if `where` is true too. Returns the project's id, or None."""
        row = self._table.c
        statement = (
            update(self._table)
            .where(row.id == upload_id, row.user_id == user_id, row.state == UploadState.EXPECTED, *where)
            .values(settled_at=func.now(), **values)
            .returning(row.project_id)
        )
        return self._connection.execute(statement).scalar_one_or_none()

    def reject(self, user_id: UUID, upload_id: UUID, code: str, message: str) -> UUID | None:
        return self.settle(user_id, upload_id, state=UploadState.REJECTED, code=code, message=message)

    def died(self, user_id: UUID, upload_id: UUID) -> int | None:
        row = self._table.c
        mine = (row.id == upload_id, row.user_id == user_id, row.state == UploadState.EXPECTED)
        change = update(self._table).where(*mine).values(faults=row.faults + 1, looked_at=None)
        return self._connection.execute(change.returning(row.faults)).scalar_one_or_none()

    def expected(self, unseen_s: int | None, after: UUID | None, limit: int) -> Sequence[UploadedKey]:
        due = true() if unseen_s is None else self._due(timedelta(seconds=unseen_s))
        return self._keys(after, limit, self._table.c.state == UploadState.EXPECTED, due)

    def _due(self, first: timedelta) -> ColumnElement[bool]:
        row = self._table.c
        looked_at = func.coalesce(row.looked_at, row.created_at)
        longest = timedelta(seconds=UPLOAD_LOOK_MAX_S)
        wait = func.greatest(first, func.least(looked_at - row.created_at, longest))
        due: ColumnElement[bool] = looked_at + wait <= func.now()
        return due

    def looked_at(self, upload_ids: Sequence[UUID]) -> None:
        mine = self._table.c.id.in_(upload_ids)
        self._connection.execute(update(self._table).where(mine).values(looked_at=func.now()))

    def overdue(self, upload_ids: Sequence[UUID], older_than_s: int) -> frozenset[UUID]:
        row = self._table.c
        found = select(row.id).where(
            row.id.in_(upload_ids), row.state == UploadState.EXPECTED, row.created_at < ago(older_than_s)
        )
        return frozenset(self._connection.execute(found).scalars())

    def deleted(self, after: UUID | None, limit: int) -> Sequence[UploadedKey]:
        row = self._table.c
        in_use = (
            select(generations.c.id)
            .where(
                generations.c.state == GenerationState.RUNNING,
                generations.c.user_id == row.user_id,
                row.id == func.any(self._used),
            )
            .exists()
        )
        settled = row.deleted_at < ago(UPLOAD_URL_S)
        return self._keys(
            after, limit, row.state == UploadState.DELETED, settled, row.objects_removed_at.is_(None), ~in_use
        )

    def objects_removed(self, upload_ids: Sequence[UUID]) -> None:
        row = self._table.c
        gone = (row.id.in_(upload_ids), row.state == UploadState.DELETED)
        self._connection.execute(update(self._table).where(*gone).values(objects_removed_at=func.now()))

    def _keys(self, after: UUID | None, limit: int, *where: ColumnElement[bool]) -> Sequence[UploadedKey]:
        row = self._table.c
        page: Select[Any] = select(row.user_id, row.project_id, row.id).where(*where).order_by(row.id).limit(limit)
        if after is not None:
            page = page.where(row.id > after)
        return [self._key(*found) for found in self._connection.execute(page)]
