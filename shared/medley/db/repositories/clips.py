"""Clips in PostgreSQL."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from medley.contracts.facts import ClipAccepted
from medley.contracts.keys import UploadKey
from medley.db.repositories.uploads import UploadsRepository
from medley.db.tables import clips, generations, group_clips
from medley.domain.projects import Clip, Project, Upload
from medley.domain.uploads import UploadState

_COLUMNS = tuple(column for column in clips.c if column.name not in {"objects_removed_at", "looked_at", "faults"})
_FIRST = clips.alias("first")
_SAME_CONTENT = (
    select(_FIRST.c.id)
    .where(
        _FIRST.c.project_id == clips.c.project_id,
        _FIRST.c.sha256 == clips.c.sha256,
        _FIRST.c.state == UploadState.READY,
        _FIRST.c.position < clips.c.position,
    )
    .order_by(_FIRST.c.position)
    .limit(1)
    .scalar_subquery()
    .label("duplicate_of")
)
_CLIP = (*_COLUMNS, _SAME_CONTENT)
_KEPT = clips.c.state != UploadState.DELETED


class ClipsRepository:
    """The clips of Library (ports.library)."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def clip_uploads(self) -> UploadsRepository:
        return UploadsRepository(self._connection, clips, UploadKey, generations.c.clip_ids)

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
            .returning(*_COLUMNS)
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
            .where(clips.c.id == clip_id, clips.c.state == UploadState.EXPECTED, clips.c.upload_id.is_(None))
            .values(upload_id=upload_id)
        )
        return self._connection.execute(statement).rowcount == 1

    def delete_clip(self, user_id: UUID, clip_id: UUID) -> bool:
        statement = (
            update(clips)
            .where(clips.c.id == clip_id, clips.c.user_id == user_id, _KEPT)
            .values(state=UploadState.DELETED, deleted_at=func.now())
        )
        if self._connection.execute(statement).rowcount == 0:
            return False
        self._connection.execute(delete(group_clips).where(group_clips.c.clip_id == clip_id))
        return True

    def accept_clip(self, fact: ClipAccepted) -> UUID | None:
        return self.clip_uploads.settle(
            fact.owner_id,
            fact.clip_id,
            state=UploadState.READY,
            facts=fact.facts.model_dump(mode="json"),
            sha256=fact.facts.sha256,
            poster_key=fact.poster_key,
            filmstrip_key=fact.filmstrip_key,
            waveform_key=fact.waveform_key,
        )


def _clip(row: Row[Any]) -> Clip:
    return Clip(**{**row._mapping, "state": UploadState(row.state)})
