"""The embedded S3 and SQS: wired as the topology says, what survives, and how it speaks HTTP."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from botocore.exceptions import ClientError

from infra.topology import TOPOLOGY, Prefix
from local.environment import SECRET_ACCESS_KEY
from local.objects import BodyCutShort, ObjectFolder, body
from local.presigned import refusal
from local.storage import BUCKET, Storage, StorageNotStarted
from tests.local.waiting import is_running, wait_until

PART = 5 * 1024**2
HOLDER = """
import sys, time
from pathlib import Path
from local.storage import Storage
server = Storage(Path(sys.argv[1]), durable=True)
server.start()
server.s3().put_object(Bucket="medley", Key="uploads/kept", Body=b"content")
print(server.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storage]:
    """One server for the tests that only talk to it."""
    with Storage(tmp_path_factory.mktemp("storage"), durable=False, visibility_s={"facts": 7}) as storage:
        yield storage


def put(storage: Storage, key: str, content: bytes, content_type: str = "video/mp4") -> None:
    storage.s3().put_object(Bucket=BUCKET, Key=key, Body=content, ContentType=content_type)


def get(storage: Storage, key: str) -> bytes:
    return storage.s3().get_object(Bucket=BUCKET, Key=key)["Body"].read()


def keys(storage: Storage) -> list[str]:
    return [found["Key"] for found in storage.s3().list_objects_v2(Bucket=BUCKET).get("Contents", [])]


def url(storage: Storage, key: str, operation: str = "get_object", **signed: object) -> str:
    """A presigned URL; `signed` are more parameters of the operation."""
    return storage.s3().generate_presigned_url(operation, Params={"Bucket": BUCKET, "Key": key, **signed})


def events(storage: Storage) -> list[tuple[str, str]]:
    """What waits in `uploads`, as (name, key)."""
    sqs = storage.sqs()
    found: list[tuple[str, str]] = []
    while messages := sqs.receive_message(QueueUrl=storage.queue_urls["uploads"], MaxNumberOfMessages=10).get(
        "Messages"
    ):
        for message in messages:
            for record in json.loads(message["Body"]).get("Records", []):
                found.append((record["eventName"], record["s3"]["object"]["key"]))
            sqs.delete_message(QueueUrl=storage.queue_urls["uploads"], ReceiptHandle=message["ReceiptHandle"])
    return found


def upload_in_parts(storage: Storage, key: str, *parts: bytes) -> None:
    s3 = storage.s3()
    upload_id = s3.create_multipart_upload(Bucket=BUCKET, Key=key, ContentType="video/mp4")["UploadId"]
    etags = [
        s3.upload_part(Bucket=BUCKET, Key=key, UploadId=upload_id, PartNumber=n, Body=part)["ETag"]
        for n, part in enumerate(parts, 1)
    ]
    s3.complete_multipart_upload(
        Bucket=BUCKET,
        Key=key,
        UploadId=upload_id,
        MultipartUpload={"Parts": [{"PartNumber": n, "ETag": etag} for n, etag in enumerate(etags, 1)]},
    )


def attributes(storage: Storage, queue: str) -> Any:
    return storage.sqs().get_queue_attributes(QueueUrl=storage.queue_urls[queue], AttributeNames=["All"])["Attributes"]


# As the topology says


def test_every_queue_of_the_topology_with_its_visibility_and_redrive(shared: Storage) -> None:
    names = {name for row in TOPOLOGY.queues for name in (row.name, row.dead_letter)}
    assert set(shared.queue_urls) == names
    for row in TOPOLOGY.queues:
        found = attributes(shared, row.name)
        redrive = json.loads(found["RedrivePolicy"])
        assert redrive["maxReceiveCount"] == row.max_receive_count
        assert redrive["deadLetterTargetArn"] == attributes(shared, row.dead_letter)["QueueArn"]
        assert found["VisibilityTimeout"] == ("7" if row.name == "facts" else str(row.visibility_s))


def test_an_upload_is_told_whichever_way_it_came_and_nothing_else_is(shared: Storage) -> None:
    events(shared)
    put(shared, "uploads/o/p/single", b"x")
    put(shared, "outputs/o/g/1.mp4", b"x")
    upload_in_parts(shared, "uploads/o/p/parts", b"x" * PART, b"y")
    assert set(events(shared)) == {
        ("ObjectCreated:Put", "uploads%2Fo%2Fp%2Fsingle"),
        ("ObjectCreated:Put", "uploads%2Fo%2Fp%2Fparts"),  # moto's own; S3 sends the next one alone
        ("ObjectCreated:CompleteMultipartUpload", "uploads%2Fo%2Fp%2Fparts"),
    }


# What survives


def test_objects_outlive_the_server_and_queues_do_not(tmp_path: Path) -> None:
    with Storage(tmp_path, durable=True) as storage:
        put(storage, "uploads/kept", b"first", "video/quicktime")
        put(storage, "uploads/kept", b"second", "video/webm")
        put(storage, "uploads/deleted", b"x")
        put(storage, "uploads/also deleted", b"x")
        upload_in_parts(storage, "uploads/parts", b"a" * PART, b"b")
        storage.s3().delete_object(Bucket=BUCKET, Key="uploads/deleted")
        storage.s3().delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": "uploads/also deleted"}]})
        before = storage.s3().head_object(Bucket=BUCKET, Key="uploads/parts")
    with Storage(tmp_path, durable=True) as storage:
        assert keys(storage) == ["uploads/kept", "uploads/parts"]
        assert get(storage, "uploads/kept") == b"second"
        assert storage.s3().head_object(Bucket=BUCKET, Key="uploads/kept")["ContentType"] == "video/webm"
        after = storage.s3().head_object(Bucket=BUCKET, Key="uploads/parts")
        assert [after[field] for field in ("ETag", "LastModified", "ContentLength")] == [
            before[field] for field in ("ETag", "LastModified", "ContentLength")
        ]
        assert events(storage) == []


def test_objects_outlive_a_kill_of_the_server(tmp_path: Path) -> None:
    with Storage(tmp_path, durable=False) as storage:
        put(storage, "uploads/kept", b"content")
        storage.s3().create_multipart_upload(Bucket=BUCKET, Key="uploads/begun")
        assert storage.pid is not None
        os.kill(storage.pid, signal.SIGKILL)
    with Storage(tmp_path, durable=False) as storage:
        assert keys(storage) == ["uploads/kept"]
        assert get(storage, "uploads/kept") == b"content"


def test_a_killed_holder_takes_its_server_along(tmp_path: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    with holder:
        assert holder.stdout is not None
        pid = holder.stdout.readline()
        holder.kill()
    wait_until(lambda: not is_running(int(pid)))
    with Storage(tmp_path, durable=False) as storage:
        assert get(storage, "uploads/kept") == b"content"


def test_what_is_past_its_days_goes_at_the_start(tmp_path: Path) -> None:
    topology = replace(TOPOLOGY, prefixes=(Prefix("segments/", expire_days=14), Prefix("uploads/")))
    with Storage(tmp_path, durable=False, topology=topology) as storage:
        for key in ("segments/old", "segments/new", "uploads/old"):
            put(storage, key, b"x")
    for path in (tmp_path / "records").iterdir():
        record = json.loads(path.read_text())
        if record["key"].endswith("old"):
            path.write_text(json.dumps({**record, "modified": time.time() - 14.1 * 86_400}))
    with Storage(tmp_path, durable=False, topology=topology) as storage:
        assert keys(storage) == ["segments/new", "uploads/old"]
    assert len(list((tmp_path / "content").iterdir())) == 2


def test_memory_does_not_grow_with_objects(shared: Storage) -> None:
    def peak_mib() -> int:
        status = Path(f"/proc/{shared.pid}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) // 1024

    content = bytes(64 * 1024**2)
    before = peak_mib()
    put(shared, "segments/big", content)
    upload_in_parts(shared, "segments/bigger", content, content)
    assert len(get(shared, "segments/bigger")) == 2 * len(content)
    assert peak_mib() - before < 32
    for key in ("segments/big", "segments/bigger"):
        shared.s3().delete_object(Bucket=BUCKET, Key=key)


def test_a_server_that_cannot_start_says_why(shared: Storage, tmp_path: Path) -> None:
    taken = int(shared.endpoint_url.rpartition(":")[2])
    with pytest.raises(StorageNotStarted, match=str(taken)):
        Storage(tmp_path, durable=False, port=taken).start()


# HTTP


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


# Signatures


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


# The folder


def test_an_object_is_the_old_one_until_its_record_is_replaced(tmp_path: Path) -> None:
    """A kill between any two steps of storing leaves the old object, and nothing of the new one."""
    folder = ObjectFolder(tmp_path, durable=True)
    old = folder.write([b"old"])
    folder.save("k", old, etag=old.md5, metadata={"Content-Type": "video/mp4"})
    folder.write([b"new"])
    (tmp_path / "records" / "half-written.json").write_text('{"key": "k", "conte')
    (record,) = ObjectFolder(tmp_path, durable=True).load(lambda record: False)
    assert folder.content(record).path.read_bytes() == b"old"
    assert [path.read_bytes() for path in (tmp_path / "content").iterdir()] == [b"old"]
    assert len(list((tmp_path / "records").iterdir())) == 1


def test_nothing_is_left_of_content_that_was_cut_short(tmp_path: Path) -> None:
    folder = ObjectFolder(tmp_path, durable=False)
    chunks = iter([b"abc", b""])
    with pytest.raises(BodyCutShort):
        folder.write(body(lambda _: next(chunks), 10))
    assert list((tmp_path / "content").iterdir()) == []


def test_discarded_content_stays_for_those_about_to_read_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = ObjectFolder(tmp_path, durable=False)
    first, second = folder.write([b"1"]), folder.write([b"2"])
    folder.discard(first)
    assert first.path.exists()
    monkeypatch.setattr("local.objects.KEPT_S", 0.0)
    folder.discard(second)
    assert not first.path.exists()
