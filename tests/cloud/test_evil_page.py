"""A page of another origin, open in the browser of somebody who runs the cloud: its requests, sent by hand.

It may find the ports. It reads nothing, because no answer names its origin, and changes nothing, because nobody signed
for it and no preflight of its lets it say that somebody did.
"""

import json
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from local.cloud import Cloud
from medley_client import Client

EVIL = "https://evil.example"
FAKED = "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0"
KEY = "outputs/somebody/video.mp4"
FORGED = {"QueueUrl": "", "MessageBody": '{"type": "clip_accepted"}'}


@pytest.fixture
def stored(cloud: Cloud) -> Iterator[str]:
    """The URL of an object of somebody's."""
    cloud.storage.s3().put_object(Bucket=cloud.storage.bucket, Key=KEY, Body=b"private")
    yield f"{cloud.storage.endpoint_url}/{cloud.storage.bucket}/{KEY}"
    cloud.storage.s3().delete_object(Bucket=cloud.storage.bucket, Key=KEY)


def evil(method: str, url: str, **options: Any) -> httpx2.Response:
    headers = {"Origin": EVIL, **options.pop("headers", {})}
    return httpx2.request(method, url, headers=headers, timeout=30, **options)


def preflight(url: str, method: str, headers: str) -> httpx2.Response:
    asked = {"Access-Control-Request-Method": method, "Access-Control-Request-Headers": headers}
    return evil("OPTIONS", url, headers=asked)


def hidden(answer: httpx2.Response) -> bool:
    """A browser shows an answer to a page only if it says so."""
    return not any(name.startswith("access-control-") for name in answer.headers)


def stored_keys(cloud: Cloud) -> set[str]:
    found = cloud.storage.s3().list_objects_v2(Bucket=cloud.storage.bucket).get("Contents", [])
    return {each["Key"] for each in found}


def waiting(cloud: Cloud) -> int:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    url = cloud.storage.queue_urls["facts-dead"]
    found = cloud.storage.sqs().get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(int(value) for value in found.values())


def test_it_reads_and_writes_no_object(cloud: Cloud, stored: str) -> None:
    before = stored_keys(cloud)
    root, bucket = cloud.storage.endpoint_url, f"{cloud.storage.endpoint_url}/{cloud.storage.bucket}"
    for headers in ({}, {"Authorization": FAKED}, {"Authorization": FAKED, "x-amz-content-sha256": "UNSIGNED-PAYLOAD"}):
        answers = [
            evil("GET", root, headers=headers),
            evil("GET", f"{bucket}?list-type=2", headers=headers),
            evil("GET", stored, headers=headers),
            evil("HEAD", stored, headers=headers),
            evil("PUT", stored, headers=headers, content=b"replaced"),
            evil("PUT", f"{bucket}/uploads/forged", headers=headers, content=b"forged"),
            evil("POST", f"{bucket}?delete", headers=headers, content=b"<Delete/>"),
            evil("POST", f"{root}/moto-api/reset", headers=headers),
            evil("DELETE", stored, headers=headers),
            evil("DELETE", bucket, headers=headers),
        ]
        assert {answer.status_code for answer in answers} <= {400, 403}
        assert all(hidden(answer) and b"private" not in answer.content for answer in answers)
    assert stored_keys(cloud) == before
    found = cloud.storage.s3().get_object(Bucket=cloud.storage.bucket, Key=KEY)
    assert found["Body"].read() == b"private"


def test_it_forges_no_message(cloud: Cloud) -> None:
    before = waiting(cloud)
    url = cloud.storage.queue_urls["facts-dead"]
    for action in ("SendMessage", "ReceiveMessage", "PurgeQueue", "DeleteQueue", "ListQueues"):
        target = {"X-Amz-Target": f"AmazonSQS.{action}", "Content-Type": "text/plain"}
        for headers in (target, target | {"Authorization": FAKED.replace("/s3/", "/sqs/")}):
            content = json.dumps(FORGED | {"QueueUrl": url})
            answer = evil("POST", cloud.storage.endpoint_url, headers=headers, content=content)
            assert (answer.status_code in (400, 403), hidden(answer)) == (True, True)
    form = {"Action": "SendMessage", "MessageBody": "forged"}  # needs no preflight
    assert evil("POST", url, data=form).status_code in (400, 403)
    assert waiting(cloud) == before


def test_no_preflight_lets_it_say_that_it_signed(cloud: Cloud, stored: str) -> None:
    pages = (stored, cloud.storage.endpoint_url, f"{cloud.api_url}/v1/me", f"{cloud.api_url}/@connections/x")
    for url in pages:
        for method in ("GET", "PUT", "POST", "DELETE"):
            for headers in ("authorization", "x-amz-target,content-type", ""):
                answer = preflight(url, method, headers)
                assert (answer.status_code >= 400, hidden(answer)) == (True, True)


def test_it_sees_no_answer_to_a_link_it_was_given(cloud: Cloud, stored: str) -> None:
    link = cloud.storage.s3().generate_presigned_url("get_object", {"Bucket": cloud.storage.bucket, "Key": KEY})
    assert hidden(evil("GET", link))
    site = httpx2.get(link, headers={"Origin": cloud.api_url})
    assert site.headers["access-control-allow-origin"] == cloud.api_url


@pytest.mark.parametrize("path", ["/dev/mailbox", "/dev/mailbox.json", "/dev/metrics"])
def test_it_reads_no_mail_and_no_count(cloud: Cloud, path: str) -> None:
    page = f"{cloud.api_url}{path}"
    for method in ("GET", "HEAD"):
        assert hidden(evil(method, page))
        assert evil(method, page, headers={"Host": "evil.example"}).status_code == 403
    assert hidden(preflight(page, "GET", ""))
    assert httpx2.head(page).status_code == 200


def test_it_pushes_nothing(cloud: Cloud, client: Client) -> None:
    for headers in ({}, {"Authorization": FAKED}):
        for method in ("POST", "GET", "DELETE"):
            answer = evil(method, f"{cloud.api_url}/@connections/abc", headers=headers)
            assert (answer.status_code in (400, 403), hidden(answer)) == (True, True)
