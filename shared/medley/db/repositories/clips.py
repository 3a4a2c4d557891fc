"""Clips in PostgreSQL."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, and_, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from medley.contracts.facts import ClipAccepted
from medley.contracts.keys import UploadKey
from medley.db.repositories import stored
from medley.db.repositories.groups import GroupsRepository
from medley.db.repositories.uploads import UploadsRepository
from medley.db.tables import clips, generations
from medley.domain.projects import Clip, Project, Upload
from medley.domain.uploads import UploadState
from medley.ports.library import Contents

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
_CONTENTS = text("""
    SELECT id, (SELECT count(*) FROM clips WHERE project_id = projects.id AND state <> 'deleted') AS clips,
           ARRAY(
               SELECT poster_key FROM clips
               WHERE project_id = projects.id AND state = 'ready' AND poster_key IS NOT NULL
               ORDER BY position LIMIT :posters
           ) AS posters
    FROM projects WHERE id = ANY(:project_ids)
""")


class ClipsRepository:
    """The clips of Library (ports.library)."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def clip_uploads(self) -> UploadsRepository:
        return UploadsRepository(self._connection, clips, UploadKey, generations.c.clip_ids)

    def contents(self, project_ids: Sequence[UUID], *, posters: int) -> Mapping[UUID, Contents]:
        rows = self._connection.execute(_CONTENTS, {"project_ids": list(project_ids), "posters": posters})
        return {row.id: Contents(row.clips, tuple(row.posters)) for row in rows}

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
        return self._clip_page(after, limit, clips.c.project_id == project_id, _KEPT)

    def _clip_page(self, after: int | None, limit: int, *where: ColumnElement[bool]) -> Sequence[Clip]:
        statement = select(*_CLIP).where(*where).order_by(clips.c.position).limit(limit)
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

    def set_upload(self, clip_id: UUID, upload_id: str, *, instead_of: str | None = None) -> bool:
        mine = (clips.c.id == clip_id, clips.c.state == UploadState.EXPECTED)
        statement = (
            update(clips).where(*mine, clips.c.upload_id.is_not_distinct_from(instead_of)).values(upload_id=upload_id)
        )
        return self._connection.execute(statement).rowcount == 1

    def delete_clips(self, user_id: UUID, clip_ids: Collection[UUID], *, kept_s: int = 0) -> frozenset[UUID]:
        mine = and_(clips.c.id.in_(clip_ids), clips.c.user_id == user_id)
        deleted = self.clip_uploads.delete(mine, kept_s)
        GroupsRepository(self._connection).ungroup(deleted)
        return deleted

    def restore_clips(self, project_id: UUID, clip_ids: Collection[UUID]) -> frozenset[UUID]:
        return self.clip_uploads.restore(and_(clips.c.id.in_(clip_ids), clips.c.project_id == project_id))

    def deleted_clips(self, project_id: UUID, *, after: int | None, limit: int) -> Sequence[Clip]:
        return self._clip_page(after, limit, clips.c.project_id == project_id, self.clip_uploads.restorable)

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
            proxy_key=fact.proxy_key,
        )


def _clip(row: Row[Any]) -> Clip:
    return Clip(**{**stored.said(row._mapping), "state": UploadState(row.state)})
