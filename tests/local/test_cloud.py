"""The whole cloud with the real functions leaves nothing running however it ends."""

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

from local.cloud import Cloud
from local.data_directory import DataDirectory
from local.processes import ProcessEnded
from tests.local.waiting import is_running, wait_until


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """A data directory for one cloud after the other, forgotten whole at the end: as root, PostgreSQL's part of it
    lives elsewhere."""
    path = tmp_path_factory.mktemp("cloud") / "data"
    yield path
    DataDirectory(path).forget()


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
    with Cloud(data, durable=True) as cloud:
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
