"""Each deployment, before the new code is asked anything: brings the database up to date.

It connects as the owner of the tables. Migrations only add, so the code that runs meanwhile goes on, and an older
release can be deployed again: a database that is ahead of it stays as it is. Keys behind tokens are made where there
are none yet.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Protocol

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from medley import tracing
from medley.aws.secrets import SecretStore
from medley.db import migrations
from medley.errors import DatabaseUnavailable, NotFound
from medley.runtime import token_keys
from medley.runtime.database import password
from medley.runtime.observability import logger
from medley.settings import DatabaseSettings, TokenSettings

AGAIN_S: Final = 5.0  # a database that slept takes up to half a minute to wake
MARGIN_S: Final = 60.0  # of the function's time, for the migrations themselves


class Secrets(Protocol):
    """What is used of the secrets."""

    def read(self, name: str) -> str: ...

    def write(self, name: str, value: str) -> None: ...


@dataclass(frozen=True)
class Dependencies:
    upgrade: Callable[[], str]
    token_secret: str | None
    secrets: Secrets
    logger: Logger
    sleep: Callable[[float], None] = time.sleep


@cache
def dependencies() -> Dependencies:
    """Those of this environment."""
    settings = DatabaseSettings()

    def upgrade() -> str:
        return migrations.upgrade(settings.url.get_secret_value(), password=password(settings), ahead_is_fine=True)

    return Dependencies(upgrade, TokenSettings().secret, SecretStore.from_environment(), logger("migrate"))


@tracing.follow(None, "migrate")
def handle(_event: dict[str, Any], context: LambdaContext, deps: Dependencies | None = None) -> dict[str, Any]:
    """Do it; returns {"revision": of the schema then, "keys_made": whether there were none}. Doing it twice is fine.

    Raises:
        DatabaseUnavailable: it did not wake in time; nothing was done.
        Broken: code `schema_unknown`; the schema is none of Medley's.
    """
    deps = deps or dependencies()
    revision = _upgraded(deps, lambda: context.get_remaining_time_in_millis() / 1000)
    made = deps.token_secret is not None and _make_keys(deps.secrets, deps.token_secret)
    deps.logger.info("migrated", extra={"revision": revision, "keys_made": made})
    return {"revision": revision, "keys_made": made}


def _upgraded(deps: Dependencies, remaining_s: Callable[[], float]) -> str:
    while True:
        try:
            return deps.upgrade()
        except DatabaseUnavailable:
            if remaining_s() < MARGIN_S + AGAIN_S:
                raise
            deps.logger.info("the database does not answer yet")
            deps.sleep(AGAIN_S)


def _make_keys(secrets: Secrets, name: str) -> bool:
    """True if there were none."""
    try:
        token_keys.TokenKeys.parse(secrets.read(name))
    except NotFound:
        secrets.write(name, token_keys.new_keys())
        return True
    return False
