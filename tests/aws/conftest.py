"""A real moto process for the tests of this directory."""

from collections.abc import Iterator

import pytest

from local.storage import Storage
from medley.aws.storage import S3Store
from medley.settings import AwsSettings


@pytest.fixture(scope="session")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storage]:
    with Storage(tmp_path_factory.mktemp("storage"), durable=False) as storage:
        yield storage


@pytest.fixture
def environment(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The variables a function is given."""
    for name, value in {
        "AWS_ENDPOINT_URL": storage.endpoint_url,
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "BUCKET_NAME": storage.bucket,
    }.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def store(environment: None) -> S3Store:
    return S3Store.from_environment()


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch) -> AwsSettings:
    """Settings of an endpoint where nothing listens."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")
    return AwsSettings(endpoint_url="http://127.0.0.1:9")
