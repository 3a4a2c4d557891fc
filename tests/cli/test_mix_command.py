"""`medley mix`, end to end with real clips and real FFmpeg; T14, T15 and T16 of the engine are among it."""

import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import pytest

from medley.apps.video_mixer import cost
from medley.media.sandbox import ffmpeg
from tests.apps.scenes import SILENT


def measured(path: Path) -> tuple[int, float, bool]:
    """Decoded frames, frames per second, and whether there is sound."""
    with av.open(str(path)) as container:
        rate = container.streams.video[0].average_rate
        sound = bool(container.streams.audio)
        return sum(1 for _ in container.decode(video=0)), float(rate or 0), sound


def test_a_folder_with_a_text_file_in_it(mix: Any, clips: dict[str, Path], tmp_path: Path) -> None:
    folder = tmp_path / "clips"
    folder.mkdir()
    for path in clips.values():
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / "note.txt").write_text("hello")
    ran = mix(folder, "--count", "6", "--seed", "7", cached=tmp_path / "cache")
    assert ran.status == 0
    assert "Left out: note.txt: " in ran.said
    assert f"6 videos are in {ran.out}, of 24 possible; seed 7." in ran.said
    report = ran.report
    assert (report["seed"], report["capacity"], report["segments"]) == (7, "24", {"encoded": 4, "reused": 0})
    assert [file["code"] for file in report["refused"]] == ["not_media"]
    assert ran.files == [f"Video {n}.mp4" for n in range(1, 7)]
    assert len({tuple(order) for order in ran.orders}) == 6
    assert len({output["sha256"] for output in report["outputs"]}) == 6
    for output in report["outputs"]:
        frames, rate, sound = measured(Path(output["file"]))
        assert (frames, rate, sound) == (output["frames"], 30.0, True)
        assert output["frames"] == sum(shot["frames"] for shot in output["shots"])
        assert output["duration_s"] == output["frames"] / 30
        assert output["size_bytes"] == Path(output["file"]).stat().st_size
    assert report["seconds"] > 0
    assert report["cpu_seconds"] > 0
    assert set(report["phases"]) == {"clips", "plan", "segments", "videos"}


def test_the_second_run_encodes_nothing_and_makes_the_same_videos(
    mix: Any, clips: dict[str, Path], tmp_path: Path
) -> None:
    cache = tmp_path / "cache"
    arguments = (clips["red"], clips["gold"], clips[SILENT], "--count", "4", "--seed", "11")
    first = mix(*arguments, cached=cache, out="first")
    second = mix(*arguments, cached=cache, out="second")
    assert first.report["segments"] == {"encoded": 3, "reused": 0}
    assert second.report["segments"] == {"encoded": 0, "reused": 3}
    assert first.orders == second.orders
    for before, after in zip(first.report["outputs"], second.report["outputs"], strict=True):
        assert (before["shots"], before["sha256"]) == (after["shots"], after["sha256"])
    other = mix(*arguments[:-1], "12", cached=cache, out="other")
    assert other.orders != first.orders


def test_more_videos_encode_no_more_segments(mix: Any, clips: dict[str, Path]) -> None:
    """T16: the encoding for many is that for one that shows every clip."""
    one = mix(*clips.values(), "--count", "1", cached=None, out="one")
    many = mix(*clips.values(), "--count", "8", cached=None, out="many")
    assert one.report["segments"] == many.report["segments"] == {"encoded": 4, "reused": 0}
    assert len(many.files) == 8


def test_running_again_replaces_nothing_and_writes_nothing_twice(mix: Any, clips: dict[str, Path]) -> None:
    mix(clips["red"], "--count", "1")
    other = mix(clips["gold"], "--count", "1")
    assert other.files == ["Video 1 (2).mp4", "Video 1.mp4"]
    for clip, name in (("red", "Video 1.mp4"), ("gold", "Video 1 (2).mp4")):
        ran = mix(clips[clip], "--count", "1")
        assert ran.files == other.files
        assert ran.report["outputs"][0]["file"] == str(ran.out / name)
        assert "1 video is in" in ran.said
        assert "(1 from before)" in ran.said
    assert len(mix(clips["red"], "--count", "1", "--comment", "new").files) == 3


def test_more_with_the_same_seed_repeats_nothing(mix: Any, clips: dict[str, Path]) -> None:
    arguments = (clips["red"], clips["gold"], clips["green"], "--seed", "3")
    first = mix(*arguments, "--count", "4", out="first")
    more = mix(*arguments, "--count", "2", "--skip", "4", out="more")
    assert len({tuple(order) for order in first.orders + more.orders}) == 6
    assert more.files == ["Video 5.mp4", "Video 6.mp4"]


def test_groups_in_their_order(mix: Any, clips: dict[str, Path]) -> None:
    groups = ("--groups", f"hook={clips['red']},{clips['gold']}", f"cta={clips['green']},{clips[SILENT]}")
    ran = mix(*groups, "--order", "fixed", "--count", "4", "--title", "{opening} {n}")
    assert ran.status == 0
    assert sorted(map(tuple, ran.orders)) == sorted(
        (a, b) for a in ("red.mp4", "gold.mp4") for b in ("green.mp4", f"{SILENT}.mp4")
    )
    assert ran.report["spec"]["mode"] == "groups"
    assert sorted(name.split()[0] for name in ran.files) == ["gold", "gold", "red", "red"]


def test_pins_and_some_of_the_clips(mix: Any, clips: dict[str, Path]) -> None:
    ran = mix(
        *clips.values(),
        "--count",
        "2",
        "--clips-per-video",
        "3",
        "--first-clip",
        "gold.mp4",
        "--last-clip",
        clips["red"],
    )
    assert [(order[0], order[-1], len(order)) for order in ran.orders] == [("gold.mp4", "red.mp4", 3)] * 2


def test_a_seed_that_was_not_given_is_told(mix: Any, clips: dict[str, Path]) -> None:
    ran = mix(clips["red"], clips["gold"], "--count", "1", "--audio", "mute")
    assert f"seed {ran.report['seed']}" in ran.said
    with av.open(ran.report["outputs"][0]["file"]) as made:
        assert not any(frame.to_ndarray().any() for frame in made.decode(audio=0))
    again = mix(clips["red"], clips["gold"], "--count", "1", "--seed", ran.report["seed"], out="again")
    assert again.orders == ran.orders


def test_without_a_cache_only_videos_are_left(mix: Any, clips: dict[str, Path]) -> None:
    ran = mix(clips["red"], clips["gold"], "--count", "2", cached=None)
    assert ran.status == 0
    assert ran.files == ["Video 1.mp4", "Video 2.mp4"]


def brightness(path: Path) -> list[int]:
    """Luma in the middle of each frame."""
    with av.open(str(path)) as container:
        planes = [frame.planes[0] for frame in container.decode(video=0)]
        return [bytes(plane)[plane.height // 2 * plane.line_size + plane.width // 2] for plane in planes]


def test_a_clip_cut_into_many_segments_looks_like_one(
    mix: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dawn = tmp_path / "dawn.mp4"  # each frame is brighter than the one before by 7
    picture = "color=black:size=160x120:rate=30:duration=1,geq=lum=16+7*N:cb=128:cr=128"
    command = [ffmpeg.executable(), "-v", "error", "-f", "lavfi", "-i", picture, "-c:v", "libx264", "-crf", "5"]
    subprocess.run([*command, "-pix_fmt", "yuv420p", str(dawn)], check=True)
    arguments = (dawn, "--count", "1", "--order", "fixed", "--fps", "29.97")
    whole = mix(*arguments, out="whole")
    monkeypatch.setattr(cost, "SEGMENT_MS", 50)
    cut = mix(*arguments, out="cut")
    assert whole.report["segments"]["encoded"] == 1
    assert cut.report["segments"]["encoded"] == 5
    one, many = (brightness(ran.out / "Video 1.mp4") for ran in (whole, cut))
    assert len(one) == len(many) == 30
    assert all(5 <= after - before <= 9 for before, after in pairwise(one))
    assert all(abs(there - here) <= 2 for there, here in zip(one, many, strict=True))
