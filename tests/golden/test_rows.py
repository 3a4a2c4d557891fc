"""A database the last release left behind is brought up to date, and everything in it is still there."""

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from sqlalchemy import Engine
from sqlalchemy.pool import NullPool

from local.database.postgres import Postgres
from medley.apps.registry import registry
from medley.contracts.media import ClipFacts
from medley.db import migrations
from medley.db.engine import make_engine
from medley.db.unit_of_work import SqlUnitOfWork
from medley.domain.generations import GenerationState, OutputState
from medley.domain.uploads import UploadState
from medley.runtime.passwords import Argon2Hasher
from medley.services import generations, manifests, wallet
from tests.golden import releases

UnitsOfWork = Callable[[], SqlUnitOfWork]


@pytest.fixture(scope="module", params=releases.REVISIONS)
def revision(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def upgraded(postgres: Postgres, revision: str) -> Iterator[Engine]:
    """A database with the rows of a release, at the newest revision."""
    name = f"golden_{revision}"
    postgres.create_database(name)
    url = postgres.url(name)
    migrations.upgrade(url, revision)
    engine = make_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        releases.fill(connection, revision)
    migrations.upgrade(url)
    yield engine
    engine.dispose()


@pytest.fixture
def uow(upgraded: Engine) -> Iterator[SqlUnitOfWork]:
    with SqlUnitOfWork(upgraded) as uow:
        yield uow


@pytest.fixture(scope="module")
def user(revision: str) -> UUID:
    return UUID(releases.tokens(revision)["user_id"])


@pytest.fixture(scope="module")
def orders(revision: str) -> dict[str, UUID]:
    return {name: UUID(number) for name, number in releases.kept(revision)["orders"].items()}


def test_a_person_signs_in_with_their_password(uow: SqlUnitOfWork, revision: str, user: UUID) -> None:
    found = uow.accounts.user_by_email("golden@example.com")
    assert found is not None
    assert found.id == user
    assert Argon2Hasher().verify(releases.kept(revision)["password"], found.password_hash)


def test_credits_are_what_they_were(uow: SqlUnitOfWork, user: UUID) -> None:
    found = wallet.balance(uow, user)
    assert found.available + found.reserved + found.spent == 60
    assert found.spent >= 6


def test_clips_are_ready_with_their_facts(uow: SqlUnitOfWork, user: UUID) -> None:
    summer = next(each for each in uow.library.projects(user, before=None, limit=9) if each.name == "Summer")
    clips = {clip.name: clip for clip in uow.library.clips(summer.id, after=None, limit=100)}
    assert {name: clip.state for name, clip in clips.items()} == {
        "red.mp4": UploadState.READY,
        "green.mp4": UploadState.READY,
        "silent.mp4": UploadState.READY,
        "words.mp4": UploadState.REJECTED,
        "later.mp4": UploadState.EXPECTED,
    }
    library = uow.library.ready_library(user, summer.id)
    assert [clip.facts.video.frames for clip in library.clips] == [24, 24, 24]
    assert [clip.facts.audio is None for clip in library.clips] == [False, False, True]
    assert [(name, len(members)) for name, members in library.groups] == [("Hook", 1), ("Body", 2)]
    assert {asset.facts.kind for asset in library.assets} == {"audio", "image"}
    assert all(isinstance(clip.facts, ClipFacts) for clip in library.clips)


def test_a_finished_generation_shows_its_videos(uow: SqlUnitOfWork, user: UUID, orders: dict[str, UUID]) -> None:
    finished = generations.read(uow, user, orders["finished"])
    assert (finished.state, finished.outputs_made) == (GenerationState.SUCCEEDED, 2)
    outputs = generations.outputs(uow, user, finished.id)
    assert [(output.n, output.title, output.state) for output in outputs] == [
        (1, "Video 1", OutputState.MADE),
        (2, "Video 2", OutputState.MADE),
    ]
    assert all(output.key == f"outputs/{user}/{finished.id}/{output.n}.mp4" for output in outputs)
    told = manifests.manifest(uow, registry(), user, finished.id)
    assert [video["state"] for video in told["outputs"]] == ["made", "made"]
    assert all(video["shots"] for video in told["outputs"])


def test_one_that_ended_otherwise_says_why(uow: SqlUnitOfWork, user: UUID, orders: dict[str, UUID]) -> None:
    ended = {name: generations.read(uow, user, orders[name]) for name in ("in part", "failed", "cancelled")}
    assert {name: each.state.value for name, each in ended.items()} == {
        "in part": "partial",
        "failed": "failed",
        "cancelled": "cancelled",
    }
    codes = [output.code for output in generations.outputs(uow, user, ended["in part"].id)]
    assert sorted(codes, key=str) == [None, "segment_missing", "segment_missing"]


def test_every_invariant_holds(uow: SqlUnitOfWork) -> None:
    assert {number: rows for number, rows in uow.invariants.broken(sample=5).items() if rows} == {}
