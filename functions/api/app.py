"""The HTTP API as one ASGI application, made by a factory."""

import json
from typing import Final

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from functions.api import errors, openapi
from functions.api.etags import cacheable
from functions.api.middleware import EdgeMiddleware
from functions.api.request_context import note
from functions.api.routes import (
    accounts,
    admin,
    apps,
    assets,
    bundles,
    clips,
    generations,
    groups,
    health,
    history,
    limits,
    me,
    presets,
    previews,
    projects,
    repeats,
    reports,
    usage,
    wallet,
)
from medley import __version__
from medley.apps.registry import Registry

DESCRIPTION: Final = """\
Medley turns a handful of clips into hundreds of finished, distinct videos.

Sign up (an address first; a link in a mail leads on), make a project, upload clips straight to the bucket, group them,
ask for a quote, order a generation, watch it, download its outputs.

* Mails hold links with a token behind `#token=`. Where Medley runs on one machine, they are at `/dev/mailbox`, for
  programs at `/dev/mailbox.json?to=<address>`, the newest first: `{"items": [{"links": [...], ...}]}`.
* Send the access token as `Authorization: Bearer <token>`; after ten minutes `POST /v1/auth/refresh` gives the next.
* Every answer of 400 and up has the body `{"error": {"code", "message", "http_status", "metadata", "timestamp",
  "request_id"}}`. Codes are stable. In the cloud a gateway stands in front: what it refuses by itself (400, 403, 404,
  413, 429, 431, 500, 503) has the body `{"message": "..."}` and no code, or no body at all. Go by the status there.
* Send bodies as `application/json`. `HEAD` is answered as `GET` is. Large answers are packed where `gzip` is accepted.
* Lists come in pages: `{"items": [...], "next": cursor or null}`; send `cursor` to go on, `limit` for shorter pages. A
  cursor is text without a meaning.
* Where an answer has an `ETag`, send it back as `If-None-Match` and get 304 while nothing has changed.
* What belongs to somebody else is answered like what does not exist.
* Times are UTC (RFC 3339), sizes bytes, prices whole credits; names that end in `_s` are of seconds, in `_ms` of
  milliseconds.
"""
TAGS: Final = [
    {"name": "Accounts", "description": "Signing up, in and out."},
    {"name": "Projects", "description": "Where clips are collected, and the groups they are sorted into."},
    {"name": "Clips", "description": "Uploads, and what was found in them."},
    {"name": "Assets", "description": "Music, voice-overs and watermark images that go with a project's clips."},
    {"name": "Generations", "description": "Quotes, orders, progress and finished videos."},
    {"name": "Presets", "description": "Settings by name, to be used again."},
    {"name": "Bundles", "description": "Many finished videos in one download."},
    {"name": "Wallet", "description": "Credits, and every entry that explains them."},
    {"name": "Apps", "description": "What Medley can make."},
    {"name": "Administration", "description": "For administrators."},
    {"name": "Health", "description": "For load balancers and operators."},
]
ROUTERS: Final = tuple(
    module.router
    for module in (
        *(accounts, me, usage, projects, groups, clips, assets),
        *(presets, previews, generations, history, repeats, reports, bundles),
        *(wallet, apps, limits, admin, health),
    )
)


def create_app(registry: Registry) -> FastAPI:
    """The application that offers these apps; what it works with comes with each request (`COLLABORATORS`)."""
    app = FastAPI(
        title="Medley",
        version=__version__,
        description=DESCRIPTION,
        openapi_tags=TAGS,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=_operation_id,
    )
    for router in ROUTERS:
        app.include_router(router)
    app.add_route("/openapi.json", _openapi, include_in_schema=False)
    openapi.install(app, registry)
    app.add_middleware(EdgeMiddleware)
    errors.install(app)
    return app


def _operation_id(route: APIRoute) -> str:
    """`create_project`, not `create_project_v1_projects_post`: it names the functions of generated clients."""
    return route.name


async def _openapi(request: Request) -> Response:
    note(request.scope, route="/openapi.json")
    body = json.dumps(request.app.openapi(), ensure_ascii=False, separators=(",", ":")).encode()
    return cacheable(request, body, "application/json")
