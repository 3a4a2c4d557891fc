"""Which of AWS's errors pass by themselves, and which are a fault of ours."""

import json
from pathlib import Path
from typing import Any

import pytest
from boto3.exceptions import S3UploadFailedError
from botocore import exceptions as raised
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from local.storage.service import Storage
from medley.aws.errors import translated
from medley.aws.queues import SqsQueue
from medley.aws.storage import S3Store
from medley.errors import Broken, NotFound, QueueUnavailable, StorageUnavailable, Unavailable
from medley.ports.cloud import Message


def answer(code: str, status: int = 400) -> ClientError:
    return ClientError({"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, "Operation")


def outcome(error: Exception, **known: Any) -> Exception:
    with pytest.raises(Exception) as caught, translated(StorageUnavailable, "Cannot", known):  # noqa: PT011
        raise error
    return caught.value


@pytest.mark.parametrize(
    "error",
    [
        answer("SlowDown", 503),
        answer("ThrottlingException"),
        answer("RequestThrottled", 403),
        answer("RequestTimeout"),
        answer("InternalError", 500),
        answer("ExpiredToken"),
        answer("503", 503),  # to HEAD
        answer("", 502),
        answer("NeverHeardOf", 500),
        raised.EndpointConnectionError(endpoint_url="x"),
        raised.ConnectTimeoutError(endpoint_url="x"),
        raised.ReadTimeoutError(endpoint_url="x"),
        raised.ConnectionClosedError(endpoint_url="x"),
        raised.SSLError(endpoint_url="x", error="x"),
        raised.IncompleteReadError(actual_bytes=1, expected_bytes=2),
        raised.ResponseStreamingError(error="x"),
        raised.CredentialRetrievalError(provider="x", error_msg="x"),
        ResponseParserError("no XML"),
    ],
    ids=lambda error: f"{type(error).__name__} {error}",
)
def test_what_passes_by_itself(error: Exception, capsys: pytest.CaptureFixture[str]) -> None:
    assert type(outcome(error)) is StorageUnavailable
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (answer("AccessDenied", 403), "AccessDenied"),
        (answer("403", 403), "403"),  # to HEAD
        (answer("NoSuchBucket", 404), "NoSuchBucket"),
        (answer("AWS.SimpleQueueService.NonExistentQueue"), "AWS.SimpleQueueService.NonExistentQueue"),
        (answer("InvalidParameterValue"), "InvalidParameterValue"),
        (answer("NeverHeardOf", 400), "NeverHeardOf"),
        (raised.ParamValidationError(report="x"), "ParamValidationError"),
        (raised.NoCredentialsError(), "NoCredentialsError"),
        (raised.UnknownServiceError(service_name="x", known_service_names="y"), "UnknownServiceError"),
    ],
)
def test_what_a_person_has_to_mend_is_broken_and_counted(
    error: ClientError | BotoCoreError, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    said = outcome(error)
    assert type(said) is Broken
    assert (said.code, said.metadata) == ("aws_refused", {"aws_code": code})
    (line,) = capsys.readouterr().out.splitlines()
    metric = json.loads(line)
    assert (metric["aws_refused"], metric["service"]) == ([1.0], "any")


def test_a_code_that_is_expected_is_neither() -> None:
    gone = NotFound("gone")
    assert outcome(answer("NoSuchKey", 404), NoSuchKey=gone) is gone


def upload_failed(cause: Exception) -> S3UploadFailedError:
    try:
        try:
            raise cause
        except type(cause):
            raise S3UploadFailedError("Failed to upload") from None
    except S3UploadFailedError as failed:
        return failed


def test_an_upload_in_parts_fails_for_the_reason_behind_it() -> None:
    assert type(outcome(upload_failed(answer("AccessDenied", 403)))) is Broken
    assert type(outcome(upload_failed(answer("SlowDown", 503)))) is StorageUnavailable
    assert isinstance(outcome(S3UploadFailedError("nobody knows")), Unavailable)


def test_a_bucket_that_is_not_there(storage: Storage, tmp_path: Path) -> None:
    store = S3Store(storage.s3(), "no-such-bucket")
    (tmp_path / "file").write_bytes(b"x")
    for call in (
        lambda: store.upload(tmp_path / "file", "k", "video/mp4"),
        lambda: store.download("k", tmp_path / "to"),
    ):
        with pytest.raises(Broken):
            call()


def test_a_queue_that_is_not_there(storage: Storage) -> None:
    urls = {"facts": f"{storage.endpoint_url}/123456789012/no-such-queue"}
    with pytest.raises(Broken) as caught:
        SqsQueue(storage.sqs(), urls).send([Message("facts", "owner", "x")])
    assert not isinstance(caught.value, QueueUnavailable)
