"""Whatever becomes of stored files, the next order is right: five kinds of damage to each kind of object."""

import json
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from local.cloud import Cloud
from medley import checksums
from medley_client import ApiError, Client, Json
from tests.breadth import usual
from tests.damages import DAMAGES, Damage, change, cut, empty, lose, mistake

LOOKS = 10
KINDS = ("mp4", "wav", "jpg", "json")
# What happens to a file of each kind before an order.
ROUNDS = usual(
    [(lose, empty, cut, change), (change, mistake, lose, cut)], [(damage,) * len(KINDS) for damage in DAMAGES]
)
OF_PLANS = usual([cut, mistake], DAMAGES)
SPEC: Json = {"mode": "automatic", "order": "shuffled", "count": 4, "resolution": 480, "quality": "draft", "seed": 3}


def files_of(cloud: Cloud, prefix: str, suffix: str = "") -> list[Path]:
    """The files with the contents of the stored objects whose keys begin and end so, by key."""
    folder = cloud.storage.log.parent
    records = [json.loads(path.read_text()) for path in (folder / "records").iterdir()]
    found = sorted((record["key"], record["content"]) for record in records)
    return [folder / "content" / content for key, content in found if key.startswith(prefix) and key.endswith(suffix)]


def segments(cloud: Cloud, client: Client, suffix: str) -> list[Path]:
    """The files with the contents of somebody's stored segments of a kind."""
    return files_of(cloud, f"segments/{client.call('GET', '/me')['id']}/", f".{suffix}")


def spoil(cloud: Cloud, client: Client, suffix: str, number: int, damage: Damage) -> None:
    """Damage one stored file of a kind. Work that came twice may replace files meanwhile, by the same: look again."""
    for _ in range(LOOKS):
        with suppress(FileNotFoundError):
            files = segments(cloud, client, suffix)
            damage(files[number % len(files)], files[(number + 1) % len(files)])
            return
    raise AssertionError(f"no {suffix} stays long enough to be damaged")


def forget_downloads(cloud: Cloud) -> None:
    """New environments, which have no copies of their own."""
    for pid in cloud.pids("render") + cloud.pids("assemble"):
        os.kill(pid, signal.SIGKILL)


def plans(cloud: Cloud, client: Client) -> list[Path]:
    """The files with the contents of somebody's stored plans."""
    return files_of(cloud, f"plans/{client.call('GET', '/me')['id']}/")


def restored(cloud: Cloud, client: Client, generation: str, plan: bytes, damage: Damage) -> None:
    """Lose a video, damage its plan and a segment of it, and have it made again."""
    output = client.all_items(f"/generations/{generation}/outputs")[0]
    (video,) = files_of(cloud, "outputs/", f"/{generation}/{output['n']}.mp4")
    video.unlink()
    stored, other = sorted(plans(cloud, client), key=lambda path: path.read_bytes() != plan)
    damage(stored, other)
    spoil(cloud, client, "mp4", 0, change)
    forget_downloads(cloud)
    link = f"/generations/{generation}/outputs/{output['n']}/link"
    with pytest.raises(ApiError, match="gone"):
        client.call("GET", link)
    assert client.call("POST", link.replace("link", "restore"))["state"] == "made"
    ends_at = time.monotonic() + 120
    while client.all_items(f"/generations/{generation}/outputs")[0]["gone_at"] is not None:
        assert time.monotonic() < ends_at
        time.sleep(0.5)
    (again,) = files_of(cloud, "outputs/", f"/{generation}/{output['n']}.mp4")
    assert client.call("GET", link)["file_name"]
    assert checksums.sha256(again) == output["sha256"]
    assert plan in [path.read_bytes() for path in plans(cloud, client)]


@pytest.mark.usefixtures("ready")
def test_damaged_segments_are_made_anew(
    cloud: Cloud, client: Client, project: str, finish: Callable[[Json], Json]
) -> None:
    first = finish(client.generate(project, SPEC))
    videos = {item["n"]: item["sha256"] for item in client.all_items(f"/generations/{first['id']}/outputs")}
    for number, damages in enumerate(ROUNDS):
        for suffix, damage in zip(KINDS, damages, strict=True):
            spoil(cloud, client, suffix, number, damage)
        forget_downloads(cloud)
        again = finish(client.generate(project, SPEC))
        names = [damage.__name__ for damage in damages]
        assert (again["state"], again["outputs_made"]) == ("succeeded", len(videos)), names
        made = {item["n"]: item["sha256"] for item in client.all_items(f"/generations/{again['id']}/outputs")}
        assert made == videos, names
    (stored,) = plans(cloud, client)
    plan = stored.read_bytes()
    finish(client.generate(project, SPEC | {"seed": 4, "count": 1}))
    for damage in OF_PLANS:
        restored(cloud, client, first["id"], plan, damage)
    kinds = [entry["kind"] for entry in client.all_items("/wallet/entries")]
    assert kinds.count("capture") == 2 + len(ROUNDS)
