"""Bodies of projects, clips and groups."""

from datetime import datetime
from uuid import UUID

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from functions.api.schemas.base import Count, Input, Text, View
from medley.contracts.media import ClipFacts
from medley.domain.assets import Asset
from medley.domain.generations import Generation, Output
from medley.domain.projects import Clip, ClipGroup, Project
from medley.domain.uploads import UploadState
from medley.limits import (
    CLIPS_PER_PROJECT,
    FILMSTRIP_PICTURES,
    GROUPS_PER_PROJECT,
    NAME_CHARACTERS,
)
from medley.services.downloads import ClipPictures

PROJECT_ID = "01890f3e-7c2a-7d3e-9b1a-2f6d6c1e0b02"
CLIP_ID = "01890f3e-7c2a-7d3e-9b1a-2f6d6c1e0c03"
GROUP_ID = "01890f3e-7c2a-7d3e-9b1a-2f6d6c1e0d04"
PROJECT_EXAMPLE: JsonDict = {
    "id": PROJECT_ID,
    "app": "example_app",
    "name": "Spring campaign",
    "created_at": "2026-11-20T09:31:00Z",
}
CLIP_EXAMPLE: JsonDict = {
    "id": CLIP_ID,
    "project_id": PROJECT_ID,
    "name": "beach.mp4",
    "content_type": "video/mp4",
    "size_bytes": 8_388_608,
    "state": "ready",
    "position": 1,
    "created_at": "2026-11-20T09:32:00Z",
    "facts": {"duration_s": 3.5, "width": 1280, "height": 720, "fps": 29.97, "has_audio": True},
    "reason": None,
    "duplicate_of": None,
    "poster_url": "https://bucket.example.com/derived/...",
    "filmstrip_url": "https://bucket.example.com/derived/...",
    "waveform_url": "https://bucket.example.com/derived/...",
}
GROUP_EXAMPLE: JsonDict = {
    "id": GROUP_ID,
    "project_id": PROJECT_ID,
    "name": "Hook",
    "position": 0,
    "clip_ids": [CLIP_ID],
}


class NewProject(Input):
    model_config = ConfigDict(json_schema_extra={"examples": [{"app": "example_app", "name": "Spring campaign"}]})

    app: Text = Field(description="Id of an app, see `GET /v1/apps`.")
    name: Text = Field(description=f"Up to {NAME_CHARACTERS} characters.")


class ProjectChange(Input):
    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Summer campaign"}]})

    name: Text = Field(description=f"Up to {NAME_CHARACTERS} characters.")


class ProjectView(View):
    model_config = ConfigDict(json_schema_extra={"examples": [PROJECT_EXAMPLE]})

    id: UUID
    app: str
    name: str
    created_at: datetime

    @classmethod
    def of(cls, project: Project) -> "ProjectView":
        return cls(id=project.id, app=project.app, name=project.name, created_at=project.created_at)


class FactsView(View):
    """What was found in a clip. Width and height are of the upright picture in square pixels."""

    duration_s: float
    width: int
    height: int
    fps: float
    has_audio: bool

    @classmethod
    def of(cls, facts: ClipFacts) -> "FactsView":
        video = facts.video
        width, height = video.upright
        return cls(
            duration_s=round(video.duration_us / 1_000_000, 3),
            width=width,
            height=height,
            fps=round(float(video.fps.fraction), 3),
            has_audio=facts.audio is not None,
        )


class ReasonView(View):
    """Why something could not be done: a stable code and a sentence for a person."""

    code: str
    message: str

    @classmethod
    def of(cls, thing: Clip | Asset | Generation | Output) -> "ReasonView | None":
        """The reason of a thing that has one."""
        return cls(code=thing.code, message=thing.message or "") if thing.code else None


class ClipView(View):
    model_config = ConfigDict(json_schema_extra={"examples": [CLIP_EXAMPLE]})

    id: UUID
    project_id: UUID
    name: str
    content_type: str
    size_bytes: int
    state: UploadState = Field(description="`expected` until the file was sent and read.")
    position: int
    created_at: datetime
    facts: FactsView | None = Field(description="Of a ready clip.")
    reason: ReasonView | None = Field(description="Of a rejected clip.")
    duplicate_of: UUID | None = Field(description="The project's first ready clip with the same content, if earlier.")
    poster_url: str | None = Field(description="A picture of a ready clip (JPEG); the link expires.")
    filmstrip_url: str | None = Field(
        description=f"{FILMSTRIP_PICTURES} pictures of a ready clip side by side (JPEG), evenly spread over it."
    )
    waveform_url: str | None = Field(
        description='Of a ready clip with sound, JSON: `{"peaks": [...]}`, 0 to 255, evenly spread over it.'
    )

    @classmethod
    def of(cls, clip: Clip, pictures: ClipPictures) -> "ClipView":
        return cls(
            id=clip.id,
            project_id=clip.project_id,
            name=clip.name,
            content_type=clip.content_type,
            size_bytes=clip.size_bytes,
            state=clip.state,
            position=clip.position,
            created_at=clip.created_at,
            facts=FactsView.of(ClipFacts.model_validate(clip.facts)) if clip.facts else None,
            reason=ReasonView.of(clip),
            duplicate_of=clip.duplicate_of,
            poster_url=pictures.poster,
            filmstrip_url=pictures.filmstrip,
            waveform_url=pictures.waveform,
        )


class NewGroup(Input):
    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Hook", "clip_ids": [CLIP_ID]}]})

    name: Text = Field(description=f"Up to {NAME_CHARACTERS} characters.")
    clip_ids: list[UUID] = Field(
        default=[], max_length=CLIPS_PER_PROJECT, description="In order. A clip stands in one group at most: it moves."
    )


class GroupChange(NewGroup):
    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Hook", "clip_ids": [CLIP_ID], "position": 0}]})

    clip_ids: list[UUID] = Field(max_length=CLIPS_PER_PROJECT, description="All of the group's clips, in order.")
    position: Count | None = Field(
        default=None, le=GROUPS_PER_PROJECT, description="Its new place among the groups, from 0; null leaves it."
    )


class GroupView(View):
    model_config = ConfigDict(json_schema_extra={"examples": [GROUP_EXAMPLE]})

    id: UUID
    project_id: UUID
    name: str
    position: int
    clip_ids: list[UUID]

    @classmethod
    def of(cls, group: ClipGroup) -> "GroupView":
        return cls(
            id=group.id,
            project_id=group.project_id,
            name=group.name,
            position=group.position,
            clip_ids=list(group.clip_ids),
        )
