"""The whole cloud with the real functions: it keeps what was stored, and leaves nothing running however it ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx2
import pytest

from local.cloud import Cloud, CloudNotStarted
from local.data_directory import DataDirectory
from local.processes import ProcessEnded
from medley_client import Client
from tests.local.waiting import is_running, wait_until

ACCOUNT = {"email": "someone@example.com", "password": "a long enough secret"}


@pytest.fixture
def data(tmp_path):
    """A data directory, forgotten whole at the end: as root, PostgreSQL's part of it lives elsewhere."""
    path = tmp_path / "data"
    yield path
    DataDirectory(path).forget()


def test_a_restart_finds_what_was_stored(data, tmp_path):
    with Cloud(data, durable=True, settings={"ACCOUNT_SIGN_UP_BONUS": "77"}) as cloud:
        port = int(cloud.api_url.rpartition(":")[2])
        with Client(cloud.api_url) as client:
            session = client.sign_up(ACCOUNT["email"], ACCOUNT["password"], "Someone")
        (worker,) = cloud.pids("api")
        os.kill(worker, signal.SIGKILL)
        wait_until(lambda: worker not in cloud.pids("api"))
        assert httpx2.get(f"{cloud.api_url}/readyz", timeout=30).status_code == 200, "a killed worker is replaced"
        with pytest.raises(CloudNotStarted, match=f"process {os.getpid()}"):
            Cloud(data, durable=False).start()
        with pytest.raises(CloudNotStarted, match=f"Port {port} is in use"):
            Cloud(tmp_path / "other", durable=False, port=port).start()
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(f"http://localhost:{port}/healthz")
    with Cloud(data, durable=True, port=port) as cloud:
        bearer = {"authorization": f"Bearer {session['access_token']}"}
        wallet = httpx2.get(f"{cloud.api_url}/v1/wallet", headers=bearer, timeout=30)
        assert wallet.json()["available"] == 77, "the account and the key that signed its token were kept"
        rescued = cloud.log_dir / "sweep.log"  # its schedule would call it only after a minute
        wait_until(lambda: rescued.exists() and "swept" in rescued.read_text(), 30)


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGTERM, 0), (signal.SIGHUP, 0), (signal.SIGKILL, -signal.SIGKILL)]
)
def test_nothing_is_left_running(data, number, status):
    with started(data) as cloud:
        family = descendants(cloud.pid)
        commands = " ".join(Path(f"/proc/{pid}/cmdline").read_text() for pid in family)
        assert all(part in commands for part in ("postgres", "local.storage.server", "functions.api.handler.handle"))
        cloud.send_signal(number)
        assert cloud.wait(30) == status
        wait_until(lambda: not any(is_running(pid) for pid in family))


def test_sigint_ends_a_cloud_that_a_script_started_in_the_background(data):
    """Once, in order, however often it is sent."""
    ignoring = ["bash", "-c", "trap '' INT; exec \"$@\"", "a shell's &"]
    with started(data, *ignoring) as cloud:
        family = descendants(cloud.pid)
        while cloud.poll() is None:
            cloud.send_signal(signal.SIGINT)
            time.sleep(0.01)
        assert cloud.returncode == 0
        assert "Stopped. What was stored is kept." in cloud.stdout.read()
        wait_until(lambda: not any(is_running(pid) for pid in family))


def test_a_part_that_breaks_ends_the_cloud(data):
    others = descendants(os.getpid())
    with Cloud(data, durable=False) as cloud:
        family, url = set(descendants(os.getpid())) - set(others), cloud.api_url
        os.kill(cloud.storage.pid, signal.SIGKILL)
        with pytest.raises(ProcessEnded, match="S3 and SQS ended by itself") as raised:
            cloud.wait()
        assert str(raised.value) in (cloud.log_dir / "cloud.log").read_text()
        with pytest.raises(httpx2.ConnectError):
            httpx2.get(f"{url}/healthz")
        with pytest.raises(RuntimeError, match="does not run"):
            cloud.invoke("sweep", {})
    assert not any(is_running(pid) for pid in family)


def test_a_cloud_without_its_database_ends_and_says_why(data):
    with started(data, stderr=subprocess.PIPE) as cloud:
        family = descendants(cloud.pid)
        (postmaster,) = [pid for pid in family if "bin/postgres" in Path(f"/proc/{pid}/cmdline").read_text()]
        os.kill(postmaster, signal.SIGKILL)
        assert cloud.wait(30) == 1
        assert "PostgreSQL ended by itself" in cloud.stderr.read()
        wait_until(lambda: not any(is_running(pid) for pid in family))


@contextmanager
def started(data: Path, *before: str, **options: Any) -> Iterator[subprocess.Popen[str]]:
    """`medley up`, once it is ready; `before` is the command it is an argument of."""
    hearing = "import signal; signal.signal(signal.SIGHUP, signal.SIG_DFL)"  # though nohup runs the tests
    program = f"{hearing}; from cli.main import app; app()"
    command = [*before, sys.executable, "-c", program, "up", "--port", "0", "--storage-port", "0", "--data", str(data)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **options) as cloud:
        for line in cloud.stdout:
            if "Logs" in line:
                break
        yield cloud


def descendants(pid: int) -> list[int]:
    children: list[int] = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(FileNotFoundError, ProcessLookupError):  # a thread that has ended meanwhile
            children += map(int, path.read_text().split())
    return children + [below for child in children for below in descendants(child)]
