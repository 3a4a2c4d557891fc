"""The function of each deployment: an empty database has the newest schema afterwards, and tokens have keys."""

from collections.abc import Callable, Iterator
from typing import Any, cast

import psycopg
import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext
from sqlalchemy.pool import NullPool

from functions.migrate import handler
from functions.migrate.handler import Dependencies, handle
from local.database.postgres import Postgres
from medley.db import migrations
from medley.db.engine import make_engine
from medley.errors import Broken, DatabaseUnavailable, NotFound
from medley.runtime import database, token_keys
from medley.runtime.observability import logger
from medley.settings import DatabaseSettings
from tests.flows.events import Context

SECRET = "medley-test-token-keys"


class FakeSecrets:
    def __init__(self) -> None:
        self.values: dict[str, str] = {}

    def read(self, name: str) -> str:
        if name not in self.values:
            raise NotFound("There is nothing.", code="unknown_secret")
        return self.values[name]

    def write(self, name: str, value: str) -> None:
        self.values[name] = value


@pytest.fixture
def empty(postgres: Postgres) -> Iterator[str]:
    """The name of a database without anything."""
    postgres.create_database("deployed")
    yield "deployed"
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute("DROP DATABASE deployed WITH (FORCE)")


def dependencies(upgrade: Callable[[], str], secrets: FakeSecrets, **more: Any) -> Dependencies:
    return Dependencies(upgrade, SECRET, secrets, logger("migrate"), **more)


def context(remaining_s: float = 900) -> LambdaContext:
    return cast(LambdaContext, Context(remaining_ms=int(remaining_s * 1000)))


def test_a_first_deployment_makes_schema_and_keys_and_a_second_changes_nothing(postgres: Postgres, empty: str) -> None:
    address = postgres.url(empty)
    bare, secret = address.replace(address.split("@")[0], "postgresql://postgres"), address.split(":")[2].split("@")[0]
    secrets = FakeSecrets()

    def upgrade() -> str:
        migrations.upgrade(bare, password=lambda: secret)
        return migrations.head()

    deps = dependencies(upgrade, secrets)
    assert handle({}, context(), deps) == {"revision": migrations.head(), "keys_made": True}
    made = secrets.values[SECRET]
    token_keys.TokenKeys.parse(made)
    assert handle({}, context(), deps) == {"revision": migrations.head(), "keys_made": False}
    assert secrets.values[SECRET] == made
    with psycopg.connect(address) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (migrations.head(),)


def set_revision(address: str, revision: str) -> None:
    with psycopg.connect(address) as connection:
        connection.execute("UPDATE alembic_version SET version_num = %s", (revision,))


def test_the_release_before_is_deployed_again_and_serves(
    postgres: Postgres, empty: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Newer code has brought the database to a revision this one has never heard of."""
    address = postgres.url(empty)
    migrations.upgrade(address)
    newer = f"{int(migrations.head()) + 1:04}"
    set_revision(address, newer)
    monkeypatch.setenv("DATABASE_URL", address)
    monkeypatch.setenv("TOKEN_KEYS", token_keys.new_keys())
    deps = handler.dependencies.__wrapped__()
    assert handle({}, context(), deps) == {"revision": newer, "keys_made": False}
    migrations.check(make_engine(address, poolclass=NullPool))
    told = [record for record in caplog.records if record.getMessage() == "the schema is ahead of this code"]
    assert [vars(record)["revision"] for record in told] == [newer, newer], "of migrate and of readiness"


@pytest.mark.parametrize("revision", ["0000", "older"])
def test_a_revision_that_is_unknown_and_not_newer_ends_the_deployment(
    postgres: Postgres, empty: str, revision: str
) -> None:
    address = postgres.url(empty)
    migrations.upgrade(address)
    set_revision(address, revision)
    with pytest.raises(Broken) as caught:
        migrations.upgrade(address, ahead_is_fine=True)
    assert caught.value.code == "schema_unknown"
    with pytest.raises(DatabaseUnavailable) as unready:
        migrations.check(make_engine(address, poolclass=NullPool))
    assert unready.value.code == "schema_behind"


def test_where_it_is_not_asked_for_a_newer_schema_is_refused(postgres: Postgres, empty: str) -> None:
    """As the cloud on one machine does: there nobody takes a release back by deploying the one before."""
    address = postgres.url(empty)
    migrations.upgrade(address)
    set_revision(address, "9999")
    with pytest.raises(Broken):
        migrations.upgrade(address)


def test_a_database_that_sleeps_is_waited_for() -> None:
    answers: list[str | Exception] = [DatabaseUnavailable("Asleep."), DatabaseUnavailable("Asleep."), "0001"]
    slept: list[float] = []

    def upgrade() -> str:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    assert handle({}, context(), dependencies(upgrade, FakeSecrets(), sleep=slept.append))["revision"] == "0001"
    assert slept == [handler.AGAIN_S] * 2


def test_a_database_that_does_not_wake_in_time_ends_the_deployment() -> None:
    def upgrade() -> str:
        raise DatabaseUnavailable("Asleep.")

    with pytest.raises(DatabaseUnavailable):
        handle({}, context(handler.MARGIN_S + handler.AGAIN_S - 1), dependencies(upgrade, FakeSecrets()))


def test_a_password_is_where_the_settings_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "role")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    assert database.password(DatabaseSettings(url="postgresql://a:b@c/d")) is None
    token = database.password(DatabaseSettings(url="postgresql://medley_api@db.example:5432/medley", login="iam"))
    assert token is not None
    assert token().startswith("db.example:5432/?Action=connect&DBUser=medley_api&")
    with pytest.raises(ValueError, match="DATABASE_SECRET"):
        DatabaseSettings(url="postgresql://a@c/d", login="secret")
