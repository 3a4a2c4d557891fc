"""A real moto process for the tests of this directory."""

from collections.abc import Iterator

import boto3
import pytest

from local.environment import ACCESS_KEY_ID
from local.storage.service import Storage
from medley.aws import clients
from medley.aws.storage import S3Store
from medley.settings import AwsSettings
from tests.local.bucket import SECRET


@pytest.fixture(scope="session")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storage]:
    with Storage(tmp_path_factory.mktemp("storage"), durable=False, secret=SECRET) as storage:
        yield storage


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same for every test, read anew: a session of boto3 keeps those it read first."""
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    clients._session.cache_clear()
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY_ID)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)


@pytest.fixture
def environment(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The variables a function is given."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", storage.endpoint_url)
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("BUCKET_NAME", storage.bucket)


@pytest.fixture
def store(environment: None) -> S3Store:
    return S3Store.from_environment()


@pytest.fixture
def nowhere() -> AwsSettings:
    """Settings of an endpoint where nothing listens."""
    return AwsSettings(endpoint_url="http://127.0.0.1:9")
