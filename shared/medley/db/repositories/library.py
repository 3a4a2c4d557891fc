"""The library in PostgreSQL: projects, clips and groups, and all of a project at once."""

from uuid import UUID

from sqlalchemy import select

from medley.contracts.keys import UploadKey
from medley.contracts.media import ClipFacts, ClipSource
from medley.db.repositories.clips import ClipsRepository
from medley.db.repositories.groups import GroupsRepository
from medley.db.repositories.projects import ProjectsRepository
from medley.db.tables import clips
from medley.domain.projects import ClipState
from medley.errors import NotFound
from medley.ports.library import ReadyLibrary


class LibraryRepository(ProjectsRepository, ClipsRepository, GroupsRepository):
    """Library (ports.library)."""

    def ready_library(self, user_id: UUID, project_id: UUID) -> ReadyLibrary:
        project = self.project(user_id, project_id)
        if project is None:
            raise NotFound("There is no such project.", code="unknown_project")
        statement = (
            select(clips.c.id, clips.c.name, clips.c.facts)
            .where(clips.c.project_id == project_id, clips.c.state == ClipState.READY)
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
        )
