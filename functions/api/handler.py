"""Every HTTP request: API Gateway's event in (HTTP API, payload format 2.0), its answer out."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache, partial
from typing import Any, Final

from mangum import Mangum
from mangum.types import LambdaContext

from functions.api.app import create_app
from functions.api.dependencies import Dependencies
from medley.aws.queues import SqsQueue
from medley.aws.sockets import SocketPusher
from medley.aws.storage import S3Store
from medley.db.engine import engine
from medley.db.unit_of_work import SqlUnitOfWork
from medley.runtime.apps import loaded
from medley.runtime.observability import logger
from medley.runtime.passwords import Argon2Hasher
from medley.runtime.system import SystemClock, TimeOrderedIds
from medley.runtime.tokens import SignedTokens
from medley.settings import AccountSettings, CallerSettings, SocketSettings, TokenSettings

# Mangum splits the host and its port by hand and trips over what a client may write there. Nothing of ours reads them.
UNREAD_HEADERS: Final = frozenset({"host", "x-forwarded-port"})


@cache
def dependencies() -> Dependencies:
    """The collaborators of this process, from its environment."""
    clock, tokens, sockets = SystemClock(), TokenSettings(), SocketSettings()
    return Dependencies(
        unit_of_work=partial(SqlUnitOfWork, engine()),
        bucket=S3Store.from_environment(),
        queue=SqsQueue.from_environment(),
        pusher=SocketPusher.from_environment(),
        registry=loaded("api"),
        hasher=Argon2Hasher(),
        tokens=SignedTokens(tokens.keys.get_secret_value(), tokens.issuer, clock),
        clock=clock,
        ids=TimeOrderedIds(),
        accounts=AccountSettings(),
        caller=CallerSettings(),
        socket_url=sockets.url or "",
        check_database=_check_database,
        logger=logger("api"),
    )


def _check_database() -> None:
    """Readiness (functions.api.dependencies). Alembic is imported when it is asked for: a quarter of a cold start."""
    from medley.db import migrations

    migrations.check(engine())


@cache
def _adapter(deps: Dependencies) -> Mangum:
    return Mangum(create_app(deps), lifespan="off")


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
    headers = {name: value for name, value in event.get("headers", {}).items() if name.lower() not in UNREAD_HEADERS}
    with _event_loop(), deps.logger.append_context_keys(request_id=event["requestContext"]["requestId"]):
        return _adapter(deps)({**event, "headers": headers}, context)
