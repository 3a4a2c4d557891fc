"""/healthz and /readyz."""

from fastapi import APIRouter
from pydantic import ConfigDict

from functions.api.dependencies import Deps
from functions.api.errors import error_responses
from functions.api.inline_route import InlineRoute
from functions.api.schemas.base import View
from medley import __version__

router = APIRouter(route_class=InlineRoute, tags=["Health"])


class HealthView(View):
    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "ok", "version": __version__}]})

    status: str
    version: str


@router.get("/healthz", summary="Is the process alive", responses=error_responses(signed_in=False))
def healthz() -> HealthView:
    """Touches nothing, so that it does not wake a paused database."""
    return HealthView(status="ok", version=__version__)


@router.get("/readyz", summary="Can it serve", responses=error_responses("schema_behind", signed_in=False))
def readyz(deps: Deps) -> HealthView:
    """Asks the database for the version of its schema, for at most a second."""
    deps.check_database()
    return HealthView(status="ok", version=__version__)
