"""Every HTTP request: API Gateway's event in (HTTP API, payload format 2.0), its answer out."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache, partial
from typing import Any, Final

from fastapi import FastAPI
from mangum import Mangum
from mangum.types import LambdaContext
from starlette.types import Receive, Scope, Send

from functions.api.app import create_app
from functions.api.dependencies import COLLABORATORS, Dependencies
from medley import tracing
from medley.apps.registry import Registry, registry
from medley.aws.cdn_links import CdnLinkSigner
from medley.aws.queues import SqsQueue
from medley.aws.secrets import SecretStore
from medley.aws.sockets import SocketPusher
from medley.aws.storage import S3Store
from medley.db.unit_of_work import SqlUnitOfWork
from medley.runtime import snapshots, token_keys
from medley.runtime.apps import loaded
from medley.runtime.database import engine
from medley.runtime.observability import logger
from medley.runtime.passwords import Argon2Hasher
from medley.runtime.random_secrets import RandomSecrets
from medley.runtime.system import SystemClock, TimeOrderedIds
from medley.runtime.tokens import SignedTokens
from medley.settings import (
    AccountSettings,
    CallerSettings,
    DownloadSettings,
    SiteSettings,
    SocketSettings,
    TokenSettings,
)

# Mangum splits the host and its port by hand and trips over what a client may write there. Nothing of ours reads them.
UNREAD_HEADERS: Final = frozenset({"host", "x-forwarded-port"})


@cache
def dependencies() -> Dependencies:
    """The collaborators of this process, from its environment."""
    clock, tokens, sockets = SystemClock(), TokenSettings(), SocketSettings()
    return Dependencies(
        unit_of_work=partial(SqlUnitOfWork, engine()),
        bucket=S3Store.from_environment(_cdn(DownloadSettings(), clock)),
        queue=SqsQueue.from_environment(),
        pusher=SocketPusher.from_environment(),
        registry=loaded("api"),
        hasher=Argon2Hasher(),
        tokens=SignedTokens(token_keys.configured(tokens), tokens.issuer, clock),
        secrets=RandomSecrets(),
        clock=clock,
        ids=TimeOrderedIds(),
        accounts=AccountSettings(),
        site=SiteSettings(),
        caller=CallerSettings(),
        socket_url=sockets.url or "",
        check_database=_check_database,
        logger=logger("api"),
    )


def _cdn(settings: DownloadSettings, clock: SystemClock) -> CdnLinkSigner | None:
    """What signs links through the CDN, if that is where downloads come from; its key is read when it is needed."""
    if settings.url is None or settings.key_id is None or settings.secret is None:
        return None
    secret = settings.secret
    return CdnLinkSigner(settings.url, settings.key_id, lambda: SecretStore.from_environment().read(secret), clock.now)


def _check_database() -> None:
    """Readiness (functions.api.dependencies). Alembic is imported when it is asked for: a quarter of a cold start."""
    from medley.db import migrations

    migrations.check(engine())


@cache
def _application(registry: Registry) -> FastAPI:
    return create_app(registry)


def _adapter(deps: Dependencies) -> Mangum:
    """Between API Gateway and the application, which is made once and finds its collaborators in the request."""
    application = _application(deps.registry)

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        await application({**scope, COLLABORATORS: deps}, receive, send)

    return Mangum(answer, lifespan="off")


@contextmanager
def _event_loop() -> Iterator[None]:
    """Mangum runs a request on the loop of its thread; newer Pythons make none by themselves. It takes 0.1 ms."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        yield
    finally:
        asyncio.set_event_loop(None)
        loop.close()


def handle(event: Mapping[str, Any], context: LambdaContext, deps: Dependencies | None = None) -> dict[str, Any]:
    """Answer one request."""
    deps = deps or dependencies()
    named = {name.lower(): value for name, value in event.get("headers", {}).items()}
    headers = {name: value for name, value in named.items() if name not in UNREAD_HEADERS}
    with (
        tracing.follow(tracing.of_request(headers), "api"),
        _event_loop(),
        deps.logger.append_context_keys(request_id=event["requestContext"]["requestId"]),
    ):
        return _adapter(deps)({**event, "headers": headers}, context)


snapshots.prepare(lambda: _application(registry()))
