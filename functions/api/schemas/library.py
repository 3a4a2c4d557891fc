"""Bodies of projects, clips and groups."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import Query
from pydantic import ConfigDict, Field, StrictBool
from pydantic.config import JsonDict

from functions.api.schemas.base import Flag, Input, Name, SentenceView, Text, View
from medley.contracts.clip_warnings import Warned, warnings
from medley.contracts.media import ClipFacts
from medley.domain.assets import Asset
from medley.domain.generations import Generation, Output
from medley.domain.projects import Clip, Project
from medley.domain.uploads import UploadState
from medley.limits import FILMSTRIP_PICTURES, LISTED_PICTURES, NAME_CHARACTERS, RESTORE_S
from medley.sentences import parameters_of
from medley.services.downloads import ClipPictures

PROJECT_ID = "01890f3e-7c2a-7d3e-9b1a-2f6d6c1e0b02"
POSTER = "https://bucket.example.com/derived/..."
CLIP_ID = "01890f3e-7c2a-7d3e-9b1a-2f6d6c1e0c03"
PROJECT_EXAMPLE: JsonDict = {
    "id": PROJECT_ID,
    "app": "example_app",
    "name": "Spring campaign",
    "created_at": "2026-11-20T09:31:00Z",
    "archived_at": None,
    "restorable_until": None,
}
CLIP_EXAMPLE: JsonDict = {
    "id": CLIP_ID,
    "project_id": PROJECT_ID,
    "name": "beach.mp4",
    "content_type": "video/mp4",
    "size_bytes": 8_388_608,
    "state": "ready",
    "part_bytes": None,
    "position": 1,
    "created_at": "2026-11-20T09:32:00Z",
    "facts": {"duration_s": 3.5, "width": 1280, "height": 720, "fps": 29.97, "has_audio": True},
    "warnings": [
        {
            "code": "sound_late",
            "message": "sound begins 0.25 s after the picture: silence until then",
            "parameters": {"for_ms": 250},
        }
    ],
    "reason": None,
    "duplicate_of": None,
    "restorable_until": None,
    "poster_url": POSTER,
    "filmstrip_url": "https://bucket.example.com/derived/...",
    "waveform_url": "https://bucket.example.com/derived/...",
    "play_url": "https://bucket.example.com/derived/...",
}


Forever = Annotated[
    Flag, Query(description=f"Whether it cannot be restored; else it can be for {RESTORE_S // 86_400} days.")
]


class NewProject(Input):
    model_config = ConfigDict(json_schema_extra={"examples": [{"app": "example_app", "name": "Spring campaign"}]})

    app: Text = Field(min_length=1, max_length=NAME_CHARACTERS, description="Id of an app, see `GET /v1/apps`.")
    name: Name = Field(description="One line.")


class ProjectChange(Input):
    """What is null or left out stays as it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Summer campaign"}, {"archived": True}]})

    name: Name | None = Field(default=None, description="One line.")
    archived: StrictBool | None = Field(default=None, description="Whether it is listed apart, in the archive.")


class ProjectCopy(Input):
    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Autumn campaign"}]})

    name: Name | None = Field(default=None, description="By default the name of the other, and that it is a copy.")


class ProjectView(View):
    model_config = ConfigDict(json_schema_extra={"examples": [PROJECT_EXAMPLE]})

    id: UUID
    app: str
    name: str
    created_at: datetime
    archived_at: datetime | None
    restorable_until: datetime | None = Field(description="Of a deleted one.")

    @classmethod
    def of(cls, project: Project, **besides: Any) -> Self:
        """`besides` is what a view of more says besides."""
        return cls(
            id=project.id,
            app=project.app,
            name=project.name,
            created_at=project.created_at,
            archived_at=project.archived_at,
            restorable_until=project.restorable_until,
            **besides,
        )


class ListedProjectView(ProjectView):
    """A project and what is seen of it from outside."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{**PROJECT_EXAMPLE, "clips": 1, "poster_urls": [POSTER]}]}
    )

    clips: int
    poster_urls: list[str] = Field(
        description=f"Pictures of its first ready clips, {LISTED_PICTURES} at most (JPEG); the links expire."
    )


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


class WarningView(SentenceView):
    """What of a clip will not be seen or heard as it is in the file."""

    @classmethod
    def of(cls, warning: Warned) -> "WarningView":
        return cls(**warning.said.as_json())


class ReasonView(SentenceView):
    """Why something could not be done."""

    @classmethod
    def of(cls, thing: Clip | Asset | Generation | Output) -> "ReasonView | None":
        """The reason of a thing that has one."""
        message = thing.message or ""
        return cls(code=thing.code, message=message, parameters=parameters_of(message)) if thing.code else None


class ClipView(View):
    model_config = ConfigDict(json_schema_extra={"examples": [CLIP_EXAMPLE]})

    id: UUID
    project_id: UUID
    name: str
    content_type: str
    size_bytes: int
    state: UploadState = Field(description="`expected` until the file was sent and read.")
    part_bytes: int | None = Field(description="How the file is cut that is sent in parts; null if it is not.")
    position: int = Field(description="Its place in the order of arrival, from 1.")
    created_at: datetime
    facts: FactsView | None = Field(description="Of a ready clip.")
    warnings: list[WarningView] = Field(description="Of a ready clip.")
    reason: ReasonView | None = Field(description="Of a rejected clip.")
    duplicate_of: UUID | None = Field(description="The project's first ready clip with the same content, if earlier.")
    restorable_until: datetime | None = Field(description="Of a deleted clip.")
    poster_url: str | None = Field(description="A picture of a ready clip (JPEG); the link expires.")
    filmstrip_url: str | None = Field(
        description=f"{FILMSTRIP_PICTURES} pictures of a ready clip side by side (JPEG), evenly spread over it."
    )
    waveform_url: str | None = Field(
        description='Of a ready clip with sound, JSON: `{"peaks": [...]}`, 0 to 255, evenly spread over it.'
    )
    play_url: str | None = Field(
        description="Plays a ready clip: a small copy (MP4, H.264 of 360 lines, AAC) whose times count from the clip's "
        "first picture. The file itself if it is small and plays anywhere, or is very long; then not every browser may."
    )

    @classmethod
    def of(cls, clip: Clip, pictures: ClipPictures) -> "ClipView":
        facts = ClipFacts.model_validate(clip.facts) if clip.facts else None
        return cls(
            id=clip.id,
            project_id=clip.project_id,
            name=clip.name,
            content_type=clip.content_type,
            size_bytes=clip.size_bytes,
            state=clip.state,
            part_bytes=clip.part_bytes,
            position=clip.position,
            created_at=clip.created_at,
            facts=FactsView.of(facts) if facts else None,
            warnings=[WarningView.of(warning) for warning in warnings(facts)] if facts else [],
            reason=ReasonView.of(clip),
            duplicate_of=clip.duplicate_of,
            restorable_until=clip.restorable_until,
            poster_url=pictures.poster,
            filmstrip_url=pictures.filmstrip,
            waveform_url=pictures.waveform,
            play_url=pictures.play,
        )
