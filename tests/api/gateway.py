"""Real API Gateway events (HTTP API, payload format 2.0) through the real handler."""

import base64
import gzip
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from http.cookies import SimpleCookie
from itertools import count
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import unquote

from functions.api.app import create_app
from functions.api.dependencies import Dependencies
from functions.api.handler import handle
from medley.apps.registry import registry
from medley.apps.video_mixer import APP
from medley.domain.wording import CORE
from medley.sentences import fill
from tests.api import post

CONTEXT = cast(Any, SimpleNamespace(function_name="api", aws_request_id="test"))
PASSWORD = "a long and private sentence"
TEMPLATES = {**CORE.templates, **APP.sentences}
SAID_IN_SEVERAL_WAYS = {
    *("file_too_large", "too_many_bundles", "too_many_outputs"),
    "wrong_parts",
}  # of which one is documented
_numbers = count(1)


def http_event(
    method: str,
    target: str,
    *,
    headers: Mapping[str, str],
    cookies: Sequence[str] = (),
    body: str | bytes | None = None,
    source_ip: str = "203.0.113.7",
) -> dict[str, Any]:
    """What API Gateway hands to Lambda; `target` is the path with its query."""
    path, _, query = target.partition("?")
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {"host": "api.example.com", "x-forwarded-for": "198.51.100.1", **headers},
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "api",
            "domainName": "api.example.com",
            "http": {
                "method": method,
                "path": unquote(path),
                "protocol": "HTTP/1.1",
                "sourceIp": source_ip,
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": f"request-{next(_numbers)}",
            "routeKey": "$default",
            "stage": "$default",
            "time": "20/Nov/2026:09:30:00 +0000",
            "timeEpoch": 1795167000000,
        },
        "isBase64Encoded": isinstance(body, bytes),
    }
    if cookies:
        event["cookies"] = list(cookies)
    if body is not None:
        event["body"] = base64.b64encode(body).decode() if isinstance(body, bytes) else body
    return event


@dataclass(frozen=True)
class Reply:
    """The handler's answer, read."""

    status: int
    headers: Mapping[str, str]
    set_cookies: Sequence[str]
    text: str

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> "Reply":
        """An answer of the handler, unpacked."""
        text = answer["body"]
        if answer["isBase64Encoded"]:
            sent = base64.b64decode(text)
            text = (gzip.decompress(sent) if answer["headers"].get("content-encoding") == "gzip" else sent).decode()
        return cls(answer["statusCode"], answer.get("headers", {}), answer.get("cookies", []), text)

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def code(self) -> str:
        """The error code."""
        return str(self.json["error"]["code"])

    @property
    def metadata(self) -> dict[str, Any]:
        return dict(self.json["error"]["metadata"])


@dataclass
class Browser:
    """A client with a cookie jar and, once signed in, a token. `replies` is everything it was told."""

    deps: Dependencies
    source_ip: str = "203.0.113.7"
    token: str | None = None
    cookies: dict[str, str] = field(default_factory=dict)
    user: dict[str, Any] = field(default_factory=dict)

    def send(
        self,
        method: str,
        target: str,
        body: Any = None,
        *,
        raw: str | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        documented: bool = True,
    ) -> Reply:
        """One request; `body` is sent as JSON, `raw` as it is. The answer has to be `documented`."""
        sent = (
            {"content-type": "application/json", "user-agent": "tests"} if body is not None or raw is not None else {}
        )
        if self.token is not None:
            sent["authorization"] = f"Bearer {self.token}"
        event = http_event(
            method,
            target,
            headers={**sent, **(headers or {})},
            cookies=[f"{name}={value}" for name, value in self.cookies.items()],
            body=raw if raw is not None else None if body is None else json.dumps(body),
            source_ip=self.source_ip,
        )
        reply = self._keep(handle(json.loads(json.dumps(event)), CONTEXT, self.deps))
        if documented:
            check_documented(method, target.partition("?")[0], reply)
        return reply

    def _keep(self, answer: dict[str, Any]) -> Reply:
        for line in answer.get("cookies", []):
            for name, morsel in SimpleCookie(line).items():
                if morsel["max-age"] == "0":
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value
        return Reply.of(answer)

    def get(self, target: str, **options: Any) -> Reply:
        return self.send("GET", target, **options)

    def post(self, target: str, body: Any = None, **options: Any) -> Reply:
        return self.send("POST", target, body, **options)

    def delete(self, target: str) -> Reply:
        return self.send("DELETE", target)

    def sign_up(self, email: str, password: str = PASSWORD, name: str = "Ada") -> Reply:
        """Sign up by way of the mail; the answer is that of the last step that was taken."""
        asked = self.post("/v1/auth/sign-up", {"email": email})
        mails = post.deliver(self.deps) if asked.status == 202 else []
        if not mails or not mails[-1].token:
            return asked
        return self.complete_sign_up(mails[-1].token, password, name)

    def complete_sign_up(self, token: str, password: str = PASSWORD, name: str = "Ada") -> Reply:
        body = {"token": token, "password": password, "name": name}
        return self._signed_in(self.post("/v1/auth/sign-up/complete", body))

    def sign_in(self, email: str, password: str = PASSWORD) -> Reply:
        return self._signed_in(self.post("/v1/auth/sign-in", {"email": email, "password": password}))

    def _signed_in(self, reply: Reply) -> Reply:
        if reply.status < 300:
            self.token, self.user = reply.json["access_token"], reply.json["user"]
        return reply

    def project(self, name: str = "Spring") -> str:
        """The id of a new project."""
        reply = self.post("/v1/projects", {"app": "video_mixer", "name": name})
        assert reply.status == 201, reply.text
        return str(reply.json["id"])

    def clip(self, project_id: str, name: str = "a.mp4", size_bytes: int = 1000) -> dict[str, Any]:
        """A new clip and its upload."""
        asked = {"name": name, "size_bytes": size_bytes, "content_type": "video/mp4"}
        reply = self.post(f"/v1/projects/{project_id}/clips", asked)
        assert reply.status == 201, reply.text
        return dict(reply.json)


@cache
def openapi() -> dict[str, Any]:
    """The OpenAPI document."""
    return create_app(registry()).openapi()


def check_documented(method: str, path: str, reply: Reply) -> None:
    """Every answer a test gets is one the OpenAPI document promises, down to the error's sentence; none is a 500."""
    for template, item in openapi()["paths"].items():
        if method.lower() in item and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path):
            responses = item[method.lower()]["responses"]
            assert str(reply.status) in responses, f"{method} {template} does not promise {reply.status}: {reply.text}"
            assert reply.status != 500, reply.text
            if reply.status >= 400:
                content = responses[str(reply.status)]["content"]["application/json"]
                promised = content["schema"]["allOf"][1]["properties"]["error"]["properties"]["code"]["enum"]
                assert reply.code in promised, reply.text
                example = openapi()["components"]["examples"].get(reply.code)
                if example and reply.code not in SAID_IN_SEVERAL_WAYS:
                    assert _said(reply.json["error"]) == _said(example["value"]["error"])


def _said(error: dict[str, Any]) -> tuple[str, list[str]]:
    """An error's sentence, whatever its numbers and what it quotes, and the names in its metadata."""
    metadata, template = error["metadata"], TEMPLATES.get(error["code"])
    if template is not None:  # which says all there is to say, with whatever it is filled
        assert fill(template, metadata) == error["message"]
        return template, sorted(metadata)
    return re.sub(r"\d+", "0", re.sub(r"'.*'", "''", error["message"])), sorted(metadata)
