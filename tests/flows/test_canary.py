"""The canary when something is wrong: it says so, is counted, and its account goes all the same."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from functions.canary.handler import CREDITS, Dependencies, handle
from functions.canary.job import Order, Site, do
from medley.apps.registry import Registry, load
from medley.db.unit_of_work import SqlUnitOfWork
from medley.errors import Broken, Unavailable
from medley.runtime import token_keys
from medley.runtime.observability import logger
from medley.runtime.passwords import Argon2Hasher
from medley.runtime.random_secrets import RandomSecrets
from medley.runtime.system import SystemClock, TimeOrderedIds
from medley.runtime.tokens import SignedTokens
from medley.services import visitors
from medley.services.accounts import Identity
from tests.flows.events import Context

EMAIL = "canary@127.0.0.1"
VIDEO = b"a video"


def identity() -> Identity:
    return Identity(TimeOrderedIds(), SignedTokens(token_keys.new_keys(), "medley", SystemClock()), RandomSecrets())


@pytest.fixture
def counted() -> list[bool]:
    return []


@pytest.fixture
def deps(unit_of_work: Callable[[], SqlUnitOfWork], counted: list[bool]) -> Dependencies:
    """Those of a site where nothing listens."""
    return Dependencies(
        unit_of_work,
        identity(),
        Argon2Hasher(),
        "http://127.0.0.1:9",
        lambda well, _: counted.append(well),
        logger("canary"),
        Order.of(load()),
    )


def test_a_site_that_does_not_answer_is_counted_and_the_account_goes(deps: Dependencies, counted: list[bool]) -> None:
    with deps.unit_of_work() as uow:  # as a run that was cut off would leave it
        visitors.welcome(uow, deps.identity, email=EMAIL, name="canary", password_hash="-", bonus=CREDITS)
        uow.commit()
    with pytest.raises(Unavailable) as raised:
        handle({}, Context(), deps)  # type: ignore[arg-type]  # as much of it as is read
    assert raised.value.code == "canary_unanswered"
    assert counted == [False]
    with deps.unit_of_work() as uow:
        assert uow.accounts.user_by_email(EMAIL) is None


def test_a_visitor_has_credits_and_a_session_until_it_is_dismissed(deps: Dependencies) -> None:
    with deps.unit_of_work() as uow:
        token = visitors.welcome(uow, deps.identity, email=EMAIL, name="canary", password_hash="-", bonus=CREDITS)
        claims = deps.identity.tokens.read_access(token)
        assert uow.ledger.wallet(claims.user_id).available == CREDITS
        assert uow.accounts.live_user(claims.user_id, claims.session_id) is not None
        assert visitors.dismiss(uow, EMAIL) == claims.user_id
        assert uow.accounts.live_user(claims.user_id, claims.session_id) is None
        assert visitors.dismiss(uow, EMAIL) is None


@dataclass
class Answered:
    status: int
    data: bytes


@dataclass
class FakeSite:
    """Answers as the API does where all is well, but for what a test says of a path's end."""

    otherwise: Mapping[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def request(self, method: str, url: str, **_: Any) -> Answered:
        path = url.removeprefix("https://site.test").removeprefix("/v1")
        self.asked.append(f"{method} {path}")
        part = {"role": "main", "sha256": hashlib.sha256(VIDEO).hexdigest(), "size_bytes": len(VIDEO)}
        right: dict[str, Any] = {
            "POST /projects": {"id": "p"},
            "POST /projects/p/clips": {"upload": {"request": {"method": "PUT", "url": "https://b/c", "headers": {}}}},
            "PUT https://b/c": b"",
            "GET /projects/p/clips": {"items": [{"state": "ready"}]},
            "POST /projects/p/generations": {"id": "g"},
            "GET /generations/g": {"generation": {"state": "succeeded"}},
            "GET /generations/g/outputs": {"items": [{"n": 1, "parts": [part]}]},
            "GET /generations/g/outputs/1/link": {"url": "https://b/video"},
            "GET https://b/video": VIDEO,
        }
        found = {**right, **self.otherwise}[self.asked[-1]]
        if isinstance(found, int):
            return Answered(found, b"no")
        return Answered(200, found if isinstance(found, bytes) else json.dumps(found).encode())


def run(otherwise: Mapping[str, Any], *, seconds: float = 5) -> FakeSite:
    site, left = FakeSite(otherwise), [seconds]

    def pause(pause_s: float) -> None:
        left[0] -= pause_s

    do(Site("https://site.test", "token", lambda: left[0], pause, site), Order.of(load()))  # type: ignore[arg-type]
    return site


def test_a_job_that_goes_well_ends_with_the_video() -> None:
    assert run({}).asked[-1] == "GET https://b/video"


@pytest.mark.parametrize(
    ("otherwise", "code"),
    [
        ({"POST /projects": 402}, "canary_refused"),
        ({"PUT https://b/c": 403}, "canary_refused"),
        ({"GET /projects/p/clips": {"items": [{"state": "rejected"}]}}, "canary_wrong"),
        ({"GET /generations/g": {"generation": {"state": "failed"}}}, "canary_wrong"),
        ({"GET https://b/video": b"a vide0"}, "canary_wrong"),
        ({"GET https://b/video": VIDEO + b" and more"}, "canary_wrong"),
    ],
)
def test_what_goes_wrong_is_told(otherwise: Mapping[str, Any], code: str) -> None:
    with pytest.raises(Broken) as raised:
        run(otherwise)
    assert raised.value.code == code


def test_what_is_ordered_is_an_apps_sample_and_never_nothing() -> None:
    stamps = load(("tests.apps.toys.stamps",))  # has none
    mixer = load().apps
    assert Order.of(Registry({**stamps.apps, **mixer})) == Order.of(load())
    with pytest.raises(Broken) as raised:
        Order.of(stamps)
    assert raised.value.code == "canary_without_app"


def test_what_does_not_end_is_not_waited_for_for_ever() -> None:
    with pytest.raises(Unavailable) as raised:
        run({"GET /generations/g": {"generation": {"state": "running"}}})
    assert raised.value.code == "canary_too_slow"
