"""What was uploaded stays what it is: nothing is stored in its place through any URL its owner was given."""

import wave
from pathlib import Path
from typing import Any

import httpx2
import pytest

from local.cloud import Cloud
from medley.limits import SINGLE_UPLOAD_BYTES
from medley_client import Client, Json


@pytest.fixture
def sources(clips: list[Path], tmp_path: Path) -> dict[str, Path]:
    """A clip that goes in one request, one that is sent in parts, as a box without meaning follows its video, and a
    voice-over."""
    made = {"single": clips[1], "parts": tmp_path / "long.mp4", "voice": tmp_path / "voice.wav"}
    padding = SINGLE_UPLOAD_BYTES
    made["parts"].write_bytes(clips[0].read_bytes() + padding.to_bytes(4, "big") + b"free" + bytes(padding - 8))
    with wave.open(str(made["voice"]), "wb") as file:
        file.setparams((1, 2, 48_000, 0, "NONE", ""))
        file.writeframes(bytes(range(256)) * 400)
    return made


def objects(cloud: Cloud) -> dict[str, tuple[str, Any]]:
    """What is stored of uploads, and when."""
    pages = cloud.storage.s3().get_paginator("list_objects_v2").paginate(Bucket=cloud.storage.bucket)
    return {
        found["Key"]: (found["ETag"], found["LastModified"])
        for page in pages
        for found in page.get("Contents", [])
        if found["Key"].startswith(("uploads/", "assets/"))
    }


def sent_again(requests: list[Json], content: bytes) -> list[int]:
    answers = [
        httpx2.request(each["method"], each["url"], headers=each["headers"], content=content) for each in requests
    ]
    bare = [httpx2.request(each["method"], each["url"], content=content) for each in requests]
    return [answer.status_code for answer in answers + bare]


@pytest.fixture
def given(client: Client, monkeypatch: pytest.MonkeyPatch) -> list[Json]:
    """The requests that `client` sends to the bucket, and how many bytes each takes."""
    noted: list[Json] = []
    put = client.uploads.put

    def noting(request: Json, path: Path, offset: int, length: int) -> str:
        noted.append({**request, "size": len(path.read_bytes()[offset : offset + length])})
        return put(request, path, offset, length)

    monkeypatch.setattr(client.uploads, "put", noting)
    return noted


def test_a_ready_clip_or_asset_cannot_be_replaced(
    cloud: Cloud, client: Client, project: str, given: list[Json], sources: dict[str, Path]
) -> None:
    client.upload(project, sources["single"])
    client.upload(project, sources["parts"])
    client.upload_asset(project, sources["voice"], "audio")
    assert [clip["state"] for clip in client.settled_clips(project, 2)] == ["ready", "ready"]
    assert client.settled_assets(project, 1)[0]["state"] == "ready"
    before = objects(cloud)
    assert len(given) > 3
    for request in given:
        assert set(sent_again([request], bytes(request["size"]))) <= {403, 404, 412}
    assert objects(cloud) == before
