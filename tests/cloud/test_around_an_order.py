"""What stands around an order, in the whole cloud: previews, presets, more of it, history, retention, restoring."""

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import av
import pytest

from medley_client import ApiError, Client, Json

SPEC: Json = {"count": 3, "clips_per_video": 2, "resolution": 480, "quality": "draft", "seed": 7}


def pictures(path: Path) -> list[av.VideoFrame]:
    with av.open(str(path)) as video:
        return list(video.decode(video=0))


@pytest.mark.usefixtures("ready")
def test_a_preview_is_seen_then_made_and_the_order_begins_with_it(
    client: Client, project: str, finish: Callable[[Json], Json], tmp_path: Path
) -> None:
    (shown,) = client.call("POST", f"/projects/{project}/plan?first=1", {"spec": SPEC})["videos"]
    key = {"idempotency-key": str(uuid4())}
    body = {"spec": SPEC | {"resolution": 1080}}
    preview = client.call("POST", f"/projects/{project}/previews", body, headers=key)
    assert client.call("POST", f"/projects/{project}/previews", body, headers=key)["id"] == preview["id"]
    ended = finish(preview)
    assert (ended["state"], ended["charged"], ended["preview"]) == ("succeeded", 0, True)
    (tmp_path / "draft").mkdir()
    drafted = pictures(client.download(preview["id"], 1, tmp_path / "draft"))
    assert (drafted[0].width, drafted[0].height, len(drafted)) == (854, 480, shown["frames"])

    order = finish(client.generate(project, SPEC))
    ordered = pictures(client.download(order["id"], 1, tmp_path))
    assert len(ordered) == len(drafted)
    unlike = [
        abs(one.to_ndarray(format="gray").astype(int) - other.to_ndarray(format="gray")).mean(axis=1)
        for one, other in zip(drafted[:30], ordered[:30], strict=True)
    ]
    for rows in unlike:  # PREVIEW is written at the top of each picture; below it is the same one
        assert rows[:80].mean() > 3
        assert rows[120:].mean() < 1
    manifests = [client.call("GET", f"/generations/{of['id']}/manifest")["outputs"][0] for of in (preview, order)]
    clips = [[(shot["clip_id"], shot["start_frame"], shot["frames"]) for shot in each["shots"]] for each in manifests]
    assert clips[0] == clips[1] == [(s["clip_id"], s["start_frame"], s["frames"]) for s in shown["shots"]]
    listed = client.all_items("/generations")
    assert [each["id"] for each in listed] == [order["id"]]


@pytest.mark.usefixtures("ready")
def test_an_order_is_gone_on_with_kept_and_found_again(
    client: Client, project: str, finish: Callable[[Json], Json]
) -> None:
    preset = client.call("POST", "/presets", {"app": "video_mixer", "name": "Short", "spec": SPEC})
    first = finish(client.generate(project, preset["spec"] | {"seed": 7}))
    settings = client.call("GET", f"/generations/{first['id']}/settings?more=2")
    assert client.call("POST", f"/projects/{project}/plan", {"spec": settings["spec"]})["count"] == 2
    second = finish(client.generate(settings["project_id"], settings["spec"]))
    made = [
        tuple((shot["clip_id"], shot["start_frame"]) for shot in output["shots"])
        for order in (first, second)
        for output in client.call("GET", f"/generations/{order['id']}/manifest")["outputs"]
    ]
    assert len(made) == len(set(made)) == 5
    with pytest.raises(ApiError, match="nothing of this generation"):
        client.call("POST", f"/generations/{first['id']}/retry", headers={"idempotency-key": "r"})
    kept = client.call("PATCH", f"/generations/{first['id']}/retention", {"days": 60})
    assert kept["days"] == 60
    links = client.call("POST", f"/generations/{first['id']}/links", {"outputs": [1, 2, 3]})
    assert [link["n"] for link in links["items"]] == [1, 2, 3]
    assert client.bundle(second["id"], poll_s=0.5, timeout_s=600)["state"] == "ready"
    client.api.delete_project(project)
    assert {each["id"] for each in client.all_items("/generations")} == {first["id"], second["id"]}


def test_what_was_deleted_is_restored_and_can_be_mixed(
    client: Client, project: str, ready: list[str], finish: Callable[[Json], Json], tmp_path: Path
) -> None:
    client.call("POST", f"/projects/{project}/clips/delete", {"clip_ids": ready[:2]})
    gone = client.all_items(f"/projects/{project}/clips?deleted=true")
    assert {clip["id"] for clip in gone} == set(ready[:2])
    client.call("POST", f"/projects/{project}/clips/restore", {"clip_ids": ready[:2]})
    copy = client.call("POST", f"/projects/{project}/duplicate", {"name": "Copy"})["id"]
    client.api.delete_project(project)
    assert [each["id"] for each in client.all_items("/projects")] == [copy]
    client.call("POST", f"/projects/{project}/restore")
    for of in (project, copy):
        clips = client.all_items(f"/projects/{of}/clips")
        assert [clip["state"] for clip in clips] == ["ready"] * 4
        assert all(clip["play_url"] for clip in clips)
        order = finish(client.generate(of, SPEC | {"count": 1, "clips_per_video": 4}))
        assert order["state"] == "succeeded"
        assert pictures(client.download(order["id"], 1, tmp_path))
