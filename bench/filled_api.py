"""The API over a filled database, for benchmarks: everything real but what leaves the machine."""

from functools import partial
from typing import Any, Final, cast

from sqlalchemy import Engine

from functions.api.dependencies import Bucket, Dependencies
from medley.apps.registry import registry
from medley.aws import clients
from medley.aws.storage import S3Store
from medley.db.unit_of_work import SqlUnitOfWork
from medley.ports.identity import Hasher
from medley.runtime.observability import logger
from medley.runtime.random_secrets import RandomSecrets
from medley.runtime.system import SystemClock, TimeOrderedIds
from medley.runtime.token_keys import new_keys
from medley.runtime.tokens import SignedTokens
from medley.settings import AccountSettings, AwsSettings, CallerSettings, SiteSettings

BUCKET_URL: Final = "http://bucket.example.com"


class Yes:
    """Queues and browsers that take everything."""

    def send(self, _messages: Any) -> list[Any]:
        return []

    def push(self, _connection_id: str, _push: Any) -> bool:
        return True


def api_over(engine: Engine, hasher: Hasher) -> tuple[Dependencies, SignedTokens]:
    """What the API works with, and what signs its tokens."""
    clock = SystemClock()
    tokens = SignedTokens(new_keys(), "medley", clock)
    values: dict[str, Any] = {
        "unit_of_work": partial(SqlUnitOfWork, engine),
        "bucket": cast(Bucket, S3Store(clients.s3(AwsSettings(endpoint_url=BUCKET_URL)), "media")),
        "queue": Yes(),
        "pusher": Yes(),
        "registry": registry(),
        "hasher": hasher,
        "tokens": tokens,
        "secrets": RandomSecrets(),
        "clock": clock,
        "ids": TimeOrderedIds(),
        "accounts": AccountSettings(),
        "site": SiteSettings(url="http://localhost"),
        "caller": CallerSettings(),
        "socket_url": "",
        "check_database": lambda: None,
        "logger": logger("api"),
    }
    return Dependencies(**values), tokens
