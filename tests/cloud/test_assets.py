"""Music and images through the whole cloud: sent to the bucket, announced by it, read in the sandbox, settled."""

import subprocess
from pathlib import Path

import httpx2
import pytest

from medley.media.sandbox.ffmpeg import executable
from medley_client import ApiError, Client


def test_assets_are_sent_read_and_settled(client: Client, project: str, tmp_path: Path) -> None:
    _ffmpeg("-f", "lavfi", "-i", "sine=440:d=2", tmp_path / "song.mp3")
    _ffmpeg("-f", "lavfi", "-i", "testsrc2=s=64x48", "-frames:v", "1", "-pix_fmt", "rgba", tmp_path / "logo.png")
    (tmp_path / "list.mp3").write_text("#EXTM3U\nfile:///etc/passwd\n")
    client.upload_asset(project, tmp_path / "song.mp3", "audio")
    client.upload_asset(project, tmp_path / "logo.png", "image")
    client.upload_asset(project, tmp_path / "list.mp3", "audio")
    (tmp_path / "logo.mp3").write_bytes((tmp_path / "logo.png").read_bytes())
    client.upload_asset(project, tmp_path / "logo.mp3", "audio")
    song, logo, playlist, wrong = client.settled_assets(project, 4)
    assert (song["state"], song["sound"]["channels"]) == ("ready", 1)
    assert abs(song["sound"]["duration_s"] - 2) < 0.1
    assert (logo["state"], logo["image"]) == ("ready", {"width": 64, "height": 48, "alpha": True})
    assert (playlist["state"], playlist["reason"]["code"]) == ("rejected", "playlist")
    assert (wrong["state"], wrong["reason"]["code"]) == ("rejected", "wrong_kind")
    shown = httpx2.get(logo["url"])
    assert shown.content == (tmp_path / "logo.png").read_bytes()
    assert shown.headers["content-type"] == "image/png"
    client.call("DELETE", f"/assets/{song['id']}")
    with pytest.raises(ApiError) as gone:
        client.call("GET", f"/assets/{song['id']}")
    assert gone.value.code == "unknown_asset"


def test_clips_come_with_a_filmstrip_a_waveform_and_their_duplicates(
    client: Client, project: str, clips: list[Path]
) -> None:
    client.upload(project, clips[0])
    client.upload(project, clips[0], name="again.mp4")
    first, again = client.settled_clips(project, 2)
    assert (first["duplicate_of"], again["duplicate_of"]) == (None, first["id"])
    assert httpx2.get(first["filmstrip_url"]).content.startswith(b"\xff\xd8")
    assert max(httpx2.get(first["waveform_url"]).json()["peaks"]) > 0


def _ffmpeg(*arguments: str | Path) -> None:
    subprocess.run([executable(), "-v", "error", *arguments], check=True)
