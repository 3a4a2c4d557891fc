"""The image without Docker: its packages and its code alone, on its Python, below AWS's runtime client, do the job."""

import os
import platform
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import av
import pytest

from infra.rows import Function
from infra.topology import TOPOLOGY
from layers.build import install, stage_image
from layers.lists import IMAGE, PYTHON, RUNTIME_CLIENT, Lists, path
from local.cloud import Cloud
from local.compute import lambda_service
from local.data_directory import DataDirectory
from local.environment import Surroundings
from medley_client import Client, ids

SPEC = {"mode": "automatic", "order": "shuffled", "count": 2, "resolution": 480, "quality": "draft", "seed": 7}
ALONE = """
import sys
sys.path[:] = [place for place in sys.path if "site-packages" not in place]
"""


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is in the image, and the runtime client that AWS's own image would bring."""
    if sys.version_info[:2] != PYTHON:
        pytest.skip(f"The image has Python {'.'.join(map(str, PYTHON))}; `make deployed` tries it out with it.")
    folder, machine = tmp_path_factory.mktemp("image"), platform.machine()
    stage_image(folder / "context", TOPOLOGY.functions)
    install(path(IMAGE, machine), folder / "packages", machine, offline=True)
    client = folder / "client.txt"
    client.write_text(Lists(machine).of(RUNTIME_CLIENT))
    install(client, folder / "client", machine, offline=True)
    (folder / "client" / "sitecustomize.py").write_text(ALONE)
    return folder


@pytest.fixture
def cloud(image: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Cloud]:
    """One whose media functions see the image and nothing else."""
    usual: Callable[[Function, Surroundings], dict[str, str]] = lambda_service.function_environment

    def of_the_image(row: Function, around: Surroundings) -> dict[str, str]:
        if row.kind != "image":
            return usual(row, around)
        places = (image / "context" / "task", image / "packages", image / "client")
        return usual(row, around) | {"PYTHONPATH": os.pathsep.join(map(str, places))}

    monkeypatch.setattr(lambda_service, "function_environment", of_the_image)
    with Cloud(tmp_path / "data", durable=False, workers=1) as running:
        yield running
    DataDirectory(tmp_path / "data").forget()


def test_the_image_takes_clips_in_and_makes_videos(cloud: Cloud, clips: list[Path], tmp_path: Path) -> None:
    with Client(cloud.api_url) as client:
        client.sign_up(f"{uuid4()}@example.com", "a long enough secret", "Someone")
        project = str(client.call("POST", "/projects", {"name": "Summer", "app": "video_mixer"})["id"])
        for clip in clips[:2]:
            client.upload(project, clip)
        settled = client.settled_clips(project, 2)
        assert [clip["state"] for clip in settled] == ["ready", "ready"], ids(settled)
        *_, last = client.watch(client.generate(project, SPEC)["id"], poll_s=0.5, timeout_s=600)
        final = last["generation"]
        assert (final["state"], final["outputs_made"]) == ("succeeded", 2)
        with av.open(str(client.download(final["id"], 1, tmp_path))) as video:
            assert sum(1 for _ in video.decode(video=0)) == 2 * 2 * 30
