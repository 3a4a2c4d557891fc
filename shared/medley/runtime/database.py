"""The database of this process: the pool of connections that DATABASE_* describe."""

from collections.abc import Callable
from functools import cache, partial
from urllib.parse import urlsplit

from medley.aws import clients
from medley.aws.secrets import SecretStore
from medley.db.engine import Engine, make_engine
from medley.settings import AwsSettings, DatabaseSettings


@cache
def engine() -> Engine:
    """The engine of this process. Nothing connects until the first statement, and no password is asked for before."""
    settings = DatabaseSettings()
    return make_engine(settings.url.get_secret_value(), password(settings))


def password(settings: DatabaseSettings) -> Callable[[], str] | None:
    """What gives the password for a new connection; None if it is in the URL."""
    match settings.login:
        case "iam":
            address = urlsplit(settings.url.get_secret_value())
            return partial(
                clients.database_token,
                AwsSettings(),
                address.hostname or "",
                address.port or 5432,
                address.username or "",
            )
        case "secret":
            return lambda: SecretStore.from_environment().password(settings.secret or "")
        case "url":
            return None
