"""Context of a request: what API Gateway vouches for. Nothing else it says of itself is believed."""

from typing import Any

from starlette.types import Scope


def _context(scope: Scope) -> dict[str, Any]:
    event: dict[str, Any] = scope.get("aws.event") or {}
    context: dict[str, Any] = event.get("requestContext") or {}
    return context


def request_id(scope: Scope) -> str:
    """API Gateway's id of the request: in every answer and every log line."""
    return str(_context(scope).get("requestId", ""))


def source_address(scope: Scope) -> str:
    """Where the connection to the gateway came from; X-Forwarded-For is the client's to write, so it is not read."""
    return str((_context(scope).get("http") or {}).get("sourceIp", ""))
