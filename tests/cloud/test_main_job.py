"""The main job through the whole cloud, and what it says to bad input."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import av
import pytest

from local.cloud import Cloud
from medley.media.sandbox.ffmpeg import executable
from medley_client import ApiError, Client, Json

SPEC: Json = {"mode": "automatic", "order": "shuffled", "count": 6, "resolution": 480, "quality": "draft", "seed": 7}


def test_clips_go_in_and_distinct_videos_come_out(
    client: Client, project: str, ready: list[str], finish: Callable[[Json], Json], tmp_path: Path
) -> None:
    before = client.call("GET", "/wallet")
    quote = client.call("POST", f"/projects/{project}/quote", {"spec": SPEC})
    assert quote["capacity"] == "24"
    final = finish(client.generate(project, SPEC))
    assert (final["state"], final["outputs_made"]) == ("succeeded", 6)
    assert final["work_done"] == final["work_total"]
    videos = [client.download(final["id"], n, tmp_path) for n in range(1, 7)]
    assert len({path.read_bytes() for path in videos}) == 6
    for path in videos:
        with av.open(str(path)) as video:
            assert sum(1 for _ in video.decode(video=0)) == 4 * 2 * 30
    after = client.call("GET", "/wallet")
    assert (after["available"], after["reserved"]) == (before["available"] - quote["price"], 0)
    kinds = [entry["kind"] for entry in client.all_items("/wallet/entries")]
    assert sorted(kinds) == ["bonus", "capture", "reserve"]


def test_one_order_sent_twice_is_one_generation_and_nobody_elses(
    cloud: Cloud, client: Client, project: str, ready: list[str]
) -> None:
    key = str(uuid4())
    first, second = (client.generate(project, SPEC, key=key) for _ in range(2))
    assert first["id"] == second["id"]
    assert len(client.all_items(f"/projects/{project}/generations")) == 1
    with Client(cloud.api_url) as stranger:
        stranger.sign_up(f"{uuid4()}@example.com", "a long enough secret", "Stranger")
        for path in (
            f"/projects/{project}",
            f"/projects/{project}/clips",
            f"/clips/{ready[0]}",
            f"/generations/{first['id']}",
            f"/generations/{first['id']}/outputs",
            f"/generations/{first['id']}/outputs/1/link",
        ):
            with pytest.raises(ApiError) as refused:
                stranger.call("GET", path)
            assert refused.value.status == 404, path


@pytest.mark.usefixtures("ready")
def test_more_than_is_possible_or_paid_is_refused_with_the_number(client: Client, project: str) -> None:
    with pytest.raises(ApiError) as refused:
        client.generate(project, SPEC | {"count": 25})
    assert (refused.value.status, refused.value.code) == (422, "too_many_outputs")
    assert int(refused.value.error["metadata"]["possible"]) == 24
    assert refused.value.error["metadata"]["binding"]
    with pytest.raises(ApiError) as refused:
        client.generate(project, SPEC | {"count": 24, "resolution": 1080, "fps": 60})
    assert (refused.value.status, refused.value.code) == (402, "not_enough_credits")
    told = refused.value.error["metadata"]
    assert told["required"] - told["available"] == told["shortfall"] > 0
    assert client.call("GET", "/wallet")["reserved"] == 0


def test_bad_files_are_refused_with_a_reason_and_the_others_go_on(
    client: Client, project: str, clips: list[Path], finish: Callable[[Json], Json], tmp_path: Path
) -> None:
    whole = clips[0].read_bytes()
    bad = {
        "a text.mp4": b"only words, many of them\n" * 99,
        "truncated.mp4": whole[: len(whole) // 2],
        'quote" and\nnewline 🎬 ../../x.mp4'.replace("\n", " "): b"#EXTM3U\nfile:///etc/passwd\n",
        "still.mp4": _ffmpeg(tmp_path / "still.mp4", "testsrc2=s=160x120:r=30:d=1", "-frames:v", "1"),
        "sound.mp4": _ffmpeg(tmp_path / "sound.mp4", "sine=440:d=1"),
    }
    for name, content in bad.items():
        path = tmp_path / "upload.mp4"
        path.write_bytes(content)
        client.upload(project, path, name=name)
    for path in clips[:2]:
        client.upload(project, path)
    settled = {clip["name"]: clip for clip in client.settled_clips(project, len(bad) + 2)}
    for name in bad:
        assert settled[name]["state"] == "rejected", name
        assert settled[name]["reason"]["code"]
        assert settled[name]["reason"]["message"]
    final = finish(client.generate(project, SPEC | {"count": 2}))
    assert (final["state"], final["outputs_made"]) == ("succeeded", 2)


def _ffmpeg(path: Path, source: str, *options: str) -> bytes:
    command = [str(executable()), "-v", "error", "-f", "lavfi", "-i", source, *options, str(path)]
    subprocess.run(command, check=True)
    return path.read_bytes()
