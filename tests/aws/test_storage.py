"""S3Store against a real server: the contract, presigned requests, multipart uploads, errors."""

import socket
import threading
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.storage.service import Storage
from medley.aws import clients
from medley.aws.storage import S3Store, content_disposition
from medley.contracts.keys import UploadKey
from medley.errors import InvalidInput, NotFound, StorageUnavailable
from medley.ports.cloud import SignedRequest, UploadPart
from medley.settings import AwsSettings
from tests.aws.object_store_contract import ObjectStoreContract, key, written

__all__ = ["key"]  # a fixture

PART = 5 * 1024**2  # S3's smallest


class TestS3Store(ObjectStoreContract):
    """The contract, kept by S3Store."""


@pytest.fixture
def upload_key() -> str:
    return str(UploadKey(uuid4(), uuid4(), uuid4()))


def send(request: SignedRequest, body: bytes) -> httpx2.Response:
    return httpx2.request(request.method, request.url, headers=dict(request.headers), content=body)


def query(url: str) -> dict[str, str]:
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))


def test_a_big_file_goes_in_parts_and_comes_back_whole(store: S3Store, key: str, tmp_path: Path) -> None:
    content = b"".join(n.to_bytes(4, "big") * 4_096 for n in range(2_100))  # 34 MB: above one PUT
    store.upload(written(tmp_path / "from", content), key, "video/mp4")
    store.download(key, tmp_path / "to")
    assert (tmp_path / "to").read_bytes() == content
    found = store.head(key)
    assert found is not None
    assert found.etag.endswith("-3")


def test_a_presigned_put_stores_the_object_under_its_type(store: S3Store, upload_key: str, storage: Storage) -> None:
    request = store.sign_put(upload_key, "video/quicktime", 5)
    assert send(request, b"clip!").status_code == 200
    found = storage.s3().get_object(Bucket=storage.bucket, Key=upload_key)
    assert found["ContentType"] == "video/quicktime"
    assert found["Body"].read() == b"clip!"


def test_type_and_size_are_signed(store: S3Store, upload_key: str) -> None:
    """S3 refuses another type or size only if these headers are part of the signature."""
    request = store.sign_put(upload_key, "video/mp4", 5)
    assert query(request.url)["X-Amz-SignedHeaders"] == "content-length;content-type;host;if-none-match"
    part = store.sign_part(upload_key, "upload", 1, PART)
    assert query(part.url)["X-Amz-SignedHeaders"] == "content-length;host"
    assert store.sign_put(upload_key, "video/mp4", 6).url != request.url


def test_no_url_replaces_an_object(store: S3Store, upload_key: str, storage: Storage) -> None:
    single = store.sign_put(upload_key, "video/mp4", 5)
    upload_id = store.start_multipart(upload_key, "video/mp4")
    parts = [uploaded_part(store, upload_key, upload_id, 1, b"parts")]
    assert send(single, b"first").status_code == 200
    assert send(single, b"other").status_code == 412
    assert httpx2.put(single.url, content=b"other", headers={"Content-Type": "video/mp4"}).status_code == 403
    with pytest.raises(NotFound) as raised:
        store.complete_multipart(upload_key, upload_id, parts)
    assert raised.value.code == "upload_gone"
    assert storage.s3().get_object(Bucket=storage.bucket, Key=upload_key)["Body"].read() == b"first"


def test_s3_refuses_another_size(store: S3Store, upload_key: str) -> None:
    assert send(store.sign_put(upload_key, "video/mp4", 5), b"123456").status_code == 403
    upload_id = store.start_multipart(upload_key, "video/mp4")
    assert send(store.sign_part(upload_key, upload_id, 1, 5), b"123456").status_code == 403
    assert store.head(upload_key) is None


def test_urls_are_signed_for_the_endpoint_a_browser_reaches(
    environment: None, monkeypatch: pytest.MonkeyPatch, upload_key: str
) -> None:
    monkeypatch.setenv("BUCKET_PUBLIC_URL", "http://media.example.test:8080")
    store = S3Store.from_environment()
    for url in (
        store.sign_put(upload_key, "video/mp4", 5).url,
        store.sign_part(upload_key, "upload", 1, 5).url,
        store.sign_get(upload_key, file_name=None, content_type="video/mp4"),
    ):
        assert url.startswith(f"http://media.example.test:8080/medley/{upload_key}?")


def test_at_aws_urls_name_the_bucket_and_its_region(monkeypatch: pytest.MonkeyPatch, upload_key: str) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    store = S3Store(clients.s3(AwsSettings()), "clips")
    url = store.sign_put(upload_key, "video/mp4", 5).url
    assert url.startswith(f"https://clips.s3.us-east-1.amazonaws.com/{upload_key}?")
    assert "checksum" not in url.lower()


def test_a_presigned_multipart_upload(store: S3Store, upload_key: str, storage: Storage, tmp_path: Path) -> None:
    upload_id = store.start_multipart(upload_key, "video/mp4")
    bodies = [b"a" * PART, b"b" * PART, b"c"]
    parts = []
    for number, body in enumerate(bodies, 1):
        answer = send(store.sign_part(upload_key, upload_id, number, len(body)), body)
        assert answer.status_code == 200
        parts.append(UploadPart(number, answer.headers["etag"]))
    listed = [part for after in (0, 2) for part in store.parts(upload_key, upload_id, after=after, limit=2)]
    assert [(part.number, part.size_bytes) for part in listed] == [(1, PART), (2, PART), (3, 1)]
    assert [part.etag for part in listed] == [part.etag.strip('"') for part in parts]
    assert store.head(upload_key) is None
    store.complete_multipart(upload_key, upload_id, parts)
    with pytest.raises(NotFound):
        store.parts(upload_key, upload_id, after=0, limit=1)
    store.download(upload_key, tmp_path / "to")
    assert (tmp_path / "to").read_bytes() == b"".join(bodies)
    assert storage.s3().head_object(Bucket=storage.bucket, Key=upload_key)["ContentType"] == "video/mp4"


def uploaded_part(store: S3Store, key: str, upload_id: str, number: int, body: bytes) -> UploadPart:
    return UploadPart(number, send(store.sign_part(key, upload_id, number, len(body)), body).headers["etag"])


def test_completing_with_parts_that_are_not_there(store: S3Store, upload_key: str) -> None:
    upload_id = store.start_multipart(upload_key, "video/mp4")
    part = uploaded_part(store, upload_key, upload_id, 1, b"a")
    for wrong in ([], [UploadPart(2, part.etag)], [UploadPart(1, "0" * 32)]):
        with pytest.raises(InvalidInput) as raised:
            store.complete_multipart(upload_key, upload_id, wrong)
        assert raised.value.code == "wrong_parts"
    store.complete_multipart(upload_key, upload_id, [part])  # the upload was not harmed


def test_completing_with_a_part_below_the_smallest(store: S3Store, upload_key: str) -> None:
    upload_id = store.start_multipart(upload_key, "video/mp4")
    parts = [uploaded_part(store, upload_key, upload_id, number, b"small") for number in (1, 2)]
    with pytest.raises(InvalidInput) as raised:
        store.complete_multipart(upload_key, upload_id, parts)
    assert raised.value.code == "wrong_parts"


def test_an_upload_that_was_aborted_or_never_begun(store: S3Store, upload_key: str) -> None:
    upload_id = store.start_multipart(upload_key, "video/mp4")
    assert store.parts(upload_key, upload_id, after=0, limit=1) == []
    store.abort_multipart(upload_key, upload_id)
    store.abort_multipart(upload_key, upload_id)
    for call in (
        lambda: store.complete_multipart(upload_key, upload_id, [UploadPart(1, "0" * 32)]),
        lambda: store.parts(upload_key, upload_id, after=0, limit=1),
    ):
        with pytest.raises(NotFound) as raised:
            call()
        assert raised.value.code == "upload_gone"


def test_a_signed_download_has_its_name_and_type(store: S3Store, key: str, tmp_path: Path) -> None:
    store.upload(written(tmp_path / "from", b"video"), key, "binary/octet-stream")
    answer = httpx2.get(store.sign_get(key, file_name="Grüße 1.mp4", content_type="video/mp4"))
    assert answer.content == b"video"
    assert answer.headers["content-type"] == "video/mp4"
    assert answer.headers["content-disposition"] == (
        "attachment; filename=\"Grue 1.mp4\"; filename*=UTF-8''Gr%C3%BC%C3%9Fe%201.mp4"
    )
    inline = httpx2.get(store.sign_get(key, file_name=None, content_type="image/jpeg"))
    assert inline.headers["content-disposition"] == "inline"


@given(st.text())
def test_a_file_name_cannot_leave_its_parameter(name: str) -> None:
    header = content_disposition(name)
    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2
    fallback, encoded = header.removeprefix('attachment; filename="').split("\"; filename*=UTF-8''")
    assert not set(fallback) & set("/\\")
    shown = urllib.parse.unquote(encoded)
    assert len(shown) == len(name)
    assert not set(shown) & set("/\\\r\n\0")


def test_a_store_that_does_not_answer(nowhere: AwsSettings, tmp_path: Path) -> None:
    store = S3Store(clients.s3(nowhere), "clips")
    upload = written(tmp_path / "from", b"x")
    for call in (
        lambda: store.head("k"),
        lambda: store.download("k", tmp_path / "to"),
        lambda: store.upload(upload, "k", "video/mp4"),
        lambda: store.delete("k"),
        lambda: store.start_multipart("k", "video/mp4"),
        lambda: store.abort_multipart("k", "u"),
        lambda: store.parts("k", "u", after=0, limit=1),
        lambda: store.complete_multipart("k", "u", [UploadPart(1, "e")]),
    ):
        with pytest.raises(StorageUnavailable):
            call()
    assert [path.name for path in tmp_path.iterdir()] == ["from"]


@pytest.fixture
def flaky_endpoint(storage: Storage) -> Iterator[str]:
    """A proxy to the storage that breaks its first connection after 300,000 bytes of the answer."""
    host, port = storage.endpoint_url.removeprefix("http://").split(":")
    listener = socket.create_server(("127.0.0.1", 0))
    broken = threading.Event()

    def relay(client: socket.socket) -> None:
        with client, socket.create_connection((host, int(port))) as server:
            server.sendall(client.recv(65_536))
            left = 10**9 if broken.is_set() else 300_000
            broken.set()
            while left > 0 and (data := server.recv(min(65_536, left))):
                client.sendall(data)
                left -= len(data)

    def accept() -> None:
        while True:
            try:
                relay(listener.accept()[0])
            except OSError:
                return

    thread = threading.Thread(target=accept)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join()


def test_a_download_is_taken_up_where_it_broke_off(
    store: S3Store, key: str, flaky_endpoint: str, tmp_path: Path
) -> None:
    content = bytes(range(256)) * 4_000  # 1 MB
    store.upload(written(tmp_path / "from", content), key, "video/mp4")
    flaky = S3Store(clients.s3(AwsSettings(endpoint_url=flaky_endpoint)), "medley")
    flaky.download(key, tmp_path / "to")
    assert (tmp_path / "to").read_bytes() == content
