"""The library in PostgreSQL: projects, clips, groups and assets, and all of a project at once."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, select

from medley.contracts.assets import AssetSource
from medley.contracts.keys import AssetKey, UploadKey
from medley.contracts.media import ClipFacts, ClipSource
from medley.db.repositories.assets import AssetsRepository
from medley.db.repositories.clips import ClipsRepository
from medley.db.repositories.groups import GroupsRepository
from medley.db.repositories.projects import ProjectsRepository
from medley.db.tables import assets, clips
from medley.domain.projects import LibraryIds
from medley.domain.uploads import UploadState
from medley.errors import NotFound
from medley.ports.library import ReadyLibrary


class LibraryRepository(ProjectsRepository, ClipsRepository, GroupsRepository, AssetsRepository):
    """Library (ports.library)."""

    def ready_library(self, user_id: UUID, project_id: UUID) -> ReadyLibrary:
        project = self.project(user_id, project_id)
        if project is None:
            raise NotFound("There is no such project.", code="unknown_project")
        of_project = (clips.c.project_id == project_id, clips.c.state == UploadState.READY)
        found = select(clips.c.id, clips.c.name, clips.c.facts).where(*of_project).order_by(clips.c.position)
        sources = tuple(_clip(user_id, project_id, row) for row in self._connection.execute(found))
        ready = {source.clip_id for source in sources}
        return ReadyLibrary(
            app=project.app,
            clips=sources,
            groups=tuple(
                (group.name, tuple(clip for clip in group.clip_ids if clip in ready))
                for group in self.groups(project_id)
            ),
            assets=self._assets(
                user_id, project_id, assets.c.project_id == project_id, assets.c.state == UploadState.READY
            ),
        )

    def ready_ids(self, project_id: UUID) -> LibraryIds:
        of_project = (clips.c.project_id == project_id, clips.c.state == UploadState.READY)
        found = self._connection.execute(select(clips.c.id).where(*of_project).order_by(clips.c.position))
        there = tuple(found.scalars())
        ready = set(there)
        usable = (assets.c.project_id == project_id, assets.c.state == UploadState.READY)
        return LibraryIds(
            there,
            tuple(
                (group.name, tuple(clip for clip in group.clip_ids if clip in ready))
                for group in self.groups(project_id)
            ),
            tuple(self._connection.execute(select(assets.c.id).where(*usable).order_by(assets.c.id)).scalars()),
        )

    def ordered_library(
        self, user_id: UUID, project_id: UUID, ids: LibraryIds
    ) -> tuple[tuple[ClipSource, ...], tuple[AssetSource, ...]]:
        of_order = (clips.c.project_id == project_id, clips.c.id.in_(ids.clips), clips.c.facts.is_not(None))
        rows = self._connection.execute(select(clips.c.id, clips.c.name, clips.c.facts).where(*of_order))
        sources = {row.id: _clip(user_id, project_id, row) for row in rows}
        used = (assets.c.project_id == project_id, assets.c.id.in_(ids.assets), assets.c.facts.is_not(None))
        there = tuple(sources[clip] for clip in ids.clips if clip in sources)
        return there, self._assets(user_id, project_id, *used)

    def _assets(self, user_id: UUID, project_id: UUID, *where: ColumnElement[bool]) -> tuple[AssetSource, ...]:
        found = select(assets.c.id, assets.c.name, assets.c.facts).where(*where).order_by(assets.c.id)
        return tuple(
            AssetSource.model_validate(
                {
                    "asset_id": row.id,
                    "key": str(AssetKey(user_id, project_id, row.id)),
                    "name": row.name,
                    "facts": row.facts,
                }
            )
            for row in self._connection.execute(found)
        )


def _clip(user_id: UUID, project_id: UUID, row: Row[Any, Any, Any]) -> ClipSource:
    return ClipSource(
        clip_id=row.id,
        key=str(UploadKey(user_id, project_id, row.id)),
        name=row.name,
        facts=ClipFacts.model_validate(row.facts),
    )
