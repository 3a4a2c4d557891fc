"""HTTP events: a request as an HTTP API hands it to a function and takes it back, payload format version 2.0.

Pure: ASGI scopes in, events out. The sources are the developer guide's pages on Lambda proxy integrations.
"""

import base64
import binascii
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from local.compute.invocation import ACCOUNT_ID
from medley import tracing

API_ID = "local"
STAGE = "$default"
Scope = Mapping[str, Any]

# Bodies of these types are handed over as text, all others as base64.
_TEXT_TYPES = ("text/", "application/json", "application/javascript", "application/xml", "application/x-www-form-")


class MalformedReply(Exception):
    """A function's answer that is not an HTTP response."""


@dataclass(frozen=True)
class HttpReply:
    """What goes back to the client. A header may occur several times; `code` is that of a refusal of the gateway's."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    code: str = ""


def http_event(scope: Scope, body: bytes, at: datetime, request_id: str) -> dict[str, Any]:
    """The event of one request; `scope` is ASGI's, `at` (aware) is when it came, `request_id` is a UUID."""
    headers = joined_headers(scope)
    cookies = [item.strip() for item in headers.pop("cookie", "").split(";") if item.strip()]
    query = scope["query_string"].decode("latin-1")
    path = scope["raw_path"].decode("latin-1")
    text = _as_text(headers.get("content-type", ""), body)
    source_ip = scope["client"][0]
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": headers | _forwarded(scope, request_id, at),
        "requestContext": {
            "accountId": ACCOUNT_ID,
            "apiId": API_ID,
            "domainName": domain_name(scope),
            "domainPrefix": API_ID,
            "http": {
                "method": scope["method"],
                "path": path,
                "protocol": f"HTTP/{scope['http_version']}",
                "sourceIp": source_ip,
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": request_id,
            "routeKey": "$default",
            "stage": STAGE,
            "time": common_log_time(at),
            "timeEpoch": int(at.timestamp() * 1000),
        },
        "isBase64Encoded": bool(body) and text is None,
    }
    if cookies:
        event["cookies"] = cookies
    if query:
        event["queryStringParameters"] = {
            name: ",".join(values) for name, values in _grouped(parse_qsl(query, keep_blank_values=True)).items()
        }
    if body:
        event["body"] = text if text is not None else base64.b64encode(body).decode()
    return event


def read_reply(reply: Any) -> HttpReply:
    """A function's answer as an HTTP response. Without a `statusCode` the whole answer is a JSON body, status 200.

    Raises:
        MalformedReply: it is neither.
    """
    if not isinstance(reply, dict) or "statusCode" not in reply:
        body = reply if isinstance(reply, str) else json.dumps(reply)
        return HttpReply(200, (("content-type", "application/json"),), body.encode())
    try:
        status = int(reply["statusCode"])
        headers = [(str(name).lower(), str(value)) for name, value in (reply.get("headers") or {}).items()]
        headers += [("set-cookie", str(cookie)) for cookie in reply.get("cookies") or ()]
        content = reply.get("body") or ""
        raw = base64.b64decode(content, validate=True) if reply.get("isBase64Encoded") else content.encode()
    except (TypeError, ValueError, AttributeError, binascii.Error) as error:
        raise MalformedReply(str(error)) from error
    if status // 100 not in (2, 3, 4, 5):
        raise MalformedReply(f"statusCode {status}")
    return HttpReply(status, tuple(headers), raw)


def joined_headers(scope: Scope) -> dict[str, str]:
    """Header names in lower case; repeated ones joined with commas, cookies with semicolons (RFC 9113, 8.2.3)."""
    grouped = _grouped((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in scope["headers"])
    return {name: ("; " if name == "cookie" else ",").join(values) for name, values in grouped.items()}


def domain_name(scope: Scope) -> str:
    """The host a client asked for, without its port."""
    return joined_headers(scope).get("host", "localhost").rsplit(":", 1)[0]


def common_log_time(at: datetime) -> str:
    """As `12/Mar/2020:19:03:58 +0000`; not by strftime, whose month names follow the locale."""
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return f"{at.day:02}/{months[at.month - 1]}/{at.year}:{at:%H:%M:%S %z}"


def trace_root(request_id: str, at: datetime) -> str:
    """The trace that the gateway begins with a request."""
    return f"Root=1-{int(at.timestamp()):08x}-{request_id.replace('-', '')[:24]}"


def _forwarded(scope: Scope, request_id: str, at: datetime) -> dict[str, str]:
    """What the gateway adds; it replaces what a client may have sent under these names."""
    return {
        "x-forwarded-for": scope["client"][0],
        "x-forwarded-port": str(scope["server"][1]),
        "x-forwarded-proto": scope["scheme"],
        tracing.GATEWAY: trace_root(request_id, at),
    }


def _as_text(content_type: str, body: bytes) -> str | None:
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type.startswith(_TEXT_TYPES) or media_type.endswith(("+json", "+xml")):
        try:
            return body.decode()
        except UnicodeDecodeError:
            return None
    return None


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for name, value in pairs:
        groups.setdefault(name, []).append(value)
    return groups
