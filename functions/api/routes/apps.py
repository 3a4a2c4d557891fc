"""/v1/apps."""

from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import ConfigDict, Field

from functions.api.dependencies import Deps, role_of_caller
from functions.api.errors import error_responses
from functions.api.etags import cacheable
from functions.api.inline_route import InlineRoute
from functions.api.schemas.base import Page, View
from functions.api.schemas.library import ReasonView
from medley.apps.registry import App, Manifest
from medley.domain.wording import CORE
from medley.sentences import Sentence

router = APIRouter(route_class=InlineRoute, prefix="/v1", tags=["Apps"])


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
    unavailable: ReasonView | None
    spec_schema: dict[str, Any] | None = Field(
        description="JSON Schema of `spec` in quotes and generations; null of one that is unavailable."
    )

    @classmethod
    def of(cls, manifest: Manifest, app: App | None, unavailable: Sentence | None = None) -> "AppView":
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
            unavailable=None if unavailable is None else _unavailable(unavailable),
            spec_schema=app.spec.model_json_schema() if app else None,
        )


def _unavailable(why: Sentence) -> ReasonView:
    said = CORE.say("app_unavailable", more=CORE.say("after", note=why))
    return ReasonView(**said.as_json())


@router.get(
    "/apps",
    summary="List apps",
    response_model=Page[AppView],
    openapi_extra={"security": [{}, {"bearer": []}]},
    responses={
        304: {"description": "Nothing changed."},
        **error_responses("invalid_token", "session_ended", signed_in=False),
    },
)
def list_apps(request: Request, deps: Deps) -> Response:
    """All of them in the order of their cards, in one page; those that cannot be used at the moment last. One that is
    for administrators is shown to those who say with their token that they are."""
    usable = [(app.manifest, AppView.of(app.manifest, app)) for app in deps.registry.apps.values()]
    broken = [(each.manifest, AppView.of(each.manifest, None, each.reason)) for each in deps.registry.failures]
    all_alike = not any(manifest.roles for manifest, _ in usable + broken)
    role = None if all_alike else role_of_caller(request, deps)
    page = Page[AppView](items=[view for manifest, view in usable + broken if manifest.is_for(role)], next=None)
    headers = {} if all_alike else {"vary": "authorization"}
    if role is not None:
        headers["cache-control"] = "private, no-cache"
    return cacheable(request, page.model_dump_json().encode(), "application/json", headers=headers)
