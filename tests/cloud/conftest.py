"""One whole cloud for the tests of a worker: real uploads, events, processes, FFmpeg and PostgreSQL."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from local.cloud import Cloud
from local.data_directory import DataDirectory
from medley.media.sandbox.ffmpeg import executable
from medley_client import Client, Json, ids


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    data = tmp_path_factory.mktemp("cloud") / "data"
    with Cloud(data, durable=False, workers=2) as running:
        yield running
    DataDirectory(data).forget()


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Four little clips, unlike in colour, rate and sound; long enough for a worker to be caught at work."""
    folder = tmp_path_factory.mktemp("clips")
    made = []
    for index, (color, rate) in enumerate((("red", 30), ("green", 25), ("blue", 24), ("white", 30))):
        path = folder / f"{color}.mp4"
        picture = f"testsrc2=s=320x180:r={rate}:d=2,drawbox=color={color}:t=20"
        sound = ["-f", "lavfi", "-i", f"sine={220 * (index + 1)}:d=2"] if color != "blue" else []
        command = [str(executable()), "-v", "error", "-f", "lavfi", "-i", picture, *sound, "-preset", "ultrafast", path]
        subprocess.run(command, check=True)
        made.append(path)
    return made


@pytest.fixture
def client(cloud: Cloud) -> Iterator[Client]:
    """Somebody new, with the credits of a new account."""
    with Client(cloud.api_url) as signed_in:
        signed_in.sign_up(f"{uuid4()}@example.com", "a long enough secret", "Someone")
        yield signed_in


@pytest.fixture
def project(client: Client) -> str:
    return str(client.call("POST", "/projects", {"name": "Summer", "app": "video_mixer"})["id"])


@pytest.fixture
def ready(client: Client, project: str, clips: list[Path]) -> list[str]:
    """The ids of the clips, uploaded and ready."""
    for path in clips:
        client.upload(project, path)
    settled = client.settled_clips(project, len(clips))
    assert [clip["state"] for clip in settled] == ["ready"] * len(clips)
    return ids(settled)


@pytest.fixture(scope="session")
def uploaded(cloud: Cloud, clips: list[Path]) -> list[str]:
    """The ids of the clips in somebody's project, ready, for tests that only look at them."""
    with Client(cloud.api_url) as signed_in:
        signed_in.sign_up(f"{uuid4()}@example.com", "a long enough secret", "Someone")
        project = str(signed_in.call("POST", "/projects", {"name": "Summer", "app": "video_mixer"})["id"])
        for path in clips:
            signed_in.upload(project, path)
        settled = signed_in.settled_clips(project, len(clips))
    assert [clip["state"] for clip in settled] == ["ready"] * len(clips)
    return ids(settled)


@pytest.fixture
def finish(client: Client) -> Callable[[Json], Json]:
    """Wait for a generation's end; returns its last state."""

    def wait(generation: Json) -> Json:
        *_, last = client.watch(generation["id"], poll_s=0.5, timeout_s=600)
        return dict(last["generation"])

    return wait
