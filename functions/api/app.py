"""The HTTP API as one ASGI application, made by a factory."""

from typing import Final

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from functions.api import errors
from functions.api.dependencies import Dependencies
from functions.api.docs_page import CONTENT_SECURITY_POLICY, render
from functions.api.middleware import EdgeMiddleware
from functions.api.routes import accounts, apps, assets, clips, generations, health, projects, reports, wallet
from medley import __version__

DESCRIPTION: Final = """\
Medley turns a handful of clips into hundreds of finished, distinct videos.

Sign up, make a project, upload clips straight to the bucket, group them, ask for a quote, order a generation, watch it,
download its outputs.

* Send the access token as `Authorization: Bearer <token>`; after ten minutes `POST /v1/auth/refresh` gives the next.
* Every answer of 400 and up has the body `{"error": {"code", "message", "http_status", "metadata", "timestamp",
  "request_id"}}`. Codes are stable.
* Lists come in pages: `{"items": [...], "next": cursor or null}`; send `cursor` to go on, `limit` for shorter pages.
* What belongs to somebody else is answered like what does not exist.
* Times are UTC (RFC 3339), sizes bytes, prices whole credits.
"""
TAGS: Final = [
    {"name": "Accounts", "description": "Signing up, in and out."},
    {"name": "Projects", "description": "Where clips are collected, and the groups they are sorted into."},
    {"name": "Clips", "description": "Uploads, and what was found in them."},
    {"name": "Assets", "description": "Music, voice-overs and watermark images that go with a project's clips."},
    {"name": "Generations", "description": "Quotes, orders, progress and finished videos."},
    {"name": "Wallet", "description": "Credits, and every entry that explains them."},
    {"name": "Apps", "description": "What Medley can make."},
    {"name": "Health", "description": "For load balancers and operators."},
]
ROUTERS: Final = tuple(
    module.router for module in (accounts, projects, clips, assets, generations, reports, wallet, apps, health)
)


def create_app(deps: Dependencies) -> FastAPI:
    """The application, working with these collaborators; nothing is opened before the first request."""
    app = FastAPI(
        title="Medley",
        version=__version__,
        description=DESCRIPTION,
        openapi_tags=TAGS,
        openapi_url="/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=_operation_id,
    )
    app.state.dependencies = deps
    for router in ROUTERS:
        app.include_router(router)
    app.add_route("/docs", _docs, include_in_schema=False)
    app.add_middleware(EdgeMiddleware)
    errors.install(app)
    return app


def _operation_id(route: APIRoute) -> str:
    """`create_project`, not `create_project_v1_projects_post`: it names the functions of generated clients."""
    return route.name


async def _docs(request: Request) -> Response:
    return HTMLResponse(render(request.app.openapi()), headers={"content-security-policy": CONTENT_SECURITY_POLICY})
