"""The library in PostgreSQL: projects, clips, groups and assets, and all of a project at once."""

from uuid import UUID

from sqlalchemy import select

from medley.contracts.assets import AssetSource
from medley.contracts.keys import AssetKey, UploadKey
from medley.contracts.media import ClipFacts, ClipSource
from medley.db.repositories.assets import AssetsRepository
from medley.db.repositories.clips import ClipsRepository
from medley.db.repositories.groups import GroupsRepository
from medley.db.repositories.projects import ProjectsRepository
from medley.db.tables import assets, clips
from medley.domain.uploads import UploadState
from medley.errors import NotFound
from medley.ports.library import ReadyLibrary


class LibraryRepository(ProjectsRepository, ClipsRepository, GroupsRepository, AssetsRepository):
    """Library (ports.library)."""

    def ready_library(self, user_id: UUID, project_id: UUID) -> ReadyLibrary:
        project = self.project(user_id, project_id)
        if project is None:
            raise NotFound("There is no such project.", code="unknown_project")
        statement = (
            select(clips.c.id, clips.c.name, clips.c.facts)
            .where(clips.c.project_id == project_id, clips.c.state == UploadState.READY)
            .order_by(clips.c.position)
        )
        sources = tuple(
            ClipSource(
                clip_id=row.id,
                key=str(UploadKey(user_id, project_id, row.id)),
                name=row.name,
                facts=ClipFacts.model_validate(row.facts),
            )
            for row in self._connection.execute(statement)
        )
        ready = {source.clip_id for source in sources}
        return ReadyLibrary(
            app=project.app,
            clips=sources,
            groups=tuple(
                (group.name, tuple(clip for clip in group.clip_ids if clip in ready))
                for group in self.groups(project_id)
            ),
            assets=self._ready_assets(user_id, project_id),
        )

    def _ready_assets(self, user_id: UUID, project_id: UUID) -> tuple[AssetSource, ...]:
        statement = (
            select(assets.c.id, assets.c.name, assets.c.facts)
            .where(assets.c.project_id == project_id, assets.c.state == UploadState.READY)
            .order_by(assets.c.id)
        )
        return tuple(
            AssetSource.model_validate(
                {
                    "asset_id": row.id,
                    "key": str(AssetKey(user_id, project_id, row.id)),
                    "name": row.name,
                    "facts": row.facts,
                }
            )
            for row in self._connection.execute(statement)
        )
