"""How the embedded S3 speaks HTTP: ranges, conditions, pages of the site, uploads that go wrong, signatures."""

import http.client
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest
from botocore.exceptions import ClientError

from local.storage.service import BUCKET, Storage
from tests.local.bucket import events, get, keys, put, url

SITE = "http://localhost:8000"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storage]:
    """One server for the tests that only talk to it."""
    with Storage(tmp_path_factory.mktemp("storage"), durable=False, origins=[SITE]) as storage:
        yield storage


@pytest.mark.parametrize(
    ("asked", "status", "start", "end"),
    [
        ("bytes=0-0", 206, 0, 1),
        ("bytes=100-199", 206, 100, 200),
        ("bytes=900-", 206, 900, 1000),
        ("bytes=-5", 206, 995, 1000),
    ],
)
def test_a_range_of_an_object(shared: Storage, asked: str, status: int, start: int, end: int) -> None:
    content = bytes(n % 251 for n in range(1000))
    put(shared, "outputs/ranged", content)
    answer = httpx2.get(url(shared, "outputs/ranged"), headers={"Range": asked})
    assert answer.status_code == status
    assert answer.content == content[start:end]
    assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/1000"
    assert answer.headers["content-type"] == "video/mp4"


ENDLESS = "9" * 5_000  # digits; Python reads no number of so many


@pytest.mark.parametrize("asked", [f"bytes={ENDLESS}-", f"bytes=0-{ENDLESS}", f"bytes=-{ENDLESS}"])
def test_a_range_of_endless_digits_is_answered(shared: Storage, asked: str) -> None:
    put(shared, "outputs/short", b"12345")
    assert httpx2.get(url(shared, "outputs/short"), headers={"Range": asked}).status_code in (200, 206, 416)


@pytest.mark.parametrize("length", [ENDLESS, f"{'0' * 5_000}9", "\u0663", "-1", "x"])
def test_a_length_of_endless_digits_is_refused(shared: Storage, length: str) -> None:
    link = urlsplit(url(shared, "outputs/long", "put_object"))
    for method, path, headers in (
        ("PUT", f"{link.path}?{link.query}", {}),
        ("POST", "/", {"X-Amz-Target": "AmazonSQS.SendMessage", "Content-Type": "application/x-amz-json-1.0"}),
    ):
        connection = http.client.HTTPConnection(str(link.hostname), link.port, timeout=30)
        connection.putrequest(method, path)
        for name, value in {**headers, "Content-Length": length.encode()}.items():
            connection.putheader(name, value)
        connection.endheaders()
        connection.sock.shutdown(socket.SHUT_WR)
        assert 400 <= connection.getresponse().status < 500
        connection.close()


def test_what_cannot_be_read(shared: Storage) -> None:
    put(shared, "outputs/short", b"12345")
    for key, headers, status, code in (
        ("outputs/short", {"Range": "bytes=5-"}, 416, "InvalidRange"),
        ("outputs/short", {"If-Match": '"0"'}, 412, "PreconditionFailed"),
        ("outputs/none", {}, 404, "NoSuchKey"),
    ):
        answer = httpx2.get(url(shared, key), headers=headers)
        assert answer.status_code == status
        assert f"<Code>{code}</Code>" in answer.text
    with pytest.raises(ClientError, match="404"):
        shared.s3().head_object(Bucket=BUCKET, Key="outputs/none")


def test_a_link_to_what_is_gone_says_so(shared: Storage) -> None:
    put(shared, "outputs/gone.mp4", b"12345")
    signed = {"ResponseContentDisposition": 'attachment; filename="Video 01.mp4"', "ResponseContentType": "video/mp4"}
    link = url(shared, "outputs/gone.mp4", **signed)
    shared.s3().delete_object(Bucket=BUCKET, Key="outputs/gone.mp4")
    answer = httpx2.get(link)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/xml; charset=utf-8")
    assert "<Code>NoSuchKey</Code>" in answer.text


@pytest.mark.parametrize("damage", ["lost", "cut", "folder"])
def test_an_object_without_its_content_is_none(tmp_path: Path, damage: str) -> None:
    with Storage(tmp_path, durable=False) as storage:
        put(storage, "outputs/lost", b"12345")
        (content,) = (tmp_path / "content").iterdir()
        content.unlink()
        if damage == "cut":
            content.write_bytes(b"123")
        elif damage == "folder":
            content.mkdir()
        assert httpx2.get(url(storage, "outputs/lost")).status_code == 404
        assert httpx2.head(url(storage, "outputs/lost", "head_object")).status_code == 404
        again = url(storage, "outputs/lost", "put_object", IfNoneMatch="*")
        assert httpx2.put(again, content=b"again", headers={"If-None-Match": "*"}).status_code == 200
        assert get(storage, "outputs/lost") == b"again"


def test_what_is_said_of_an_object_is_told_with_it(tmp_path: Path) -> None:
    for _ in range(2):  # a new process tells it too
        with Storage(tmp_path, durable=False) as storage:
            if not keys(storage):
                storage.s3().put_object(Bucket=BUCKET, Key="outputs/told", Body=b"x", Metadata={"sha256": "ab"})
            head = storage.s3().head_object(Bucket=BUCKET, Key="outputs/told")
            assert head["Metadata"] == {"sha256": "ab"}


def test_conditions_and_head(shared: Storage) -> None:
    put(shared, "outputs/seen", b"12345")
    head = httpx2.head(url(shared, "outputs/seen", "head_object"))
    assert (head.status_code, head.headers["content-length"], head.content) == (200, "5", b"")
    again = httpx2.get(url(shared, "outputs/seen"), headers={"If-None-Match": head.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert httpx2.get(url(shared, "outputs/seen"), headers={"If-Match": head.headers["etag"]}).content == b"12345"


@pytest.mark.parametrize("key", ["uploads/a b+c%d.mp4", "uploads/ünïcode/名前", "uploads/?q=1&x#y"])
def test_unusual_keys(shared: Storage, key: str) -> None:
    put(shared, key, key.encode())
    assert get(shared, key) == key.encode()
    assert key in keys(shared)
    shared.s3().delete_object(Bucket=BUCKET, Key=key)
    assert key not in keys(shared)


def test_a_page_of_the_site_may_upload_and_read_the_etag(shared: Storage) -> None:
    page = {"Origin": SITE}
    asked = {
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "content-type,x-amz-meta-traceparent",
    }
    preflight = httpx2.options(url(shared, "uploads/page"), headers=page | asked)
    assert preflight.status_code == 200
    assert preflight.headers["access-control-allow-origin"] == SITE
    assert "PUT" in preflight.headers["access-control-allow-methods"]
    assert preflight.headers["access-control-allow-headers"] == "content-type, x-amz-meta-traceparent"
    for answer in (
        httpx2.put(
            url(shared, "uploads/page", "put_object"), headers=page | {"Content-Type": "video/mp4"}, content=b"x"
        ),
        httpx2.get(url(shared, "uploads/page"), headers=page),
        httpx2.get(url(shared, "uploads/none"), headers=page),
    ):
        assert answer.headers.get_list("access-control-allow-origin") == [SITE]
        assert "ETag" in answer.headers["access-control-expose-headers"]
        assert "Origin" in answer.headers["vary"]


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://localhost:8001", f"{SITE}.evil.example", ""]
)
@pytest.mark.parametrize("headers", ["content-type", "authorization", "x-amz-target", ""])
def test_a_page_of_another_origin_is_allowed_nothing(shared: Storage, origin: str, headers: str) -> None:
    asked = {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": headers}
    for answer in (
        httpx2.options(url(shared, "uploads/page"), headers={"Origin": origin, **asked}),
        httpx2.get(url(shared, "uploads/page"), headers={"Origin": origin}),
    ):
        assert not [name for name in answer.headers if name.startswith("access-control-")]
    assert httpx2.options(url(shared, "uploads/page"), headers={"Origin": origin, **asked}).status_code == 403


@pytest.mark.parametrize(("method", "header"), [("DELETE", ""), ("POST", ""), ("PUT", "authorization")])
def test_a_page_of_the_site_is_allowed_what_the_topology_says_and_no_more(
    shared: Storage, method: str, header: str
) -> None:
    asked = {"Access-Control-Request-Method": method, "Access-Control-Request-Headers": header}
    assert httpx2.options(url(shared, "uploads/page"), headers={"Origin": SITE, **asked}).status_code == 403


def test_a_body_sent_as_a_form_is_stored(shared: Storage) -> None:
    """curl --data-binary says so, and moto would wait for a form that never comes."""
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert httpx2.put(url(shared, "uploads/form", "put_object"), headers=form, content=b"a=b&c").status_code == 200
    assert get(shared, "uploads/form") == b"a=b&c"


def test_a_body_of_unknown_length_is_refused_as_s3_does(shared: Storage) -> None:
    answer = httpx2.put(url(shared, "uploads/chunked", "put_object"), content=iter([b"a", b"b"]))
    assert answer.status_code == 411
    assert "uploads/chunked" not in keys(shared)


def test_an_upload_that_breaks_off_stores_nothing(shared: Storage) -> None:
    events(shared)
    connection = http.client.HTTPConnection(shared.endpoint_url.removeprefix("http://"))
    connection.putrequest("PUT", url(shared, "uploads/broken", "put_object"))
    connection.putheader("Content-Length", "1000")
    connection.endheaders(b"only this")
    assert connection.sock is not None
    connection.sock.shutdown(1)  # no more is sent
    assert connection.getresponse().status == 400
    connection.close()
    assert "uploads/broken" not in keys(shared)
    assert events(shared) == []


def test_an_object_replaced_while_it_is_read_is_read_whole(shared: Storage) -> None:
    old, new = b"o" * 8_000_000, b"n" * 8_000_000
    put(shared, "outputs/replaced", old)
    with httpx2.stream("GET", url(shared, "outputs/replaced")) as answer:
        chunks = answer.iter_bytes(65_536)
        read = next(chunks)
        put(shared, "outputs/replaced", new)
        read += b"".join(chunks)
    assert read == old
    assert get(shared, "outputs/replaced") == new


def test_another_size_or_type_than_was_signed_is_refused(shared: Storage) -> None:
    target = url(shared, "uploads/signed", "put_object", ContentType="video/mp4", ContentLength=5)
    for content, content_type in ((b"123456", "video/mp4"), (b"1234", "video/mp4"), (b"12345", "text/html")):
        answer = httpx2.put(target, content=content, headers={"Content-Type": content_type})
        assert (answer.status_code, "SignatureDoesNotMatch" in answer.text) == (403, True)
    assert "uploads/signed" not in keys(shared)
    assert httpx2.put(target, content=b"12345", headers={"Content-Type": "video/mp4"}).status_code == 200


def test_another_key_or_method_than_was_signed_is_refused(shared: Storage) -> None:
    put(shared, "outputs/mine", b"x")
    put(shared, "outputs/yours", b"x")
    mine = url(shared, "outputs/mine")
    assert httpx2.get(mine).status_code == 200
    assert httpx2.get(mine.replace("mine", "yours")).status_code == 403
    assert httpx2.delete(mine).status_code == 403
    assert httpx2.get(f"{mine}&response-content-type=text%2Fhtml").status_code == 403


def test_without_a_signature_nothing_is_served(shared: Storage) -> None:
    put(shared, "outputs/private", b"x")
    for path in ("", f"/{BUCKET}", f"/{BUCKET}/outputs/private", "/moto-api/data.json"):
        assert httpx2.get(f"{shared.endpoint_url}{path}").status_code == 403
    assert httpx2.get(f"{shared.endpoint_url}/{BUCKET}/outputs/private?X-Amz-Signature=0").status_code == 400
    assert httpx2.post(f"{shared.endpoint_url}/moto-api/reset").status_code == 403
    assert get(shared, "outputs/private") == b"x"


@pytest.mark.parametrize(
    "header",
    [
        "AWS4-HMAC-SHA256 Credential=x/…, SignedHeaders=host, Signature=0",
        "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=é",
        "AWS4-HMAC-SHA256",
        "AWS local:signature",
        "Bearer token",
        "",
    ],
)
def test_a_broken_signature_is_refused_and_breaks_nothing(shared: Storage, header: str) -> None:
    for method in ("GET", "PUT", "DELETE", "POST"):
        for path in ("", f"/{BUCKET}", f"/{BUCKET}/outputs/private"):
            headers = {"Authorization": header.encode(), "x-amz-content-sha256": b"UNSIGNED-PAYLOAD"}
            answer = httpx2.request(method, f"{shared.endpoint_url}{path}", headers=headers)
            assert answer.status_code in (400, 403)


def test_a_header_that_was_not_signed_is_refused_as_s3_does(shared: Storage) -> None:
    target = url(shared, "uploads/headers", "put_object")
    for name, value in (("x-amz-acl", "public-read"), ("x-amz-meta-sha256", "0"), ("x-amz-copy-source", "medley/x")):
        answer = httpx2.put(target, content=b"x", headers={name: value})
        assert (answer.status_code, f"<HeadersNotSigned>{name}</HeadersNotSigned>" in answer.text) == (403, True)
    assert "uploads/headers" not in keys(shared)


@pytest.mark.parametrize(
    "said",
    [{"ContentMD5": "1B2M2Y8AsgTpgAmY7PhCfg=="}, {"ChecksumSHA256": "0" * 43 + "="}, {"ChecksumCRC32": "AAAAAA=="}],
)
def test_content_that_is_not_what_its_checksum_says_is_not_stored(
    shared: Storage, tmp_path: Path, said: dict[str, str]
) -> None:
    events(shared)
    with pytest.raises(ClientError, match="BadDigest"):
        shared.s3().put_object(Bucket=BUCKET, Key="uploads/damaged", Body=b"x", **said)
    upload = {"Bucket": BUCKET, "Key": "uploads/damaged"}
    upload_id = shared.s3().create_multipart_upload(**upload)["UploadId"]
    with pytest.raises(ClientError, match="BadDigest"):
        shared.s3().upload_part(**upload, UploadId=upload_id, PartNumber=1, Body=b"x", **said)
    assert "Parts" not in shared.s3().list_parts(**upload, UploadId=upload_id)
    assert "uploads/damaged" not in keys(shared)
    assert events(shared) == []


def test_a_checksum_that_is_right_is_taken(shared: Storage) -> None:
    for algorithm in ("CRC32", "SHA1", "SHA256"):
        shared.s3().put_object(Bucket=BUCKET, Key="uploads/checked", Body=b"x", ChecksumAlgorithm=algorithm)
        assert get(shared, "uploads/checked") == b"x"


def test_where_there_is_an_object_none_is_stored_if_it_must_be_the_first(shared: Storage) -> None:
    target = url(shared, "uploads/once", "put_object", IfNoneMatch="*")
    assert httpx2.put(target, content=b"first").status_code == 403, "the condition is signed"
    once = {"If-None-Match": "*"}
    assert httpx2.put(target, headers=once, content=b"first").status_code == 200
    answer = httpx2.put(target, headers=once, content=b"other")
    assert (answer.status_code, "<Code>PreconditionFailed</Code>" in answer.text) == (412, True)
    assert get(shared, "uploads/once") == b"first"
    shared.s3().delete_object(Bucket=BUCKET, Key="uploads/once")
    assert httpx2.put(target, headers=once, content=b"other").status_code == 200


def test_of_many_that_must_be_the_first_one_is(shared: Storage) -> None:
    target = url(shared, "uploads/raced", "put_object", IfNoneMatch="*")
    events(shared)

    def send(n: int) -> int:
        return httpx2.put(target, headers={"If-None-Match": "*"}, content=bytes([n]) * 1_000_000).status_code

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(send, range(8)))
    assert sorted(answers) == [200] + 7 * [412]
    assert get(shared, "uploads/raced") == bytes([answers.index(200)]) * 1_000_000
    assert len(events(shared)) == 1


def test_an_upload_in_parts_that_must_be_the_first_replaces_nothing(shared: Storage) -> None:
    s3, upload = shared.s3(), {"Bucket": BUCKET, "Key": "uploads/parts"}
    begun = [s3.create_multipart_upload(**upload)["UploadId"] for _ in range(2)]
    parts = [
        {"Parts": [{"PartNumber": 1, "ETag": s3.upload_part(**upload, UploadId=one, PartNumber=1, Body=one)["ETag"]}]}
        for one in begun
    ]
    s3.complete_multipart_upload(**upload, UploadId=begun[0], MultipartUpload=parts[0], IfNoneMatch="*")
    with pytest.raises(ClientError, match="PreconditionFailed"):
        s3.complete_multipart_upload(**upload, UploadId=begun[1], MultipartUpload=parts[1], IfNoneMatch="*")
    late = url(shared, "uploads/parts", "upload_part", UploadId=begun[0], PartNumber=1)
    assert httpx2.put(late, content=b"late").status_code == 404
    assert get(shared, "uploads/parts") == begun[0].encode()


def test_a_function_sends_where_its_row_says_and_takes_from_its_own_queue(shared: Storage) -> None:
    urls, ingest = shared.queue_urls, shared.sqs("ingest")
    assert ingest.send_message_batch(
        QueueUrl=urls["facts"], Entries=[{"Id": "1", "MessageBody": "{}", "MessageGroupId": "owner"}]
    )["Successful"]
    ingest.send_message(QueueUrl=urls["uploads"], MessageBody="{}", MessageGroupId="owner")
    (message,) = ingest.receive_message(QueueUrl=urls["uploads"])["Messages"]
    receipt = {"QueueUrl": urls["uploads"], "ReceiptHandle": message["ReceiptHandle"]}
    ingest.change_message_visibility(**receipt, VisibilityTimeout=60)
    ingest.delete_message(**receipt)
    for queue in ("plans", "mail", "render", "facts-dead"):
        with pytest.raises(ClientError, match="AccessDenied"):
            ingest.send_message(QueueUrl=urls[queue], MessageBody="{}")
    for refused in (
        lambda: ingest.receive_message(QueueUrl=urls["facts"]),
        lambda: ingest.purge_queue(QueueUrl=urls["uploads"]),
        lambda: ingest.delete_queue(QueueUrl=urls["facts"]),
        lambda: ingest.create_queue(QueueName="another"),
        ingest.list_queues,
    ):
        with pytest.raises(ClientError, match="AccessDenied"):
            refused()


def test_a_function_may_do_what_its_row_grants_and_no_more(shared: Storage) -> None:
    put(shared, "uploads/granted", b"x")
    ingest = shared.s3("ingest")
    assert ingest.head_object(Bucket=BUCKET, Key="uploads/granted")["ContentLength"] == 1
    ingest.put_object(Bucket=BUCKET, Key="derived/made", Body=b"y")
    signed = ingest.generate_presigned_url("get_object", Params={"Bucket": BUCKET, "Key": "segments/granted"})
    assert httpx2.get(signed).status_code == 403
    with pytest.raises(ClientError, match="AccessDenied"):
        ingest.put_object(Bucket=BUCKET, Key="uploads/granted", Body=b"z")
    with pytest.raises(ClientError, match="AccessDenied"):
        ingest.delete_object(Bucket=BUCKET, Key="uploads/granted")
    with pytest.raises(ClientError, match="AccessDenied"):
        ingest.get_object(Bucket=BUCKET, Key="derived/made")
    with pytest.raises(ClientError, match="AccessDenied"):
        ingest.delete_object(Bucket=BUCKET, Key="derived/made")
    assert get(shared, "uploads/granted") == b"x"


def test_a_function_lists_and_deletes_below_its_prefixes_alone(shared: Storage) -> None:
    put(shared, "derived/o/listed", b"x")
    sweep, ingest = shared.s3("sweep"), shared.s3("ingest")
    found = sweep.list_objects_v2(Bucket=BUCKET, Prefix="derived/o/")["Contents"]
    assert [each["Key"] for each in found] == ["derived/o/listed"]
    for prefix in ("derived/", "", "upload"):
        with pytest.raises(ClientError, match="AccessDenied"):
            ingest.list_objects_v2(Bucket=BUCKET, Prefix=prefix)
    with pytest.raises(ClientError, match="AccessDenied"):
        sweep.put_object(Bucket=BUCKET, Key="derived/o/listed", Body=b"y")
    sweep.delete_object(Bucket=BUCKET, Key="derived/o/listed")
    assert "Contents" not in sweep.list_objects_v2(Bucket=BUCKET, Prefix="derived/o/")


def test_uploads_in_parts_are_looked_after_by_who_makes_them(shared: Storage) -> None:
    api, bundle = shared.s3("api"), shared.s3("bundle")
    begun = api.create_multipart_upload(Bucket=BUCKET, Key="uploads/granted/parts")["UploadId"]
    mine = {"Bucket": BUCKET, "Key": "uploads/granted/parts", "UploadId": begun}
    assert "Parts" not in api.list_parts(**mine)
    for forbidden in (bundle.list_parts, bundle.abort_multipart_upload):
        with pytest.raises(ClientError, match="AccessDenied"):
            forbidden(**mine)
    api.abort_multipart_upload(**mine)
