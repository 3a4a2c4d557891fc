"""An order with everything on it through the whole cloud: groups, variants, passages, overlays, soundtrack."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import av
import httpx2

from medley.media.sandbox.ffmpeg import executable
from medley_client import Client, Json, ids


def test_an_order_with_everything_on_it(
    client: Client, project: str, ready: list[str], finish: Callable[[Json], Json], tmp_path: Path
) -> None:
    for name, source in (("song.mp3", "sine=440:d=1"), ("logo.png", "color=white:s=64x64:d=0.1")):
        frames = ["-frames:v", "1"] if name.endswith("png") else []
        command = [executable(), "-v", "error", "-f", "lavfi", "-i", source, *frames, str(tmp_path / name)]
        subprocess.run(command, check=True)
    client.upload_asset(project, tmp_path / "song.mp3", "audio")
    client.upload_asset(project, tmp_path / "logo.png", "image")
    song, logo = ids(client.settled_assets(project, 2))
    red, green, blue, white = ready
    for name, members in (("hook", [red, green]), ("body", [blue, white])):
        client.call("POST", f"/projects/{project}/groups", {"name": name, "clip_ids": members})
    spec: Json = {
        "mode": "groups",
        "order": "fixed",
        "count": 3,
        "seed": 7,
        "resolution": 480,
        "quality": "draft",
        "fps": 25,
        "groups": [{"name": "body", "clips": 2, "caption": "Body", "volume_percent": 50}],
        "speeds": ["1", "5/4"],
        "looks": ["none", "mono"],
        "duration_s": 3.2,
        "share": "smart",
        "fit": "smart",
        "transition": "dissolve",
        "transition_frames": 5,
        "caption": "No. {n}",
        "watermark": {"asset": logo},
        "music": {"asset": song},
        "loudness_lufs": -14,
        "container": "mov",
        "full_check": True,
    }
    quote = client.call("POST", f"/projects/{project}/quote", {"spec": spec})
    assert quote["capacity"] == str(2 * 2 * 4**3)
    assert {"speeds", "looks", "duration", "transition", "caption"} <= {one["option"] for one in quote["effects"]}
    final = finish(client.generate(project, spec))
    assert (final["state"], final["outputs_made"]) == ("succeeded", 3)
    for n in range(1, 4):
        path = client.download(final["id"], n, tmp_path)
        assert path.suffix == ".mov"
        with av.open(str(path)) as video:
            assert sum(1 for _ in video.decode(video=0)) == 80
    manifest = client.call("GET", f"/generations/{final['id']}/manifest")
    assert [len(output["shots"]) for output in manifest["outputs"]] == [3, 3, 3]
    alike = client.call("GET", f"/generations/{final['id']}/distinctness")
    assert alike["videos"] == 3
    table = client.call("GET", f"/generations/{final['id']}/outputs/1/link")
    assert httpx2.get(table["url"]).headers["content-type"] == "video/quicktime"
