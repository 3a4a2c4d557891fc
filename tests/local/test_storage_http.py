"""How the embedded S3 speaks HTTP: ranges, conditions, pages of other origins, uploads that go wrong, signatures."""

import http.client
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest
from botocore.exceptions import ClientError

from local.environment import SECRET_ACCESS_KEY
from local.storage.presigned import refusal
from local.storage.service import BUCKET, Storage
from tests.local.bucket import events, get, keys, put, url


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storage]:
    """One server for the tests that only talk to it."""
    with Storage(tmp_path_factory.mktemp("storage"), durable=False) as storage:
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
        put(storage, "outputs/lost", b"again")
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


def test_a_page_of_another_origin_may_upload_and_read_the_etag(shared: Storage) -> None:
    page = {"Origin": "http://localhost:5173"}
    asked = {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "content-type"}
    preflight = httpx2.options(url(shared, "uploads/page"), headers=page | asked)
    assert preflight.status_code == 200
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert "PUT" in preflight.headers["access-control-allow-methods"]
    assert preflight.headers["access-control-allow-headers"] == "content-type"
    for answer in (
        httpx2.put(
            url(shared, "uploads/page", "put_object"), headers=page | {"Content-Type": "video/mp4"}, content=b"x"
        ),
        httpx2.get(url(shared, "uploads/page"), headers=page),
        httpx2.get(url(shared, "uploads/none"), headers=page),
    ):
        assert answer.headers.get_list("access-control-allow-origin") == ["*"]
        assert "ETag" in answer.headers["access-control-expose-headers"]


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
    for path in ("", f"/{BUCKET}", f"/{BUCKET}/outputs/private", f"/{BUCKET}/outputs/private?X-Amz-Signature=0"):
        assert httpx2.get(f"{shared.endpoint_url}{path}").status_code == 403


def test_a_url_is_good_until_its_time_and_no_longer() -> None:
    signer = Storage(Path("unused"), durable=False)
    signer.endpoint_url = "http://127.0.0.1:5000"
    signed_at = datetime.now(UTC).replace(microsecond=0)
    target = urlsplit(
        signer.s3().generate_presigned_url("get_object", Params={"Bucket": "b", "Key": "ä b"}, ExpiresIn=60)
    )

    def asked(after_s: float) -> str | None:
        return refusal(
            "GET",
            "/b/ä b",
            target.query,
            {"host": target.netloc},
            secret=SECRET_ACCESS_KEY,
            now=signed_at + timedelta(seconds=after_s),
        )

    assert asked(59) is None
    assert asked(62) == "AccessDenied"


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
    assert get(shared, "uploads/granted") == b"x"
