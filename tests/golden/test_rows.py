"""A database the last release left behind is brought up to date, and everything in it is still there."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, text

from local.database.postgres import Postgres
from medley.apps.registry import registry
from medley.contracts.media import ClipFacts
from medley.db.unit_of_work import SqlUnitOfWork
from medley.domain.generations import GenerationState, OutputState
from medley.domain.uploads import UploadState
from medley.runtime.passwords import Argon2Hasher
from medley.services import generations, wallet
from medley.services.manifests import Reporter
from medley.services.sweep import Sweeper
from tests.flows.fakes import FakePusher, FakeQueue, FakeStore
from tests.flows.world import World
from tests.golden import releases

ENDED = ["0006"]  # releases whose running orders end with the upgrade


@pytest.fixture(scope="module", params=releases.REVISIONS)
def revision(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def upgraded(postgres: Postgres, revision: str) -> Iterator[Engine]:
    """A database with the rows of a release, at the newest revision."""
    engine = releases.upgraded(postgres, f"rows_{revision}", revision)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def swept(postgres: Postgres, revision: str) -> Iterator[Engine]:
    """Another one, after its first sweep."""
    engine = releases.upgraded(postgres, f"swept_{revision}", revision)
    sweeper = Sweeper(lambda: SqlUnitOfWork(engine), FakeQueue(), FakePusher(), FakeStore(), "bucket", lambda: 60.0)
    sweeper.end_overdue()
    sweeper.miss_tasks()
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
    assert [(group.name, len(group.clip_ids)) for group in library.groups] == [("Hook", 1), ("Body", 2)]
    assert {asset.facts.kind for asset in library.assets} == {"audio", "image"}
    assert all(isinstance(clip.facts, ClipFacts) for clip in library.clips)


def test_a_finished_generation_shows_its_videos(
    uow: SqlUnitOfWork, revision: str, user: UUID, orders: dict[str, UUID]
) -> None:
    finished = generations.read(uow, user, orders["finished"])
    assert (finished.state, finished.outputs_made) == (GenerationState.SUCCEEDED, 2)
    outputs = uow.generations.outputs(finished.id, after=0, limit=100)
    assert [(output.n, output.title, output.state) for output in outputs] == [
        (1, "Video 1", OutputState.MADE),
        (2, "Video 2", OutputState.MADE),
    ]
    for output in outputs:
        main, poster = output.part("main"), output.part("poster")
        assert main is not None
        assert poster is not None
        assert (main.key, poster.key) == tuple(
            f"outputs/{user}/{finished.id}/{output.n}.{end}" for end in ("mp4", "jpg")
        )
        assert (main.media_type, main.facts["frames"]) == ("video/mp4", 42)
        assert main.size_bytes
        assert {poster.size_bytes is None, poster.sha256 is None} == {revision == "0006"}  # it was not written down


def test_a_finished_generation_tells_what_its_videos_are_made_of(
    upgraded: Engine, revision: str, user: UUID, orders: dict[str, UUID]
) -> None:
    def transaction() -> AbstractContextManager[SqlUnitOfWork]:
        return SqlUnitOfWork(upgraded)

    reporter = Reporter(transaction, registry(), releases.store(revision))
    told = reporter.manifest(user, orders["finished"])
    assert [(video["state"], video["frames"], len(video["shots"])) for video in told["outputs"]] == [
        ("made", 42, 2)
    ] * 2
    assert told["prints"]
    assert reporter.distinctness(user, orders["finished"])


def test_one_that_ended_otherwise_says_why(
    uow: SqlUnitOfWork, revision: str, user: UUID, orders: dict[str, UUID]
) -> None:
    ended = {name: generations.read(uow, user, orders[name]) for name in ("in part", "failed", "cancelled")}
    assert {name: each.state.value for name, each in ended.items()} == {
        "in part": "partial",
        "failed": "failed",
        "cancelled": "cancelled",
    }
    codes = [output.code for output in uow.generations.outputs(ended["in part"].id, after=0, limit=100)]
    lost = "segment_missing" if revision in {"0006", "0010"} else "segment_lost"
    assert sorted(codes, key=str) == [None, lost, lost]


def test_what_newer_code_added_is_passed_over(
    postgres: Postgres, revision: str, user: UUID, orders: dict[str, UUID]
) -> None:
    """As after a roll-back: a field more in all that is stored as JSON."""
    engine, store = releases.upgraded(postgres, f"newer_{revision}", revision), releases.store(revision)

    def told() -> list[Any]:
        reporter = Reporter(lambda: SqlUnitOfWork(engine), registry(), store)
        with SqlUnitOfWork(engine) as uow:
            libraries = [
                uow.library.ready_library(user, each.id) for each in uow.library.projects(user, before=None, limit=9)
            ]
            outputs = uow.generations.outputs(orders["finished"], after=0, limit=100)
            lines = generations.read(uow, user, orders["finished"]).price_lines
        manifest = reporter.manifest(user, orders["finished"])
        return [libraries, outputs, lines, manifest["outputs"], reporter.distinctness(user, orders["finished"])]

    before = told()
    more = """ '{"a_field_of_tomorrow": [1]}'::jsonb """
    in_each = "(SELECT jsonb_agg(item || {more}) FROM jsonb_array_elements({column}) item)"
    with engine.begin() as connection:
        for place in ("clips.facts", "assets.facts", "generations.spec", "outputs.recipe"):
            table, column = place.split(".")
            connection.execute(text(f"UPDATE {table} SET {column} = {column} || {more}"))  # noqa: S608 - our own
        for place in ("generations.price_lines", "outputs.parts"):
            table, column = place.split(".")
            value = in_each.format(more=more, column=column)
            filled = f"{column} <> '[]'"
            connection.execute(text(f"UPDATE {table} SET {column} = {value} WHERE {filled}"))  # noqa: S608 - our own
        deeper = f"jsonb_set(facts, '{{video}}', facts -> 'video' || {more})"
        connection.execute(text(f"UPDATE clips SET facts = {deeper} WHERE facts IS NOT NULL"))  # noqa: S608 - our own
    assert told() == before
    engine.dispose()


@pytest.mark.parametrize("revision", ENDED, indirect=True, scope="module")
def test_what_was_running_is_ended_with_its_credits_back(swept: Engine, user: UUID, orders: dict[str, UUID]) -> None:
    """Videos made are kept and paid; six credits were spent before, three videos were made of one that was running."""
    with SqlUnitOfWork(swept) as uow:
        ended = {name: generations.read(uow, user, orders[name]) for name in ("half made", "encoded", "begun")}
        outputs = uow.generations.outputs(ended["half made"].id, after=0, limit=100)
        left = wallet.balance(uow, user)
        running = uow.generations.count_running(user)
    assert {name: (each.state.value, each.outputs_made, each.code) for name, each in ended.items()} == {
        "half made": ("partial", 3, "upgraded"),
        "encoded": ("failed", 0, "upgraded"),
        "begun": ("failed", 0, "upgraded"),
    }
    assert sorted(output.state.value for output in outputs) == ["failed"] * 9 + ["made"] * 3
    assert (left.available, left.reserved, left.spent) == (60 - 6 - 6, 0, 6 + 6)
    assert running == 0


@pytest.mark.parametrize("revision", [name for name in releases.REVISIONS if name not in ENDED], indirect=True)
def test_what_was_running_runs_on(postgres: Postgres, revision: str, user: UUID, orders: dict[str, UUID]) -> None:
    """Though the queues were emptied by the upgrade: its plan and its rows are all that it takes."""
    engine = releases.upgraded(postgres, f"running_{revision}", revision)
    world = World(lambda: SqlUnitOfWork(engine), store=releases.store(revision), user=user)
    running = {name: world.generation(orders[name]) for name in ("half made", "encoded", "begun")}
    assert {each.state for each in running.values()} == {GenerationState.RUNNING}
    Sweeper(world.unit_of_work, world.queue, world.pusher, FakeStore(), "bucket", lambda: 60.0).resend_tasks()
    world.deliver()
    ended = {name: world.generation(each.id) for name, each in running.items()}
    assert {name: (each.state, each.outputs_made) for name, each in ended.items()} == {
        name: (GenerationState.SUCCEEDED, each.outputs_total) for name, each in running.items()
    }
    assert world.wallet().reserved == 0
    assert world.broken() == {}
    engine.dispose()


def test_every_invariant_holds_after_the_upgrade(upgraded: Engine) -> None:
    assert broken(upgraded) == {}


def test_every_invariant_holds_after_a_sweep(swept: Engine) -> None:
    assert broken(swept) == {}


def broken(engine: Engine) -> dict[str, Any]:
    with SqlUnitOfWork(engine) as uow:
        return {number: rows for number, rows in uow.invariants.broken(sample=5).items() if rows}
