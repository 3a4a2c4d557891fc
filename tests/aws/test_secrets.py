"""Secrets, and logins of the database."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

import boto3
import pytest
from botocore.exceptions import ClientError

from medley.aws import clients
from medley.aws.secrets import SecretStore
from medley.errors import Broken, NotFound, SecretsUnavailable
from medley.settings import AwsSettings


class Vault:
    """Secrets Manager, as far as it is used."""

    def __init__(self, values: dict[str, str], refuses: str = "") -> None:
        self.values = values
        self.refuses = refuses

    def get_secret_value(self, *, SecretId: str) -> Any:  # noqa: N803
        if self.refuses:
            raise ClientError({"Error": {"Code": self.refuses, "Message": ""}}, "GetSecretValue")
        if SecretId not in self.values:
            raise ClientError({"Error": {"Code": "ResourceNotFoundException", "Message": ""}}, "GetSecretValue")
        return {"SecretString": self.values[SecretId]}

    def put_secret_value(self, *, SecretId: str, SecretString: str) -> Any:  # noqa: N803
        self.values[SecretId] = SecretString


def test_what_is_written_is_read() -> None:
    store = SecretStore(Vault({}))
    with pytest.raises(NotFound) as missing:
        store.read("a")
    assert missing.value.code == "unknown_secret"
    store.write("a", "b")
    assert store.read("a") == "b"


def test_a_login_has_a_password() -> None:
    assert SecretStore(Vault({"owner": '{"username": "x", "password": "p"}'})).password("owner") == "p"
    for wrong in ("no json", "[]", "{}"):
        with pytest.raises(Broken) as broken:
            SecretStore(Vault({"owner": wrong})).password("owner")
        assert broken.value.code == "not_a_login"


def test_a_service_that_is_busy_passes() -> None:
    with pytest.raises(SecretsUnavailable):
        SecretStore(Vault({}, refuses="ThrottlingException")).read("a")


@pytest.fixture
def noon() -> Iterator[None]:
    """Both signers look at one clock."""
    with patch("botocore.auth.get_current_datetime", return_value=datetime(2026, 1, 1, 12, tzinfo=UTC)):
        yield


@pytest.mark.usefixtures("noon")
def test_a_token_is_the_one_boto3_makes() -> None:
    made = clients.database_token(AwsSettings(), "db.example.com", 5432, "medley_api")
    theirs = boto3.client("rds", region_name="us-east-1").generate_db_auth_token("db.example.com", 5432, "medley_api")
    assert made == theirs
    assert made.startswith("db.example.com:5432/?Action=connect&DBUser=medley_api&")


def test_secrets_are_asked_for_where_functions_beside_the_database_reach_them() -> None:
    client: Any = clients.secrets(AwsSettings())
    assert client.meta.endpoint_url == "https://secretsmanager.us-east-1.api.aws"
    assert (
        client.meta.endpoint_url
        == boto3.client(
            "secretsmanager", region_name="us-east-1", config=boto3.session.Config(use_dualstack_endpoint=True)
        ).meta.endpoint_url
    )
