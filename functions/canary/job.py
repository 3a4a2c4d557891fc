"""Canary's job: what a person does, from a project to a downloaded video, by the public address and nothing else."""

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import urllib3

from medley import tracing
from medley.apps.registry import Registry
from medley.domain.accounts import Role
from medley.errors import Broken, Unavailable

POLL_S: Final = 1.0
REQUEST_S: Final = 30.0
MEDIA_TYPE: Final = "video/mp4"
CLIPS: Final = Path(__file__).parent / "clips"  # small, and always the same
Json = dict[str, Any]


@dataclass(frozen=True)
class Order:
    """What is asked for each time: of the first app that has a sample, that."""

    app: str
    spec: Json

    @classmethod
    def of(cls, registry: Registry) -> "Order":
        """Raises: Broken, code `canary_without_app`."""
        for app in registry.apps.values():
            if app.manifest.sample is not None and app.manifest.is_for(Role.USER):
                return cls(app.manifest.id, dict(app.manifest.sample))
        raise Broken("No app has a sample.", code="canary_without_app")


@dataclass(frozen=True)
class Site:
    """The site at `url` for somebody with this token, until `remaining_s` says 0."""

    url: str
    token: str
    remaining_s: Callable[[], float]
    pause: Callable[[float], None] = time.sleep
    http: urllib3.PoolManager = field(default_factory=lambda: urllib3.PoolManager(retries=False, timeout=REQUEST_S))

    def call(self, method: str, path: str, body: Json | None = None) -> Json:
        """One request below `/v1`; its JSON. Raises: Broken (`canary_refused`), Unavailable (`canary_unanswered`)."""
        headers = {"authorization": f"Bearer {self.token}", "idempotency-key": str(uuid4())}
        content = None if body is None else json.dumps(body).encode()
        if content is not None:
            headers["content-type"] = "application/json"
        answer = self.send(method, f"{self.url}/v1{path}", content, headers)
        told: Json = json.loads(answer) if answer else {}
        return told

    def send(self, method: str, url: str, content: bytes | None, headers: Mapping[str, str]) -> bytes:
        """One request to anywhere; what it answers. Raises: as `call`."""
        trace = tracing.carried()
        traced = {**headers, tracing.TRACEPARENT: trace} if trace and url.startswith(self.url) else headers
        shown = url.partition("?")[0]
        try:
            answer = self.http.request(method, url, body=content, headers=traced)
        except urllib3.exceptions.HTTPError as error:
            raise Unavailable(f"{method} {shown} is not answered: {error}", code="canary_unanswered") from error
        if answer.status >= HTTPStatus.BAD_REQUEST:
            said = answer.data[:500].decode(errors="replace")
            raise Broken(f"{method} {shown} is answered {answer.status}: {said}", code="canary_refused")
        return answer.data

    def until(self, ended: Callable[[Json], bool], path: str) -> Json:
        """What is at a path once it has ended. Raises: Unavailable (`canary_too_slow`), and as `call`."""
        while True:
            found = self.call("GET", path)
            if ended(found):
                return found
            if self.remaining_s() <= POLL_S:
                raise Unavailable(f"{path} has not ended in time.", code="canary_too_slow")
            self.pause(POLL_S)


def do(site: Site, order: Order) -> None:
    """All of it: a project, its clips, an order, its video, which is what was promised.

    Raises:
        Broken: something was refused, or came out wrong. Unavailable: something did not answer, or not in time.
    """
    project = site.call("POST", "/projects", {"name": "Canary", "app": order.app})["id"]
    for clip in sorted(CLIPS.iterdir()):
        content = clip.read_bytes()
        about = {"name": clip.name, "size_bytes": len(content), "content_type": MEDIA_TYPE}
        upload = site.call("POST", f"/projects/{project}/clips", about)["upload"]["request"]
        site.send(upload["method"], upload["url"], content, upload["headers"])
    clips = site.until(_all_settled, f"/projects/{project}/clips")["items"]
    _require(all(clip["state"] == "ready" for clip in clips), "clips", clips)
    generation = site.call("POST", f"/projects/{project}/generations", {"spec": order.spec})["id"]
    ended = site.until(lambda found: found["generation"]["state"] != "running", f"/generations/{generation}")
    _require(ended["generation"]["state"] == "succeeded", "generation", ended["generation"])
    for output in site.call("GET", f"/generations/{generation}/outputs")["items"]:
        link = site.call("GET", f"/generations/{generation}/outputs/{output['n']}/link")["url"]
        video = site.send("GET", link, None, {})
        (main,) = (part for part in output["parts"] if part["role"] == "main")
        same = hashlib.sha256(video).hexdigest() == main["sha256"] and len(video) == main["size_bytes"]
        _require(same, "video", {"got_bytes": len(video), **main})


def _all_settled(page: Json) -> bool:
    return all(clip["state"] != "expected" for clip in page["items"])


def _require(right: bool, what: str, found: object) -> None:
    if not right:
        raise Broken(f"The {what} came out wrong: {json.dumps(found)[:1000]}", code="canary_wrong")
