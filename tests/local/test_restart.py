"""Uploads and links that were given out before `medley up` is stopped, and used after it was started again."""

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from local.cloud import Cloud, CloudNotStarted
from local.data_directory import DataDirectory
from local.storage.service import Storage
from medley_client import Client, Json

SINGLE, PARTS = 1_000, 70_000_000


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "data"
    yield path
    DataDirectory(path).forget()


def asked(client: Client, project: Json, size: int) -> Json:
    body = {"name": "a.mp4", "size_bytes": size, "content_type": "video/mp4"}
    return client.call("POST", f"/projects/{project['id']}/clips", body)


def send(request: Json, size: int) -> str:
    answer = httpx2.request(request["method"], request["url"], headers=request["headers"], content=bytes(size))
    assert answer.status_code == 200
    return str(answer.headers["etag"])


def test_uploads_go_on_after_a_restart(data: Path, tmp_path: Path) -> None:
    account = ("someone@example.com", "a long enough secret")
    with Cloud(data, durable=True, storage_port=0) as cloud, Client(cloud.api_url) as client:
        client.sign_up(*account, "Someone")
        project = client.call("POST", "/projects", {"name": "Summer", "app": "video_mixer"})
        single, parts = asked(client, project, SINGLE), asked(client, project, PARTS)
        requests = parts["upload"]["parts"]
        sent = [send(requests[0]["request"], requests[0]["size_bytes"])]
        port = cloud.storage.port
    with Storage(tmp_path / "other", durable=False, port=port), pytest.raises(CloudNotStarted, match=f"Port {port} is"):
        Cloud(data, durable=True).start()
    with Cloud(data, durable=True) as cloud, Client(cloud.api_url) as client:
        assert cloud.storage.port == port
        client.sign_in(*account)
        send(single["upload"]["request"], SINGLE)
        sent += [send(each["request"], each["size_bytes"]) for each in requests[1:]]
        named = [{"number": number, "etag": etag} for number, etag in enumerate(sent, 1)]
        client.call("POST", f"/clips/{parts['clip']['id']}/complete", {"parts": named})
        states = {clip["state"] for clip in client.settled_clips(project["id"], 2)}
        assert states == {"rejected"}, "both have arrived, and are no videos"
