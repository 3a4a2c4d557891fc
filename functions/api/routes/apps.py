"""/v1/apps."""

from typing import Any

from fastapi import APIRouter
from pydantic import ConfigDict, Field

from functions.api.dependencies import Deps, SignedIn
from functions.api.errors import error_responses
from functions.api.schemas.base import Page, View
from medley.apps.registry import App

router = APIRouter(prefix="/v1", tags=["Apps"])


class AppView(View):
    """An app, and what can be asked of it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "video_mixer",
                    "name": "Video mixer",
                    "description": "Mixes a handful of clips into many different videos.",
                    "icon": "shuffle",
                    "version": "1",
                    "features": ["seed"],
                    "spec_schema": {"type": "object", "properties": {"count": {"type": "integer"}}},
                }
            ]
        }
    )

    id: str
    name: str
    description: str
    icon: str
    version: str
    features: list[str]
    spec_schema: dict[str, Any] = Field(description="JSON Schema of `spec` in quotes and generations.")

    @classmethod
    def of(cls, app: App) -> "AppView":
        manifest = app.manifest
        return cls(
            id=manifest.id,
            name=manifest.name,
            description=manifest.description,
            icon=manifest.icon,
            version=manifest.version,
            features=list(manifest.features),
            spec_schema=app.spec.model_json_schema(),
        )


@router.get("/apps", summary="List apps", responses=error_responses())
def list_apps(caller: SignedIn, deps: Deps) -> Page[AppView]:
    """All of them, in one page."""
    with caller.transaction():
        return Page(items=[AppView.of(app) for app in deps.registry.apps.values()], next=None)
