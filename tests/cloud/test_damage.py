"""Whatever becomes of stored files, the next order is right: five kinds of damage to each kind of object."""

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from local.cloud import Cloud
from medley_client import Client, Json
from tests.damages import DAMAGES

SPEC: Json = {"mode": "automatic", "order": "shuffled", "count": 4, "resolution": 480, "quality": "draft", "seed": 3}


def stored(cloud: Cloud, suffix: str) -> list[Path]:
    """The files with the contents of all stored segments of a kind, by key."""
    folder = cloud.storage.log.parent
    records = [json.loads(path.read_text()) for path in (folder / "records").iterdir()]
    found = {record["key"]: record["content"] for record in records if record["key"].startswith("segments/")}
    return [folder / "content" / content for key, content in sorted(found.items()) if key.endswith(f".{suffix}")]


def forget_downloads(cloud: Cloud) -> None:
    """New environments, which have no copies of their own."""
    for pid in cloud.pids("render") + cloud.pids("assemble"):
        os.kill(pid, signal.SIGKILL)


@pytest.mark.usefixtures("ready")
def test_damaged_segments_are_made_anew(
    cloud: Cloud, client: Client, project: str, finish: Callable[[Json], Json]
) -> None:
    first = finish(client.generate(project, SPEC))
    videos = {item["n"]: item["sha256"] for item in client.all_items(f"/generations/{first['id']}/outputs")}
    for number, damage in enumerate(DAMAGES):
        for suffix in ("mp4", "wav", "jpg", "json"):
            files = stored(cloud, suffix)
            damage(files[number % len(files)], files[(number + 1) % len(files)])
        forget_downloads(cloud)
        again = finish(client.generate(project, SPEC))
        assert (again["state"], again["outputs_done"]) == ("succeeded", len(videos)), damage.__name__
        made = {item["n"]: item["sha256"] for item in client.all_items(f"/generations/{again['id']}/outputs")}
        assert made == videos, damage.__name__
    kinds = [entry["kind"] for entry in client.all_items("/wallet/entries")]
    assert kinds.count("capture") == 1 + len(DAMAGES)
