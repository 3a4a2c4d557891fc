"""The library in PostgreSQL: projects, clips, groups and assets, and all of a project at once."""

from collections.abc import Callable, Container
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Table, and_, func, null, select, update

from medley.contracts.assets import AssetSource
from medley.contracts.keys import AssetKey, UploadKey
from medley.contracts.media import ClipFacts, ClipSource
from medley.db.clock import from_now
from medley.db.repositories.assets import AssetsRepository
from medley.db.repositories.clips import ClipsRepository
from medley.db.repositories.groups import GroupsRepository
from medley.db.repositories.projects import ProjectsRepository, owned_project
from medley.db.tables import assets, clips, projects
from medley.domain.projects import ClipGroup, Group, LibraryIds
from medley.domain.uploads import UploadState
from medley.errors import NotFound
from medley.ports.library import ReadyLibrary


def _source(table: Table) -> tuple[ColumnElement[UUID], ColumnElement[UUID]]:
    """Where the objects are that a row shows: its own, or those it was duplicated from."""
    row = table.c
    return (
        func.coalesce(row.source_project_id, row.project_id).label("source_project_id"),
        func.coalesce(row.source_id, row.id).label("source_id"),
    )


_SOURCE = (clips.c.id, *_source(clips), clips.c.name, clips.c.facts)


class LibraryRepository(ProjectsRepository, ClipsRepository, GroupsRepository, AssetsRepository):
    """Library (ports.library)."""

    def delete_project(self, user_id: UUID, project_id: UUID, *, kept_s: int = 0) -> bool:
        gone = {"deleted_at": func.now(), "restorable_until": from_now(kept_s)}
        statement = update(projects).where(owned_project(user_id, project_id)).values(gone)
        if self._connection.execute(statement).rowcount == 0:
            return False
        for uploads in (self.clip_uploads, self.asset_uploads):
            uploads.delete(uploads.row.project_id == project_id, kept_s)
        return True

    def restore_project(self, project_id: UUID) -> None:
        this = projects.c.id == project_id
        deleted_at = self._connection.execute(select(projects.c.deleted_at).where(this)).scalar_one()
        there = {"deleted_at": null(), "restorable_until": null()}
        self._connection.execute(update(projects).where(this, projects.c.deleted_at.is_not(None)).values(there))
        for uploads in (self.clip_uploads, self.asset_uploads):  # what was deleted by itself before stays so
            row = uploads.row
            uploads.restore(and_(row.project_id == project_id, row.deleted_at == deleted_at))

    def ready_library(self, user_id: UUID, project_id: UUID) -> ReadyLibrary:
        project = self.project(user_id, project_id)
        if project is None:
            raise NotFound("There is no such project.", code="unknown_project")
        of_project = (clips.c.project_id == project_id, clips.c.state == UploadState.READY)
        found = select(*_SOURCE).where(*of_project).order_by(clips.c.position)
        sources = tuple(_clip(user_id, row) for row in self._connection.execute(found))
        ready = {source.clip_id for source in sources}
        return ReadyLibrary(
            app=project.app,
            clips=sources,
            groups=self._groups_of(project_id, ready),
            assets=self._assets(user_id, assets.c.project_id == project_id, assets.c.state == UploadState.READY),
        )

    def ready_ids(self, project_id: UUID) -> LibraryIds:
        of_project = (clips.c.project_id == project_id, clips.c.state == UploadState.READY)
        found = self._connection.execute(select(clips.c.id).where(*of_project).order_by(clips.c.position))
        there = tuple(found.scalars())
        ready = set(there)
        usable = (assets.c.project_id == project_id, assets.c.state == UploadState.READY)
        return LibraryIds(
            there,
            self._groups_of(project_id, ready),
            tuple(self._connection.execute(select(assets.c.id).where(*usable).order_by(assets.c.id)).scalars()),
        )

    def _groups_of(self, project_id: UUID, ready: Container[UUID]) -> tuple[Group, ...]:
        return tuple(
            Group(group.name, tuple(clip for clip in group.clip_ids if clip in ready), group.id)
            for group in self.groups(project_id)
        )

    def ordered_library(
        self, user_id: UUID, project_id: UUID, ids: LibraryIds
    ) -> tuple[tuple[ClipSource, ...], tuple[AssetSource, ...]]:
        of_order = (clips.c.project_id == project_id, clips.c.id.in_(ids.clips), clips.c.facts.is_not(None))
        sources = {row.id: _clip(user_id, row) for row in self._connection.execute(select(*_SOURCE).where(*of_order))}
        used = (assets.c.project_id == project_id, assets.c.id.in_(ids.assets), assets.c.facts.is_not(None))
        there = tuple(sources[clip] for clip in ids.clips if clip in sources)
        return there, self._assets(user_id, *used)

    def duplicate_contents(self, project_id: UUID, copy_id: UUID, new_id: Callable[[], UUID]) -> None:
        ids = self.ready_ids(project_id)
        copies = {clip: new_id() for clip in ids.clips}
        self.clip_uploads.copy(copies, copy_id)
        self.asset_uploads.copy({asset: new_id() for asset in ids.assets}, copy_id)
        for group in self.groups(project_id):
            members = tuple(copies[clip] for clip in group.clip_ids if clip in copies)
            self.add_group(ClipGroup(new_id(), copy_id, group.name, group.position, group.color, clip_ids=members))

    def ready_bytes(self, project_id: UUID) -> int:
        sums = [
            select(func.coalesce(func.sum(table.c.size_bytes), 0))
            .where(table.c.project_id == project_id, table.c.state == UploadState.READY)
            .scalar_subquery()
            for table in (clips, assets)
        ]
        return int(self._connection.execute(select(sums[0] + sums[1])).scalar_one())

    def stored_bytes(self, user_id: UUID) -> int:
        return self.clip_uploads.stored_bytes(user_id) + self.asset_uploads.stored_bytes(user_id)

    def _assets(self, user_id: UUID, *where: ColumnElement[bool]) -> tuple[AssetSource, ...]:
        row = assets.c
        found = select(row.id, *_source(assets), row.name, row.facts).where(*where).order_by(row.id)
        return tuple(
            AssetSource.model_validate(
                {
                    "asset_id": row.id,
                    "key": str(AssetKey(user_id, row.source_project_id, row.source_id)),
                    "name": row.name,
                    "facts": row.facts,
                }
            )
            for row in self._connection.execute(found)
        )


def _clip(user_id: UUID, row: Row[Any]) -> ClipSource:
    return ClipSource(
        clip_id=row.id,
        key=str(UploadKey(user_id, row.source_project_id, row.source_id)),
        name=row.name,
        facts=ClipFacts.model_validate(row.facts),
    )
