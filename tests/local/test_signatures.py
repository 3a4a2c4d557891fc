"""Signatures as AWS's own library makes them, and every way of getting one wrong."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

from local.signatures import Keys, Refused, Request, Signed, check
from tests.local.bucket import SECRET

KEYS = Keys(SECRET, {"somebody"})
URL = "http://127.0.0.1:8001/medley/uploads/a%20b%2B%C3%A4?partNumber=1&uploadId=x%2By"
SIGNERS: Mapping[str, Any] = {"s3": S3SigV4Auth, "sqs": SigV4Auth, "execute-api": SigV4Auth}


def signed(
    service: str = "s3", method: str = "PUT", url: str = URL, body: bytes = b"body", who: str = "somebody"
) -> Request:
    """A request as an SDK signs it in its header."""
    made = AWSRequest(method, url, {"Host": urlsplit(url).netloc, "X-Amz-Meta-A": "  two   words "}, body)
    SIGNERS[service](Credentials(who, SECRET), service, "us-east-1").add_auth(made)
    return read(made, decoded=service == "s3")


def presigned(expires_s: int = 60) -> Request:
    made = AWSRequest("GET", URL, {"Host": urlsplit(URL).netloc})
    S3SigV4QueryAuth(Credentials("somebody", SECRET), "s3", "us-east-1", expires_s).add_auth(made)
    return read(made, decoded=True)


def read(made: AWSRequest, *, decoded: bool) -> Request:
    parts = urlsplit(made.url)
    path = unquote(parts.path) if decoded else parts.path
    return Request(made.method, path, parts.query, {name.lower(): value for name, value in made.headers.items()})


def refusal(request: Request, keys: Keys = KEYS, after: timedelta = timedelta(), **options: Any) -> tuple[str, int]:
    with pytest.raises(Refused) as raised:
        check(request, keys, service="s3", now=datetime.now(UTC) + after, **options)
    return raised.value.code, raised.value.status


def test_an_sdks_signature_is_good() -> None:
    now = datetime.now(UTC)
    payload = "230d8358dc8e8890b4c58deeb62912ee2f20357ae92a5cc861b98e68fe31acb5"  # SHA-256 of the body
    assert check(signed(), KEYS, service="s3", now=now) == Signed("somebody", payload)
    assert check(presigned(), KEYS, service="s3", now=now) == Signed("somebody", "UNSIGNED-PAYLOAD")
    for service, url in (("sqs", "http://127.0.0.1:8001/"), ("execute-api", "http://a/%40connections/Ab_c%3D")):
        request = signed(service, "POST", url)
        assert check(request, KEYS, service=service, now=now, body=b"body").access_key == "somebody"


@pytest.mark.parametrize("request_of", [signed, presigned])
def test_nothing_of_what_was_signed_can_be_another(request_of: Any) -> None:
    good: Request = request_of()
    for other in (
        replace(good, method="DELETE"),
        replace(good, path="/medley/uploads/other"),
        replace(good, query=good.query.replace("partNumber=1", "partNumber=2")),
        replace(good, query=f"{good.query}&acl="),
        replace(good, headers=good.headers | {"host": "evil.example"}),
    ):
        assert refusal(other) == ("SignatureDoesNotMatch", 403)
    assert refusal(good, Keys("another secret", {"somebody"})) == ("SignatureDoesNotMatch", 403)
    assert refusal(good, Keys(SECRET, {"somebody else"})) == ("InvalidAccessKeyId", 403)


def test_a_body_is_signed_where_a_service_signs_it() -> None:
    request = signed("sqs", "POST", "http://127.0.0.1:8001/")
    with pytest.raises(Refused, match="not that of this request"):
        check(request, KEYS, service="sqs", now=datetime.now(UTC), body=b"forged")
    with pytest.raises(Refused, match="cannot be read"):
        check(request, KEYS, service="execute-api", now=datetime.now(UTC), body=b"body")


def test_a_header_s3_acts_on_has_to_be_signed() -> None:
    for good in (signed(), presigned()):
        with pytest.raises(Refused) as raised:
            check(
                replace(good, headers=good.headers | {"x-amz-acl": "public-read"}),
                KEYS,
                service="s3",
                now=datetime.now(UTC),
            )
        assert (raised.value.status, raised.value.details) == (403, {"HeadersNotSigned": "x-amz-acl"})


def test_a_signature_has_its_time() -> None:
    now = datetime.now(UTC)
    assert check(presigned(60), KEYS, service="s3", now=now + timedelta(seconds=59))
    assert refusal(presigned(60), after=timedelta(seconds=62)) == ("AccessDenied", 403)
    assert refusal(presigned(60), after=timedelta(minutes=-16)) == ("AccessDenied", 403)
    assert refusal(presigned(604_801)) == ("AuthorizationQueryParametersError", 400)
    for after in (timedelta(minutes=16), timedelta(minutes=-16)):
        assert refusal(signed(), after=after) == ("RequestTimeTooSkewed", 403)


def test_there_is_one_signature() -> None:
    both = replace(presigned(), headers=signed().headers)
    assert refusal(both) == ("InvalidArgument", 400)
    assert refusal(replace(signed(), headers={"host": "127.0.0.1:8001"})) == ("AccessDenied", 403)
    no_payload = {name: value for name, value in signed().headers.items() if name != "x-amz-content-sha256"}
    assert refusal(replace(signed(), headers=no_payload)) == ("InvalidRequest", 400)


@given(st.text(), st.sampled_from(("", "AWS4-HMAC-SHA256 ", "AWS4-HMAC-SHA256 Credential=a/b/c, Signature=")))
def test_whatever_is_no_signature_is_refused(text: str, begin: str) -> None:
    good = signed()
    for header in (begin + text, good.headers["authorization"].rpartition("=")[0] + f"={text}"):
        _, status = refusal(replace(good, headers=good.headers | {"authorization": header}))
        assert status in (400, 403)
    for name in ("X-Amz-Signature", "X-Amz-Date", "X-Amz-Expires", "X-Amz-Credential", "X-Amz-SignedHeaders"):
        pairs = [pair for pair in presigned().query.split("&") if not pair.startswith(f"{name}=")]
        _, status = refusal(replace(presigned(), query="&".join([*pairs, f"{name}={text}"])))
        assert status in (400, 403)
