"""Context of a request: what API Gateway, or a proxy we know by its secret, vouches for; nothing else is believed."""

import logging
import re
from ipaddress import ip_address
from typing import Any, Final

from starlette.requests import Request
from starlette.types import Scope

from medley.settings import CallerSettings

NOTES: Final = "medley.notes"  # where a request's scope keeps what its line in the log says besides
logger = logging.getLogger("medley.api")


def _context(scope: Scope) -> dict[str, Any]:
    event: dict[str, Any] = scope.get("aws.event") or {}
    context: dict[str, Any] = event.get("requestContext") or {}
    return context


def request_id(scope: Scope) -> str:
    """API Gateway's id of the request: in every answer and every log line."""
    return str(_context(scope).get("requestId", ""))


def note(scope: Scope, **values: str) -> None:
    """Have the request's line in the log say this too; never what a client wrote."""
    scope.get(NOTES, {}).update(values)


def caller_address(request: Request, settings: CallerSettings) -> str:
    """The address a request comes from.

    It is where the connection to the gateway came from, unless a proxy stands between that shows one of our secrets:
    then it is the address the proxy saw. X-Forwarded-For is the client's to write, so it is not read.
    """
    source = str((_context(request.scope).get("http") or {}).get("sourceIp", ""))
    if not settings.vouched(request.headers):
        return source
    seen = viewer_address(request.headers.get(settings.address_header, ""))
    if seen is None:
        logger.error("the proxy does not say where a request comes from", extra={"header": settings.address_header})
        return source
    return seen


def caller_country(request: Request, settings: CallerSettings) -> str:
    """The country a proxy of ours says a request comes from, as two letters; else empty."""
    said = request.headers.get(settings.country_header, "") if settings.vouched(request.headers) else ""
    return said if re.fullmatch(r"[A-Z]{2}", said) else ""


def viewer_address(value: str) -> str | None:
    """The address in CloudFront-Viewer-Address, which is `address:port`: of IPv6 with or without brackets. None if it
    is none."""
    host, colon, port = value.strip().rpartition(":")
    if not colon or not (port.isascii() and port.isdecimal()):
        return None
    try:
        return str(ip_address(host[1:-1] if host.startswith("[") and host.endswith("]") else host))
    except ValueError:
        return None
