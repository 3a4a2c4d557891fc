"""Secrets of Secrets Manager, read whole and written whole."""

import json
from dataclasses import dataclass
from typing import Any, Final, Self

from medley.aws import clients
from medley.aws.errors import translated
from medley.errors import Broken, NotFound, SecretsUnavailable
from medley.settings import AwsSettings

_MISSING: Final = "ResourceNotFoundException"  # also of a secret that has no value yet


@dataclass(frozen=True)
class SecretStore:
    """The secrets of one account."""

    client: clients.SecretValues

    @classmethod
    def from_environment(cls) -> Self:
        """Those of the account AWS_* names."""
        return cls(clients.secrets(AwsSettings()))

    def read(self, name: str) -> str:
        """Raises:
        NotFound: code `unknown_secret`; there is none, or nothing is in it yet.
        SecretsUnavailable: no answer.
        """
        missing = NotFound(f"There is nothing in the secret {name}.", code="unknown_secret")
        with translated(SecretsUnavailable, f"Cannot read the secret {name}", {_MISSING: missing}):
            value: str = self.client.get_secret_value(SecretId=name)["SecretString"]
        return value

    def write(self, name: str, value: str) -> None:
        """Replace what is in it. Raises: SecretsUnavailable."""
        with translated(SecretsUnavailable, f"Cannot write the secret {name}"):
            self.client.put_secret_value(SecretId=name, SecretString=value)

    def password(self, name: str) -> str:
        """That of a secret that RDS made: JSON with `username` and `password`.

        Raises:
            NotFound, SecretsUnavailable: as of `read`.
            Broken: code `not_a_login`.
        """
        try:
            found: Any = json.loads(self.read(name))
            return str(found["password"])
        except (ValueError, TypeError, KeyError):
            raise Broken(f"The secret {name} is no login of a database.", code="not_a_login") from None
