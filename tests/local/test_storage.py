"""The embedded S3 and SQS: wired as the topology says, and what survives."""

import json
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest
from botocore.exceptions import ClientError

from infra.rows import Prefix
from infra.topology import TOPOLOGY
from local.storage.service import BUCKET, Storage, StorageNotStarted
from tests.local.bucket import PART, SECRET, events, get, keys, put, upload_in_parts, url
from tests.local.holders import killed_at_the_end
from tests.local.waiting import is_running, wait_until

HOLDER = """
import sys, time
from pathlib import Path
from local.storage.service import Storage
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


def attributes(storage: Storage, queue: str) -> Any:
    return storage.sqs().get_queue_attributes(QueueUrl=storage.queue_urls[queue], AttributeNames=["All"])["Attributes"]


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
    with killed_at_the_end(HOLDER, tmp_path) as pid:
        assert is_running(int(pid))
    wait_until(lambda: not is_running(int(pid)))
    with Storage(tmp_path, durable=False) as storage:
        assert get(storage, "uploads/kept") == b"content"


def test_what_is_past_its_days_goes_while_the_server_runs(tmp_path: Path) -> None:
    prefixes = (Prefix("segments/", expire_days=0.3 / 86_400), Prefix("uploads/", abort_multipart_days=0.3 / 86_400))
    topology = replace(TOPOLOGY, prefixes=prefixes)
    with Storage(tmp_path, durable=False, topology=topology, expire_every_s=0.1) as storage:
        for key in ("segments/old", "uploads/kept"):
            put(storage, key, b"x")
        upload = begun(storage, "uploads/begun")
        wait_until(lambda: keys(storage) == ["uploads/kept"])
        wait_until(lambda: not uploads(storage))
        with pytest.raises(ClientError, match="NoSuchUpload"):
            storage.s3().list_parts(**upload)
    assert not list((tmp_path / "uploads").iterdir())


def begun(storage: Storage, key: str, *parts: bytes) -> dict[str, str]:
    """An upload of which these parts have arrived; what names it in further requests."""
    s3, named = storage.s3(), {"Bucket": BUCKET, "Key": key}
    named["UploadId"] = s3.create_multipart_upload(**named, ContentType="video/webm")["UploadId"]
    for number, part in enumerate(parts, 1):
        s3.upload_part(**named, PartNumber=number, Body=part)
    return named


def uploads(storage: Storage) -> list[str]:
    return [upload["UploadId"] for upload in storage.s3().list_multipart_uploads(Bucket=BUCKET).get("Uploads", [])]


@pytest.mark.parametrize("how", ["stopped", "killed"])
def test_an_upload_under_way_outlives_the_server(tmp_path: Path, how: str) -> None:
    first, second = b"a" * PART, b"b"
    with Storage(tmp_path, durable=True, secret=SECRET) as storage:
        upload = begun(storage, "uploads/kept", b"replaced", second)
        storage.s3().upload_part(**upload, PartNumber=1, Body=first)
        aborted = begun(storage, "uploads/aborted", first)
        storage.s3().abort_multipart_upload(**aborted)
        done = begun(storage, "uploads/done", second)
        complete(storage, done)
        port = storage.port
        late = url(storage, "uploads/kept", "upload_part", UploadId=upload["UploadId"], PartNumber=3)
        if how == "killed":
            assert storage.pid is not None
            os.kill(storage.pid, signal.SIGKILL)
    with Storage(tmp_path, durable=True, secret=SECRET, port=port) as storage:
        assert uploads(storage) == [upload["UploadId"]]
        found = storage.s3().list_parts(**upload)["Parts"]
        assert [(part["PartNumber"], part["Size"]) for part in found] == [(1, PART), (2, 1)]
        storage.s3().upload_part(**upload, PartNumber=2, Body=second * PART)
        assert httpx2.put(late, content=b"the end").status_code == 200, "a URL from before the restart"
        complete(storage, upload)
        assert get(storage, "uploads/kept") == first + second * PART + b"the end"
        head = storage.s3().head_object(Bucket=BUCKET, Key="uploads/kept")
        assert head["ContentType"] == "video/webm"
        assert set(events(storage)) == {
            ("ObjectCreated:Put", "uploads%2Fkept"),
            ("ObjectCreated:CompleteMultipartUpload", "uploads%2Fkept"),
        }
    with Storage(tmp_path, durable=True) as storage:
        assert (keys(storage), uploads(storage)) == (["uploads/done", "uploads/kept"], [])
    assert len(list((tmp_path / "content").iterdir())) == 2


def complete(storage: Storage, upload: dict[str, str]) -> None:
    s3 = storage.s3()
    parts = [{name: part[name] for name in ("PartNumber", "ETag")} for part in s3.list_parts(**upload)["Parts"]]
    s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts})


def test_a_damaged_upload_keeps_nothing_from_starting(tmp_path: Path) -> None:
    with Storage(tmp_path, durable=True) as storage:
        put(storage, "uploads/good", b"content")
        kept, lost = begun(storage, "uploads/kept", b"a" * PART, b"b"), begun(storage, "uploads/lost", b"a")
    (tmp_path / "uploads" / lost["UploadId"] / "upload").write_bytes(b"{")
    (tmp_path / "uploads" / kept["UploadId"] / "2").write_bytes(b"")
    (tmp_path / "uploads" / ".DS_Store").write_bytes(b"Bud1")
    with Storage(tmp_path, durable=True) as storage:
        assert keys(storage) == ["uploads/good"]
        assert uploads(storage) == [kept["UploadId"]]
        assert [part["PartNumber"] for part in storage.s3().list_parts(**kept)["Parts"]] == [1]
        assert lost["UploadId"] in storage.log.read_text()


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
    with Storage(tmp_path, durable=False, topology=topology):
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
    with pytest.raises(StorageNotStarted, match=f"^Port {taken} is in use by another program."):
        Storage(tmp_path, durable=False, port=taken).start()
