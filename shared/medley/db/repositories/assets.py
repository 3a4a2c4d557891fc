"""Assets in PostgreSQL."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, and_, func, select
from sqlalchemy.dialects.postgresql import insert

from medley.contracts.assets import AssetFacts
from medley.contracts.keys import AssetKey
from medley.db.repositories import stored
from medley.db.repositories.uploads import UploadsRepository
from medley.db.tables import assets, generations
from medley.domain.assets import Asset, AssetKind, AssetUpload
from medley.domain.projects import Project
from medley.domain.uploads import UploadState

_ASSET = tuple(column for column in assets.c if column.name not in {"objects_removed_at", "looked_at", "faults"})
_KEPT = assets.c.state != UploadState.DELETED


class AssetsRepository:
    """The assets of Library (ports.assets)."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def asset_uploads(self) -> UploadsRepository:
        return UploadsRepository(self._connection, assets, AssetKey, generations.c.asset_ids)

    def add_asset(self, asset_id: UUID, project: Project, upload: AssetUpload) -> Asset:
        statement = (
            insert(assets)
            .values(
                id=asset_id,
                user_id=project.user_id,
                project_id=project.id,
                kind=upload.kind,
                name=upload.name,
                content_type=upload.content_type,
                size_bytes=upload.size_bytes,
            )
            .returning(*_ASSET)
        )
        return _asset(self._connection.execute(statement).one())

    def count_assets(self, project_id: UUID) -> int:
        statement = select(func.count()).where(assets.c.project_id == project_id, _KEPT)
        return self._connection.execute(statement).scalar_one()

    def assets(self, project_id: UUID, *, after: UUID | None, limit: int) -> Sequence[Asset]:
        return self._asset_page(after, limit, assets.c.project_id == project_id, _KEPT)

    def _asset_page(self, after: UUID | None, limit: int, *where: ColumnElement[bool]) -> Sequence[Asset]:
        statement = select(*_ASSET).where(*where).order_by(assets.c.id).limit(limit)  # version 7 ids: by time
        if after is not None:
            statement = statement.where(assets.c.id > after)
        return [_asset(row) for row in self._connection.execute(statement)]

    def asset(self, user_id: UUID, asset_id: UUID) -> Asset | None:
        statement = select(*_ASSET).where(assets.c.id == asset_id, assets.c.user_id == user_id, _KEPT)
        row = self._connection.execute(statement).one_or_none()
        return _asset(row) if row else None

    def delete_assets(self, user_id: UUID, asset_ids: Collection[UUID], *, kept_s: int = 0) -> frozenset[UUID]:
        return self.asset_uploads.delete(and_(assets.c.id.in_(asset_ids), assets.c.user_id == user_id), kept_s)

    def restore_assets(self, project_id: UUID, asset_ids: Collection[UUID]) -> frozenset[UUID]:
        return self.asset_uploads.restore(and_(assets.c.id.in_(asset_ids), assets.c.project_id == project_id))

    def deleted_assets(self, project_id: UUID, *, after: UUID | None, limit: int) -> Sequence[Asset]:
        return self._asset_page(after, limit, assets.c.project_id == project_id, self.asset_uploads.restorable)

    def accept_asset(self, user_id: UUID, asset_id: UUID, facts: AssetFacts) -> UUID | None:
        return self.asset_uploads.settle(
            user_id,
            asset_id,
            assets.c.kind == facts.kind,
            state=UploadState.READY,
            facts=facts.model_dump(mode="json"),
            sha256=facts.sha256,
        )


def _asset(row: Row[Any]) -> Asset:
    return Asset(**{**stored.said(row._mapping), "kind": AssetKind(row.kind), "state": UploadState(row.state)})
