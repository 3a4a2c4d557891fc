"""What was stored, and uploads and links that were given out, before `medley up` is stopped, and used after it was
started again."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from local.cloud import Cloud, CloudNotStarted
from local.data_directory import DataDirectory
from local.storage.service import Storage
from medley_client import Client, Json
from tests.local.waiting import wait_until

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


def test_a_restart_finds_what_was_stored_and_uploads_go_on(data: Path, tmp_path: Path) -> None:
    account = ("someone@example.com", "a long enough secret")
    bonus = {"ACCOUNT_SIGN_UP_BONUS": "77"}
    with Cloud(data, durable=True, storage_port=0, settings=bonus) as cloud, Client(cloud.api_url) as client:
        session = client.sign_up(*account, "Someone")
        project = client.call("POST", "/projects", {"name": "Summer", "app": "video_mixer"})
        single, parts = asked(client, project, SINGLE), asked(client, project, PARTS)
        requests = parts["upload"]["parts"]
        sent = [send(requests[0]["request"], requests[0]["size_bytes"])]
        port, api_port = cloud.storage.port, int(cloud.api_url.rpartition(":")[2])
        assert_replaced_and_alone(cloud, data, tmp_path, api_port)
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(f"http://localhost:{api_port}/healthz")
    with Storage(tmp_path / "other", durable=False, port=port), pytest.raises(CloudNotStarted, match=f"Port {port} is"):
        Cloud(data, durable=True).start()
    with Cloud(data, durable=True, port=api_port) as cloud, Client(cloud.api_url) as client:
        assert cloud.storage.port == port
        bearer = {"authorization": f"Bearer {session['access_token']}"}
        wallet = httpx2.get(f"{cloud.api_url}/v1/wallet", headers=bearer, timeout=30)
        assert wallet.json()["available"] == 77, "the account and the key that signed its token were kept"
        client.sign_in(*account)
        send(single["upload"]["request"], SINGLE)
        sent += [send(each["request"], each["size_bytes"]) for each in requests[1:]]
        named = [{"number": number, "etag": etag} for number, etag in enumerate(sent, 1)]
        client.call("POST", f"/clips/{parts['clip']['id']}/complete", {"parts": named})
        states = {clip["state"] for clip in client.settled_clips(project["id"], 2)}
        assert states == {"rejected"}, "both have arrived, and are no videos"
        rescued = cloud.log_dir / "sweep.log"  # its schedule would call it only after a minute
        wait_until(lambda: rescued.exists() and "swept" in rescued.read_text(), 30)


def assert_replaced_and_alone(cloud: Cloud, data: Path, tmp_path: Path, port: int) -> None:
    """A worker of it that is killed is replaced; another cloud gets neither its directory nor its port."""
    (worker,) = cloud.pids("api")
    os.kill(worker, signal.SIGKILL)
    wait_until(lambda: worker not in cloud.pids("api"))
    assert httpx2.get(f"{cloud.api_url}/readyz", timeout=30).status_code == 200
    with pytest.raises(CloudNotStarted, match=f"process {os.getpid()}"):
        Cloud(data, durable=False).start()
    with pytest.raises(CloudNotStarted, match=f"Port {port} is in use"):
        Cloud(tmp_path / "another", durable=False, port=port).start()
