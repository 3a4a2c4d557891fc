"""Scenario 18, whole: whatever takes an id answers of somebody else's as of one that nobody has.

All of it is read from the OpenAPI document: every operation, every place in its path, its query or its body where an id
stands, and of what it is one. Each place by itself is given somebody else's id, all else being one's own, and then all
of them together. With one's own ids alone the same request does what it is for, so it is not refused for its form.
Nothing that is asked here is kept: each request finds the same database.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import count
from typing import Any, Final
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine

from medley import limits
from medley.contracts.assets import ImageFacts
from medley.db.unit_of_work import SqlUnitOfWork
from tests.api.conftest import OfflineBucket, Workers
from tests.api.gateway import Browser, Reply, openapi
from tests.api.test_repeats import without_a
from tests.flows.world import SOUND, clip_accepted

Place = tuple[str, ...]  # "path", "query" or "body", and the names that lead to it; [] is an item of a list

IMAGE = ImageFacts(codec="png", width=640, height=320, alpha=True, size_bytes=1000, sha256="b" * 64)
ITEM: Final = "[]"
OTHER_PARAMETERS: Final = {"n": "1"}  # of paths, which are no ids
SPEC: Final = {"count": 2, "resolution": 480, "seed": 7}
OF_GROUPS: Final = {"mode": "groups", "order": "shuffled"}
# Fields that the example of a body gives other values than suit what `Belongings` makes.
SUITABLE: Final[dict[str, Any]] = {
    "spec": SPEC,
    "app": "video_mixer",
    "version": 1,
    "outputs": [1],
    "name": "Something else",
    "position": 1,
    "days": limits.OUTPUT_DAYS + 1,
}
# What its owner is refused too, and why: there is no more to try out than this.
REFUSED: Final = {
    ("post", "/v1/clips/{clip_id}/complete"): "wrong_parts",  # none was sent
    ("post", "/v1/generations/{generation_id}/outputs/{n}/restore"): "not_gone",
    ("put", "/v1/admin/users/{user_id}/role"): "role_required",
    ("put", "/v1/admin/users/{user_id}/disabled"): "role_required",
    ("get", "/v1/admin/audit"): "role_required",
}
ADMINISTRATION: Final = "/v1/admin/"
_VOLATILE: Final = re.compile(
    r"https?://[^\s\"]+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)?"
)


@dataclass(frozen=True)
class Operation:
    """One operation of the document."""

    method: str
    path: str
    told: Mapping[str, Any]

    @cached_property
    def places(self) -> dict[Place, str]:
        """Where ids stand in a request, and of what kind each is."""
        found: dict[Place, str] = {}
        for parameter in self.told.get("parameters", ()):
            if parameter["in"] != "header":
                for place, kind in ids_in(parameter["schema"], parameter["name"], ""):
                    found[(parameter["in"], parameter["name"], *place)] = kind
        for place, kind in ids_in(self.body_schema, "", ""):
            found[("body", *place)] = kind
        return found

    @property
    def body_schema(self) -> Mapping[str, Any]:
        return dict(self.told["requestBody"]["content"]["application/json"]["schema"]) if self.has_body else {}

    @property
    def has_body(self) -> bool:
        return "requestBody" in self.told

    @property
    def refusals(self) -> set[int]:
        """How it answers of an id in its path that nobody has."""
        return {403} if self.path.startswith(ADMINISTRATION) else {404, 422} if "restore" in self.path else {404}

    def send(self, browser: Browser, own: "Ids", given: Mapping[Place, str], *, company: bool = True) -> Reply:
        """One request with `own` ids, but for those `given`, which in a list come after another."""
        path = dict(OTHER_PARAMETERS)
        for place, kind in self.places.items():
            if place[0] == "path":
                path[place[1]] = given.get(place, self._default(own, kind))
        query = "&".join(f"{place[1]}={each}" for place, each in given.items() if place[0] == "query")
        target = self.path.format(**path) + (f"?{query}" if query else "")
        headers = {"idempotency-key": str(uuid4())}
        return browser.send(self.method.upper(), target, self._body(own, given, company), headers=headers)

    def _default(self, own: "Ids", kind: str) -> str:
        """One's own of a kind: the first or, to be restored, the last, which is deleted."""
        return own[kind][-1 if "restore" in self.path and kind != "project" else 0]

    def _body(self, own: "Ids", given: Mapping[Place, str], company: bool) -> Any:
        if not self.has_body:
            return None
        example = resolved(self.body_schema)["examples"][0]
        body = {name: SUITABLE.get(name, value) for name, value in example.items()}
        for place, kind in self.places.items():
            if place[0] == "body" and (place in given or (place[1] in body and place[1] not in SUITABLE)):
                target = given.get(place, self._default(own, kind))
                others = [each for each in own[kind][1:2] if company and each != target]
                body = with_id(body, place[1:], others, target)
        if any("groups" in place for place in given):
            body = {**body, "spec": OF_GROUPS | body["spec"]}
        return body


Ids = Mapping[str, Sequence[str]]  # of what one has, by kind; of some kinds in several states


def resolved(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = schema.get("$ref")
    return dict(openapi()["components"]["schemas"][reference.rsplit("/", 1)[1]]) if reference else schema


def ids_in(schema: Mapping[str, Any], name: str, kind: str) -> Iterator[tuple[Place, str]]:
    """The places of ids within a value of this schema, with their kinds: as the form is told, or as they are named."""
    schema = resolved(schema)
    form = schema.get("x-ui", {})
    kind = "_".join(filter(None, (form.get("asset"), form.get("id")))) or kind
    if schema.get("format") == "uuid":
        yield (), kind or re.sub("_ids?$", "", name)
    elif schema.get("type") == "string":
        assert not re.search("(^|_)ids?$", name), f"{name} is called an id, and any text is taken for one"
    for each in schema.get("anyOf", ()):
        yield from ids_in(each, name, kind)
    for field, value in schema.get("properties", {}).items():
        yield from (((field, *place), found) for place, found in ids_in(value, field, kind))
    if "items" in schema:
        yield from (((ITEM, *place), found) for place, found in ids_in(schema["items"], name, kind))


def with_id(value: Any, place: Place, others: Sequence[str], given: str) -> Any:
    """A value with an id at a place; in a list it comes after others."""
    if not place:
        return given
    first, rest = place[0], place[1:]
    if first != ITEM:
        there = value if isinstance(value, dict) else {}
        return {**there, first: with_id(there.get(first), rest, others, given)}
    before = [] if rest[:1] == (ITEM,) else [with_id(None, rest, (), each) for each in others]
    return [*before, with_id(None, rest, others, given)]


def operations() -> list[Operation]:
    """All that take an id."""
    every = [
        Operation(method, path, told) for path, item in openapi()["paths"].items() for method, told in item.items()
    ]
    return [operation for operation in every if operation.places]


class Undone(SqlUnitOfWork):
    """A unit of work of which nothing stays."""

    def commit(self) -> None:
        self.connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")  # what a commit would have looked at


@dataclass(frozen=True)
class Belongings:
    """Makes what one person has: of each kind something, in each state in which it may be asked for."""

    browser: Browser
    workers: Workers

    def make(self) -> Ids:
        browser = self.browser
        project, numbers = browser.project(), count()
        path = f"/v1/projects/{project}"

        def clip(size_bytes: int = 1000) -> str:
            return str(browser.clip(project, f"{'abcdefgh'[next(numbers)]}.mp4", size_bytes)["clip"]["id"])

        ready = [clip() for _ in range(3)]
        spare, large = clip(), clip(limits.SINGLE_UPLOAD_BYTES + 1)
        self._accept(ready)
        groups = [browser.post(f"{path}/groups", {"name": each, "clip_ids": [each]}).json["id"] for each in ready[:2]]
        audio, image, expected, deleted = (self._asset(path, kind) for kind in ("audio", "image", "audio", "audio"))
        self._accept_assets(audio, image)
        finished = self._order(path, "1")
        self.workers.work()
        partly = self._order(path, "2", count=6)
        self.workers.work(without_a)
        bundle = browser.post(f"/v1/generations/{finished}/bundles", {}, headers={"idempotency-key": "b"}).json["id"]
        preset = browser.post("/v1/presets", {"app": "video_mixer", "name": "Short", "spec": SPEC}).json["id"]
        gone = browser.project("Gone")
        for address in (f"/v1/clips/{spare}", f"/v1/assets/{deleted}", f"/v1/projects/{gone}"):
            assert browser.delete(address).status == 204
        return {
            "project": [project, gone],
            "clip": [*ready, large, spare],
            "group": groups,
            "asset": [audio, expected, deleted],
            "audio_asset": [audio],
            "image_asset": [image],
            "generation": [finished, partly],
            "bundle": [bundle],
            "preset": [preset],
            "session": [browser.get("/v1/sessions").json["items"][0]["id"]],
            "user": [browser.user["id"]],
        }

    def order(self, ids: Ids) -> Ids:
        """The same, with an order that is not worked on yet."""
        running = self._order(f"/v1/projects/{ids['project'][0]}", "3")
        return {**ids, "generation": [*ids["generation"], running]}

    def _accept(self, clips: Sequence[str]) -> None:
        with self.workers.deps.unit_of_work() as uow:
            for n, each in enumerate(clips):
                uow.library.accept_clip(clip_accepted(UUID(self.browser.user["id"]), UUID(each), n))
            uow.commit()

    def _asset(self, path: str, kind: str) -> str:
        media = {"audio": ("a.mp3", "audio/mpeg"), "image": ("a.png", "image/png")}[kind]
        asked = {"kind": kind, "name": media[0], "size_bytes": 1000, "content_type": media[1]}
        return str(self.browser.post(f"{path}/assets", asked).json["asset"]["id"])

    def _accept_assets(self, audio: str, image: str) -> None:
        owner = UUID(self.browser.user["id"])
        with self.workers.deps.unit_of_work() as uow:
            uow.library.accept_asset(owner, UUID(audio), SOUND)
            uow.library.accept_asset(owner, UUID(image), IMAGE)
            uow.commit()

    def _order(self, path: str, key: str, **spec: object) -> str:
        wanted = {**SPEC, "clips_per_video": 2, **spec}
        reply = self.browser.post(f"{path}/generations", {"spec": wanted}, headers={"idempotency-key": key})
        assert reply.status == 201, reply.text
        return str(reply.json["id"])


@dataclass(frozen=True)
class TwoUsers:
    """Bob, who asks, and what he has; what Ada has, of each kind as much as there may be in a day."""

    bob: Browser
    bucket: OfflineBucket
    own: Ids
    ada: Ids

    def ask(self, operation: Operation, given: Mapping[Place, str], *, company: bool = True) -> Reply:
        """Send a request of Bob's, of which nothing stays."""
        uploads = dict(self.bucket.uploads)
        try:
            return operation.send(self.bob, self.own, given, company=company)
        finally:
            self.bucket.uploads = uploads


@pytest.fixture
def two(ada: Browser, bob: Browser, engine: Engine, workers: Workers) -> TwoUsers:
    owners = [Belongings(each, workers) for each in (bob, ada)]
    own, hers = (owner.order(made) for owner, made in [(owner, owner.make()) for owner in owners])
    for n in range(limits.PREVIEWS_PER_DAY):
        asked = ada.post(
            f"/v1/projects/{hers['project'][0]}/previews", {"spec": SPEC}, headers={"idempotency-key": f"p{n}"}
        )
        assert asked.status == 201, asked.text
    asking = Browser(replace(workers.deps, unit_of_work=lambda: Undone(engine)), token=bob.token, user=bob.user)
    return TwoUsers(asking, workers.bucket, own, hers)


def told(reply: Reply) -> tuple[int, Any]:
    """An answer without what differs from one request to the next, or says back what was asked for."""
    if reply.status < 300 or not reply.text:
        return reply.status, _VOLATILE.sub("_", reply.text)
    error = reply.json["error"]
    return reply.status, _VOLATILE.sub("_", json.dumps([error["code"], error["message"], error["metadata"]]))


def questions(operation: Operation) -> list[Sequence[Place]]:
    """Places that are given somebody else's id: each by itself, then all of the path together."""
    of_path = [place for place in operation.places if place[0] == "path"]
    return [*([place] for place in operation.places), *([of_path] if len(of_path) > 1 else [])]


def test_scenario_18_every_place_for_an_id_answers_of_somebody_elses_as_of_nothing(two: TwoUsers) -> None:
    """The same status, words and values: not even a limit that was reached tells that there is something."""
    for operation in operations():
        kinds = operation.places
        assert set(kinds.values()) <= set(two.ada), f"there is a new kind of thing somebody has: {operation.path}"
        for places in questions(operation):
            for n in range(max(len(two.ada[kinds[place]]) for place in places)):
                hers = {place: two.ada[kinds[place]][n % len(two.ada[kinds[place]])] for place in places}
                nothing = {place: str(uuid4()) for place in places}
                of_hers, of_nothing = (told(two.ask(operation, given)) for given in (hers, nothing))
                assert of_hers == of_nothing, (operation.method, operation.path, places)
                if places[0][0] == "path":
                    assert of_hers[0] in operation.refusals, (operation.method, operation.path, places, of_hers)


def test_scenario_18_those_requests_do_what_they_are_for_where_all_is_ones_own(two: TwoUsers) -> None:
    wrong = []
    for operation in operations():
        for place, kind in operation.places.items():
            replies = [
                two.ask(operation, {place: each}, company=company)
                for each in two.own[kind]
                for company in (True, False)
            ]
            refused = {reply.code for reply in replies if reply.status >= 300}
            expected = REFUSED.get((operation.method, operation.path))
            if all(reply.status >= 300 for reply in replies) and expected not in refused:
                wrong.append((operation.method, operation.path, place, refused, replies[0].text[:400]))
    assert not wrong, "\n".join(map(str, wrong))
