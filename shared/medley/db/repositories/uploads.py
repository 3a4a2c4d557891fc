"""Uploaded files in PostgreSQL: the same for clips and assets, each in a table of their own."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Select,
    Table,
    Uuid,
    and_,
    case,
    cast,
    func,
    insert,
    literal,
    null,
    select,
    true,
    update,
)
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from medley.contracts.keys import AssetKey, UploadedKey, UploadKey
from medley.db.clock import ago, from_now
from medley.db.repositories import stored
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

    @property
    def row(self) -> ReadOnlyColumnCollection[str, Any]:
        """The table's columns."""
        return self._table.c

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
        return self.settle(user_id, upload_id, state=UploadState.REJECTED, **stored.why(code, message))

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
        copy = self._table.alias("copy")
        shown = select(copy.c.id).where(copy.c.source_id == row.id, copy.c.objects_removed_at.is_(None)).exists()
        over = func.coalesce(row.restorable_until, row.deleted_at) <= func.now()
        left = (row.state == UploadState.DELETED, row.objects_removed_at.is_(None))
        return self._keys(after, limit, *left, row.deleted_at < ago(UPLOAD_URL_S), over, ~in_use, ~shown)

    def delete(self, where: ColumnElement[bool], kept_s: int) -> frozenset[UUID]:
        """Delete rows that can be restored for so many seconds; returns which."""
        row = self._table.c
        gone = {"state": UploadState.DELETED, "deleted_at": func.now(), "restorable_until": from_now(kept_s)}
        change = update(self._table).where(where, row.state != UploadState.DELETED).values(gone)
        return frozenset(self._connection.execute(change.returning(row.id)).scalars())

    def restore(self, where: ColumnElement[bool]) -> frozenset[UUID]:
        """deleted -> what the row was before, where that is still possible; returns which."""
        row = self._table.c
        before = case(
            (row.facts.is_not(None), UploadState.READY),
            (row.code.is_not(None), UploadState.REJECTED),
            else_=UploadState.EXPECTED,
        )
        there = {"state": before, "deleted_at": null(), "restorable_until": null(), "looked_at": null()}
        change = update(self._table).where(where, self.restorable).values(there)
        return frozenset(self._connection.execute(change.returning(row.id)).scalars())

    @property
    def restorable(self) -> ColumnElement[bool]:
        """Whether a row is deleted and can be restored."""
        row = self._table.c
        return and_(row.state == UploadState.DELETED, row.restorable_until > func.now())

    def stored_bytes(self, user_id: UUID) -> int:
        """What a user's files come to, with those that can be restored."""
        row = self._table.c
        kept = row.state != UploadState.DELETED
        counted = (
            row.user_id == user_id,
            kept | row.objects_removed_at.is_(None),
            kept | (row.restorable_until > func.now()),
        )
        total = select(func.coalesce(func.sum(row.size_bytes), 0)).where(*counted)
        return int(self._connection.execute(total).scalar_one())

    def copy(self, ids: Mapping[UUID, UUID], project_id: UUID) -> None:
        """Show these rows in another project too, each under the id it is mapped to."""
        row = self._table.c
        own = {"id", "project_id", "source_id", "source_project_id", "created_at", "upload_id"}
        kept = [column for column in row if column.name not in own]
        pairs = func.unnest(cast(list(ids), ARRAY(Uuid)), cast(list(ids.values()), ARRAY(Uuid)))
        new = pairs.table_valued("old", "new", joins_implicitly=True).render_derived()
        source = select(
            new.c.new,
            literal(project_id, Uuid),
            func.coalesce(row.source_id, row.id),
            func.coalesce(row.source_project_id, row.project_id),
            *kept,
        ).where(row.id == new.c.old)
        names = ["id", "project_id", "source_id", "source_project_id", *(column.name for column in kept)]
        self._connection.execute(insert(self._table).from_select(names, source))

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
