"""Bodies of groups of clips, and of what is done with several clips at once."""

from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field, StrictBool, StringConstraints
from pydantic.config import JsonDict

from functions.api.schemas.base import Count, Input, Name, View
from functions.api.schemas.library import CLIP_ID, PROJECT_ID
from medley.domain.projects import ClipGroup
from medley.limits import CLIPS_PER_PROJECT, GROUPS_PER_PROJECT
from medley.services.groups import Wanted

GROUP_ID = "01890f3e-7c2a-7d3e-9b1a-2f6d6c1e0d04"
GROUP_EXAMPLE: JsonDict = {
    "id": GROUP_ID,
    "project_id": PROJECT_ID,
    "name": "Hook",
    "color": "#1e88e5",
    "position": 1,
    "clip_ids": [CLIP_ID],
    "version": 3,
}
Color = Annotated[str, StringConstraints(strict=True, pattern=r"^#[0-9a-f]{6}$")]
ClipIds = Annotated[list[UUID], Field(max_length=CLIPS_PER_PROJECT, fail_fast=True)]
Place = Annotated[int, Field(strict=True, ge=1)]


class SomeClips(Input):
    model_config = ConfigDict(json_schema_extra={"examples": [{"clip_ids": [CLIP_ID]}]})

    clip_ids: ClipIds = Field(min_length=1)


class ClipsToDelete(SomeClips):
    model_config = ConfigDict(json_schema_extra={"examples": [{"clip_ids": [CLIP_ID], "forever": False}]})

    forever: StrictBool = Field(default=False, description="Whether they cannot be restored, and cease to count.")


class ClipsToAssign(SomeClips):
    model_config = ConfigDict(json_schema_extra={"examples": [{"clip_ids": [CLIP_ID], "position": 1}]})

    position: Place | None = Field(
        default=None, le=CLIPS_PER_PROJECT, description="Among the group's clips, from 1; null: after them."
    )


class NewGroup(Input):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "Hook", "color": "#1e88e5", "clip_ids": [CLIP_ID]}]}
    )

    name: Name = Field(description="One line, unlike those of the project's other groups.")
    color: Color | None = Field(default=None, description="Such as `#1e88e5`.")
    clip_ids: ClipIds = Field(default=[], description="In order. A clip stands in one group at most: it moves.")

    @property
    def wanted(self) -> Wanted:
        """What the group is to be."""
        return Wanted(self.name, self.color, self.clip_ids)


class GroupChange(NewGroup):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"name": "Hook", "color": None, "clip_ids": [CLIP_ID], "position": 1, "version": 3}]
        }
    )

    clip_ids: ClipIds = Field(description="All of the group's clips, in order.")
    position: Place | None = Field(
        default=None, le=GROUPS_PER_PROJECT, description="Its new place among the groups, from 1; null leaves it."
    )
    version: Count = Field(description="That of the group as it was read; 409 if it was changed since.")


class GroupView(View):
    model_config = ConfigDict(json_schema_extra={"examples": [GROUP_EXAMPLE]})

    id: UUID
    project_id: UUID
    name: str
    color: str | None
    position: int = Field(description="Its place among the groups, from 1.")
    clip_ids: list[UUID]
    version: int = Field(description="Counts the changes of its name, colour and clips.")

    @classmethod
    def of(cls, group: ClipGroup) -> "GroupView":
        return cls(
            id=group.id,
            project_id=group.project_id,
            name=group.name,
            color=group.color,
            position=group.position + 1,
            clip_ids=list(group.clip_ids),
            version=group.version,
        )
