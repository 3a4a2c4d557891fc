"""Clips in PostgreSQL."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from medley.contracts.keys import UploadKey
from medley.contracts.media import ClipFacts
from medley.db.tables import clips, generations, group_clips
from medley.domain.generations import GenerationState
from medley.domain.projects import Clip, ClipState, Project, Upload
from medley.limits import UPLOAD_URL_S
from medley.ports.library import ClipObjects

_CLIP = tuple(column for column in clips.c if column.name not in {"objects_removed_at", "looked_at"})
_OBJECTS = select(clips.c.id, clips.c.user_id, clips.c.project_id)
_KEPT = clips.c.state != ClipState.DELETED


class ClipsRepository:
    """The clips of Library (ports.library)."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_clip(self, clip_id: UUID, project: Project, upload: Upload) -> Clip:
        last = select(func.coalesce(func.max(clips.c.position), 0)).where(clips.c.project_id == project.id)
        statement = (
            insert(clips)
            .values(
                id=clip_id,
                user_id=project.user_id,
                project_id=project.id,
                name=upload.name,
                content_type=upload.content_type,
                size_bytes=upload.size_bytes,
                part_bytes=upload.part_bytes,
                position=last.scalar_subquery() + 1,
            )
            .returning(*_CLIP)
        )
        return _clip(self._connection.execute(statement).one())

    def count_clips(self, project_id: UUID) -> int:
        statement = select(func.count()).where(clips.c.project_id == project_id, _KEPT)
        return self._connection.execute(statement).scalar_one()

    def clips(self, project_id: UUID, *, after: int | None, limit: int) -> Sequence[Clip]:
        statement = (
            select(*_CLIP).where(clips.c.project_id == project_id, _KEPT).order_by(clips.c.position).limit(limit)
        )
        if after is not None:
            statement = statement.where(clips.c.position > after)
        return [_clip(row) for row in self._connection.execute(statement)]

    def clip(self, user_id: UUID, clip_id: UUID) -> Clip | None:
        statement = select(*_CLIP).where(clips.c.id == clip_id, clips.c.user_id == user_id, _KEPT)
        row = self._connection.execute(statement).one_or_none()
        return _clip(row) if row else None

    def clip_ids(self, project_id: UUID) -> frozenset[UUID]:
        statement = select(clips.c.id).where(clips.c.project_id == project_id, _KEPT)
        return frozenset(self._connection.execute(statement).scalars())

    def set_upload(self, clip_id: UUID, upload_id: str) -> bool:
        statement = (
            update(clips)
            .where(clips.c.id == clip_id, clips.c.state == ClipState.EXPECTED, clips.c.upload_id.is_(None))
            .values(upload_id=upload_id)
        )
        return self._connection.execute(statement).rowcount == 1

    def delete_clip(self, user_id: UUID, clip_id: UUID) -> bool:
        statement = (
            update(clips)
            .where(clips.c.id == clip_id, clips.c.user_id == user_id, _KEPT)
            .values(state=ClipState.DELETED, deleted_at=func.now())
        )
        if self._connection.execute(statement).rowcount == 0:
            return False
        self._connection.execute(delete(group_clips).where(group_clips.c.clip_id == clip_id))
        return True

    def accept_clip(self, user_id: UUID, clip_id: UUID, facts: ClipFacts, poster_key: str) -> UUID | None:
        return self._settle(
            user_id,
            clip_id,
            state=ClipState.READY,
            facts=facts.model_dump(mode="json"),
            sha256=facts.sha256,
            poster_key=poster_key,
        )

    def reject_clip(self, user_id: UUID, clip_id: UUID, code: str, message: str) -> UUID | None:
        return self._settle(user_id, clip_id, state=ClipState.REJECTED, code=code, message=message)

    def expected_clips(self, unseen_s: int, after: UUID | None, limit: int) -> Sequence[ClipObjects]:
        looked_at = func.coalesce(clips.c.looked_at, clips.c.created_at)
        statement = _OBJECTS.where(
            clips.c.state == ClipState.EXPECTED, looked_at <= func.now() - timedelta(seconds=unseen_s)
        )
        return self._objects(statement, after, limit)

    def looked_at(self, clip_ids: Sequence[UUID]) -> None:
        self._connection.execute(update(clips).where(clips.c.id.in_(clip_ids)).values(looked_at=func.now()))

    def overdue_clips(self, clip_ids: Sequence[UUID], older_than_s: int) -> frozenset[UUID]:
        old = clips.c.created_at < func.now() - timedelta(seconds=older_than_s)
        found = select(clips.c.id).where(clips.c.id.in_(clip_ids), clips.c.state == ClipState.EXPECTED, old)
        return frozenset(self._connection.execute(found).scalars())

    def deleted_clips(self, after: UUID | None, limit: int) -> Sequence[ClipObjects]:
        in_use = (
            select(generations.c.id)
            .where(
                generations.c.state == GenerationState.RUNNING,
                generations.c.user_id == clips.c.user_id,
                clips.c.id == func.any(generations.c.clip_ids),
            )
            .exists()
        )
        settled = clips.c.deleted_at < func.now() - timedelta(seconds=UPLOAD_URL_S)
        statement = _OBJECTS.where(~_KEPT, settled, clips.c.objects_removed_at.is_(None), ~in_use)
        return self._objects(statement, after, limit)

    def objects_removed(self, clip_ids: Sequence[UUID]) -> None:
        self._connection.execute(
            update(clips).where(clips.c.id.in_(clip_ids), ~_KEPT).values(objects_removed_at=func.now())
        )

    def _settle(self, user_id: UUID, clip_id: UUID, **values: object) -> UUID | None:
        statement = (
            update(clips)
            .where(clips.c.id == clip_id, clips.c.user_id == user_id, clips.c.state == ClipState.EXPECTED)
            .values(settled_at=func.now(), **values)
            .returning(clips.c.project_id)
        )
        return self._connection.execute(statement).scalar_one_or_none()

    def _objects(self, statement: Select[Any], after: UUID | None, limit: int) -> Sequence[ClipObjects]:
        page = statement.order_by(clips.c.id).limit(limit)
        if after is not None:
            page = page.where(clips.c.id > after)
        return [
            ClipObjects(row.id, row.user_id, str(UploadKey(row.user_id, row.project_id, row.id)))
            for row in self._connection.execute(page)
        ]


def _clip(row: Row[Any]) -> Clip:
    return Clip(**{**row._mapping, "state": ClipState(row.state)})
