"""/v1/apps."""

from typing import Any

from fastapi import APIRouter
from pydantic import ConfigDict, Field

from functions.api.dependencies import Deps, SignedIn
from functions.api.errors import error_responses
from functions.api.schemas.base import Page, View
from medley.apps.registry import App, Manifest

router = APIRouter(prefix="/v1", tags=["Apps"])


class AppView(View):
    """An app, and what can be asked of it. `color` and `order` are of its card; `flags` are `beta` or `soon`;
    `unavailable` says why it cannot be used at the moment."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "example_app",
                    "name": "Example app",
                    "description": "Mixes a handful of clips into many different videos.",
                    "icon": "shuffle",
                    "version": "1",
                    "order": 10,
                    "color": "#2563eb",
                    "flags": [],
                    "features": ["seed"],
                    "unavailable": None,
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
    order: int
    color: str
    flags: list[str]
    features: list[str]
    unavailable: str | None
    spec_schema: dict[str, Any] | None = Field(
        description="JSON Schema of `spec` in quotes and generations; null of one that is unavailable."
    )

    @classmethod
    def of(cls, manifest: Manifest, app: App | None, unavailable: str | None = None) -> "AppView":
        return cls(
            id=manifest.id,
            name=manifest.name,
            description=manifest.description,
            icon=manifest.icon,
            version=manifest.version,
            order=manifest.order,
            color=manifest.color,
            flags=list(manifest.flags),
            features=list(manifest.features),
            unavailable=unavailable,
            spec_schema=app.spec.model_json_schema() if app else None,
        )


@router.get("/apps", summary="List apps", responses=error_responses())
def list_apps(caller: SignedIn, deps: Deps) -> Page[AppView]:
    """All of them in the order of their cards, in one page; those that cannot be used at the moment last."""
    with caller.transaction():
        usable = [AppView.of(app.manifest, app) for app in deps.registry.apps.values()]
    broken = [AppView.of(each.manifest, None, each.reason) for each in deps.registry.failures]
    return Page(items=usable + broken, next=None)
