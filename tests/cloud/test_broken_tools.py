"""A media library that does not work is our fault: nothing is judged by it, and it is said where a person looks."""

import os
import signal
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import httpx2
import pytest
from rich.console import Console

from cli import demo, up
from local.cloud import Cloud
from local.compute import lambda_service
from local.data_directory import DataDirectory
from medley_client import Client
from tests.local.waiting import wait_until

REASON = r"Medley's own tools do not work here\. the probe failed: .*no such thing in this release"


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder whose packages the functions find before the installed ones."""
    folder = tmp_path / "packages"
    folder.mkdir()
    usual = lambda_service.function_environment

    def with_packages(*arguments):
        given = usual(*arguments)
        return {**given, "PYTHONPATH": os.pathsep.join(filter(None, [str(folder), given.get("PYTHONPATH")]))}

    monkeypatch.setattr(lambda_service, "function_environment", with_packages)
    return folder


def break_library(packages: Path) -> Path:
    """Another release of the library that reads media, which our code was not written for."""
    library = packages / "av" / "__init__.py"
    library.parent.mkdir()
    library.write_text("raise AttributeError('no such thing in this release')\n")
    return library


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """Where a cloud keeps what is stored; forgotten whole at the end."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield tmp_path / "data"
    for number, handler in handlers.items():  # `up` sets them for its process, which is ours here
        signal.signal(number, handler)
    DataDirectory(tmp_path / "data").forget()


def quiet() -> Console:
    return Console(file=StringIO())


def test_up_and_demo_stop_with_the_reason(packages: Path, data: Path, tmp_path: Path, clips: list[Path]) -> None:
    break_library(packages)
    with pytest.raises(SystemExit, match=REASON):
        up.up(quiet(), data, port=0, storage_port=0, web=tmp_path / "web")
    folder = tmp_path / "clips"
    folder.mkdir()
    (folder / "red.mp4").write_bytes(clips[0].read_bytes())
    with pytest.raises(SystemExit, match=REASON):
        demo.run(quiet(), tmp_path / "demo", tmp_path / "out", folder, 2)
    assert list((tmp_path / "demo").iterdir()) == [], "nothing is left"
    assert "CRITICAL" in (data / "log" / "ingest.log").read_text()


def test_uploads_wait_for_the_repair_and_are_read_then(packages: Path, data: Path, clips: list[Path]) -> None:
    with Cloud(data, durable=False, workers=1) as cloud, Client(cloud.api_url) as client:
        client.sign_up("ada@example.com", "a long enough secret", "Ada")
        project = client.call("POST", "/projects", {"name": "Mine", "app": "video_mixer"})
        library = break_library(packages)
        for pid in cloud.pids("ingest"):
            os.kill(pid, signal.SIGKILL)  # the next one starts with the broken library
        client.upload(project["id"], clips[0])
        wait_until(lambda: httpx2.get(f"{cloud.api_url}/readyz").status_code == 503)
        error = httpx2.get(f"{cloud.api_url}/readyz").json()["error"]
        assert (error["code"], error["metadata"]) == ("self_test_failed", {"functions": ["ingest"]})
        [clip] = client.all_items(f"/projects/{project['id']}/clips")
        assert clip["state"] == "expected"
        library.unlink()
        library.parent.rmdir()
        [clip] = client.settled_clips(project["id"], 1)
        assert clip["state"] == "ready"
        assert httpx2.get(f"{cloud.api_url}/readyz").status_code == 200
        log = (cloud.log_dir / "ingest.log").read_text()
        assert "no such thing in this release" in log
        assert "It works again." in log
