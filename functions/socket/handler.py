"""The WebSocket: $connect with a ticket, $disconnect, and $default, which answers a ping.

Whatever else a browser needs to know is pushed by the functions that change it.
"""

import json
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, partial
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools import Logger

from medley import tracing
from medley.aws.sockets import SocketPusher
from medley.db.unit_of_work import SqlUnitOfWork
from medley.errors import Forbidden, MedleyError, NotSignedIn, Unavailable
from medley.ports.cloud import Pusher
from medley.ports.database import UnitOfWorkFactory
from medley.ports.identity import Tokens
from medley.runtime import snapshots, token_keys
from medley.runtime.database import engine
from medley.runtime.observability import logger
from medley.runtime.system import SystemClock
from medley.runtime.tokens import SignedTokens
from medley.services import accounts, after_commit
from medley.services.after_commit import AfterCommit
from medley.settings import CallerSettings, TokenSettings

log = logging.getLogger("medley.socket")


@dataclass(frozen=True)
class Dependencies:
    unit_of_work: UnitOfWorkFactory
    tokens: Tokens
    pusher: Pusher
    caller: CallerSettings
    logger: Logger


@cache
def dependencies() -> Dependencies:
    """The collaborators of this process, from its environment."""
    tokens = TokenSettings()
    return Dependencies(
        unit_of_work=partial(SqlUnitOfWork, engine()),
        tokens=SignedTokens(token_keys.configured(tokens), tokens.issuer, SystemClock()),
        pusher=SocketPusher.from_environment(),
        caller=CallerSettings(),
        logger=logger("socket"),
    )


def handle(
    event: Mapping[str, Any],
    context: object,  # noqa: ARG001 - Lambda's signature
    deps: Dependencies | None = None,
) -> dict[str, Any]:
    """Answer one event of the WebSocket API. A $connect that is not answered with 200 is not opened."""
    deps, started, notes = deps or dependencies(), time.perf_counter(), dict[str, str]()
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    about = event["requestContext"]
    with (
        tracing.follow(tracing.of_request(headers), "socket"),
        deps.logger.append_context_keys(connection_id=about["connectionId"], request_id=about["requestId"]),
    ):
        try:
            answer = _answer(event, headers, deps, notes)
        except Exception:
            _log(about["routeKey"], HTTPStatus.INTERNAL_SERVER_ERROR, {**notes, "code": "internal"}, started)
            raise  # the runtime says what it was
        _log(about["routeKey"], answer["statusCode"], notes, started)
        return answer


def _log(route: str, status: int, notes: Mapping[str, str], started: float) -> None:
    """One line for each answer, with nothing in it that a client wrote; the request's id is on every line."""
    took_ms = (time.perf_counter() - started) * 1000
    log.info("answered", extra={"route": route, "status": int(status), **notes, "ms": round(took_ms, 1)})


def _answer(
    event: Mapping[str, Any], headers: Mapping[str, str], deps: Dependencies, notes: dict[str, str]
) -> dict[str, Any]:
    """What is answered; `notes` is what its line in the log says besides."""
    connection_id: str = event["requestContext"]["connectionId"]
    try:
        match event["requestContext"]["routeKey"]:
            case "$connect":
                _require_proxy(deps, headers)
                query = event.get("queryStringParameters") or {}
                _connect(deps, connection_id, query.get("ticket", ""), headers.get("origin", ""), notes)
            case "$disconnect":
                _disconnect(deps, connection_id)
            case _:
                return _pong(event.get("body"))
    except NotSignedIn as error:
        notes["code"] = error.code
        return _status(HTTPStatus.UNAUTHORIZED, error)
    except Forbidden as error:
        notes["code"] = error.code
        return _status(HTTPStatus.FORBIDDEN, error)
    except Unavailable as error:
        notes["code"] = error.code
        log.warning("unavailable: %s", error, exc_info=error)
        return _status(HTTPStatus.SERVICE_UNAVAILABLE, error)
    return {"statusCode": HTTPStatus.OK.value}


def _require_proxy(deps: Dependencies, headers: Mapping[str, str]) -> None:
    """Only $connect has headers, and whatever comes later comes by what it opened."""
    if not deps.caller.admits(headers):
        raise Forbidden("Open the socket at the address of the site.", code="direct_request")


def _connect(deps: Dependencies, connection_id: str, given: str, origin: str, notes: dict[str, str]) -> None:
    """Take a ticket, once, from a page of the origin it was given to. Older sockets of a person with very many are
    closed, so that nobody waits at one that hears nothing."""
    ticket = deps.tokens.read_ticket(given)
    notes["user_id"] = str(ticket.claims.user_id)
    if ticket.origin is not None and ticket.origin != origin:
        raise NotSignedIn("This ticket was given to a page of another origin.", code="invalid_token")
    claims = ticket.claims
    with deps.unit_of_work() as uow:
        accounts.require_live(uow, claims)
        if not uow.sockets.use_ticket(ticket.digest, connection_id):
            raise NotSignedIn("This ticket was used.", code="invalid_token")
        replaced = uow.sockets.add(connection_id, claims.user_id, claims.session_id)
        uow.commit()
    after_commit.close(AfterCommit(closes=tuple(replaced), closing=after_commit.REPLACED), deps.pusher)


def _disconnect(deps: Dependencies, connection_id: str) -> None:
    with deps.unit_of_work() as uow:
        uow.sockets.remove(connection_id)
        uow.commit()


def _pong(body: str | None) -> dict[str, Any]:
    """`{"type": "ping"}` is answered with a pong, which keeps an idle connection open; all else is ignored."""
    try:
        message = json.loads(body or "null")
    except (ValueError, RecursionError):
        message = None
    if isinstance(message, dict) and message.get("type") == "ping":
        return {"statusCode": HTTPStatus.OK.value, "body": json.dumps({"type": "pong"})}
    return {"statusCode": HTTPStatus.OK.value}


def _status(status: HTTPStatus, error: MedleyError) -> dict[str, Any]:
    return {"statusCode": status.value, "body": json.dumps({"code": error.code, "message": error.message})}


snapshots.prepare()
