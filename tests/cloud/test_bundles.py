"""Bundles through the whole cloud: real objects, queue, function, multipart upload and links."""

import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from local.cloud import Cloud
from medley_client import Client, Json

SPEC: Json = {"mode": "automatic", "order": "shuffled", "count": 4, "resolution": 480, "quality": "draft", "seed": 7}


@pytest.mark.usefixtures("ready")
def test_finished_videos_are_bundled_and_what_was_lost_is_named(
    cloud: Cloud, client: Client, project: str, finish: Callable[[Json], Json], tmp_path: Path
) -> None:
    generation = finish(client.generate(project, SPEC))["id"]
    bundle = client.bundle(generation, naming="{project} {n}", poll_s=0.5, timeout_s=600)
    assert (bundle["state"], bundle["missing"]) == ("ready", [])
    (path,) = client.download_bundle(bundle, tmp_path)
    assert path.name == "Summer.zip"
    outputs = {item["n"]: item for item in client.all_items(f"/generations/{generation}/outputs")}
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert set(archive.namelist()) == {
            *(f"Summer {n}.mp4" for n in range(1, 5)),
            *("manifest.json", "manifest.csv"),
        }
        for n, output in outputs.items():
            assert hashlib.sha256(archive.read(f"Summer {n}.mp4")).hexdigest() == output["sha256"]
        told = json.loads(archive.read("manifest.json"))
    assert [each["file"] for each in told["outputs"]] == [f"Summer {n}.mp4" for n in range(1, 5)]

    lost = next(
        item["Key"]
        for item in cloud.storage.s3().list_objects_v2(Bucket=cloud.storage.bucket, Prefix="outputs/")["Contents"]
        if item["Key"].endswith(f"{generation}/2.mp4")
    )
    cloud.storage.s3().delete_object(Bucket=cloud.storage.bucket, Key=lost)
    other = client.bundle(generation, [1, 2], poll_s=0.5, timeout_s=600)
    assert (other["state"], [file["n"] for file in other["missing"]]) == ("ready", [2])
    (path,) = client.download_bundle(other, tmp_path)
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert "missing.txt" in archive.namelist()
        assert len([name for name in archive.namelist() if name.endswith(".mp4")]) == 1
    client.api.delete_bundle(bundle["id"])
    assert [each["id"] for each in client.all_items("/bundles")] == [other["id"]]
