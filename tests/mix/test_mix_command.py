"""`medley mix`, end to end with real clips and real FFmpeg; T14, T15 and T16 of the engine are among it."""

import contextlib
import errno
import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import pytest
from typer.testing import CliRunner

from local import mix_report
from local.cli import app
from medley.apps.video_mixer import reel
from medley.errors import FFmpegFailed, NotMedia
from medley.media import assembly, ffmpeg, segments
from medley.media.sources import SourceFile
from tests.apps.scenes import SILENT

QUICK = ("--resolution", "480", "--quality", "draft")


@dataclass(frozen=True)
class Ran:
    status: int
    said: str
    out: Path
    report: dict[str, Any]

    @property
    def files(self) -> list[str]:
        return sorted(path.name for path in self.out.iterdir())

    @property
    def orders(self) -> list[list[str]]:
        return [[shot["name"] for shot in output["shots"]] for output in self.report["outputs"]]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache for the tests that do not care, so that each segment is encoded once."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def mix(tmp_path: Path, cache: Path) -> Any:
    """Runs the command; unless told otherwise into `out`, with the shared cache and a report."""

    def run(*arguments: str | Path, out: str = "out", cached: Path | None = cache) -> Ran:
        folder, report = tmp_path / out, tmp_path / f"{out}.json"
        where = ["--no-cache"] if cached is None else ["--cache", str(cached)]
        words = [str(word).replace("OUT", str(folder)) for word in arguments]
        command = ["mix", *QUICK, *words, "--out", str(folder), "--json", str(report), *where]
        result = CliRunner().invoke(app, command, catch_exceptions=False)
        text = " ".join(result.output.split())
        return Ran(result.exit_code, text, folder, json.loads(report.read_text()) if report.exists() else {})

    return run


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
    many = mix(*clips.values(), "--count", "24", cached=None, out="many")
    assert one.report["segments"] == many.report["segments"] == {"encoded": 4, "reused": 0}
    assert len(many.files) == 24


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


def test_too_many_says_how_many_are_possible_and_why(mix: Any, clips: dict[str, Path]) -> None:
    ran = mix(clips["red"], clips["gold"], "--count", "3")
    assert ran.status == 1
    assert "only 2 are possible" in ran.said
    assert "all 2 clips in any order" in ran.said
    assert ran.files == []
    assert ran.report == {}


@pytest.mark.parametrize("option", ["--out", "--cache"])
def test_a_folder_that_cannot_be_written_to(clips: dict[str, Path], tmp_path: Path, option: str) -> None:
    blocked = tmp_path / "file" / "folder"
    blocked.parent.touch()
    folders = {"--out": tmp_path / "out", "--cache": tmp_path / "cache", option: blocked}
    where = [str(part) for pair in folders.items() for part in pair]
    result = CliRunner().invoke(app, ["mix", str(clips["red"]), "--count", "1", *where], catch_exceptions=False)
    assert result.exit_code == 1
    assert "Cannot write to" in result.output


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), (1, "Cannot write to {out}: No space left on device.")),
        (KeyboardInterrupt(), (130, "Stopped.")),
    ],
)
def test_a_run_that_is_stopped_tells_what_was_made_and_how_to_go_on(
    mix: Any, clips: dict[str, Path], monkeypatch: pytest.MonkeyPatch, error: BaseException, told: tuple[int, str]
) -> None:
    real, placed = mix_report._place, []

    def place(made: Path, target: Path) -> None:
        placed.append(target)
        if len(placed) == 3:
            raise error
        real(made, target)

    monkeypatch.setattr(mix_report, "_place", place)
    arguments = (clips["red"], clips["gold"], clips["green"], "--count", "5")
    ran = mix(*arguments, "--csv", "OUT/mix.csv", "--sheet", "OUT/sheet.png")
    monkeypatch.undo()
    seed, (status, why) = ran.report["seed"], told
    assert ran.status == status
    assert f"{why.format(out=ran.out)} 2 of 5 videos are in {ran.out}, each complete; seed {seed}." in ran.said
    assert f"with --seed {seed}" in ran.said
    states = [output["state"] for output in ran.report["outputs"]]
    assert (states.count("made"), states.count("cancelled")) == (2, 3)
    assert (ran.out / "mix.csv").read_text().count("cancelled") == 3 * 3
    assert len(ran.files) == 2 + len(["mix.csv", "sheet.png"])
    again = mix(*arguments, "--seed", seed)
    assert (again.status, "(2 from before)" in again.said) == (0, True)
    assert len(list(again.out.glob("*.mp4"))) == 5


def test_a_report_that_cannot_be_written_does_not_stop_the_others(
    mix: Any, clips: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Any, path: Path) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(mix_report.Report, "write_table", full)
    ran = mix(clips["red"], "--count", "1", "--csv", tmp_path / "mix.csv", "--sheet", tmp_path / "sheet.png")
    assert ran.status == 1
    assert f"Cannot write {tmp_path / 'mix.csv'}: No space left on device." in ran.said
    assert ran.report["outputs"][0]["state"] == "made"
    assert (tmp_path / "sheet.png").exists()


def test_nothing_usable(mix: Any, tmp_path: Path) -> None:
    note = tmp_path / "note.mp4"
    note.write_text("#EXTM3U\nhttp://example.com/x.ts\n")
    ran = mix(note, "--count", "1")
    assert ran.status == 1
    assert "note.mp4" in ran.said
    assert "None of the files" in ran.said


def test_without_a_cache_only_videos_are_left(mix: Any, clips: dict[str, Path]) -> None:
    ran = mix(clips["red"], clips["gold"], "--count", "2", cached=None)
    assert ran.status == 0
    assert ran.files == ["Video 1.mp4", "Video 2.mp4"]


def test_a_clip_that_breaks_while_encoding_costs_its_own_videos(
    mix: Any, clips: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = segments.render

    def render(*arguments: Any, sources: Mapping[str, SourceFile], **options: Any) -> None:
        if any(source.path.name == "gold.mp4" for source in sources.values()):
            raise NotMedia("A part of the clip cannot be decoded.", code="unreadable")
        real(*arguments, sources=sources, **options)

    monkeypatch.setattr(segments, "render", render)
    ran = mix(*clips.values(), "--count", "4", "--order", "fixed", "--clips-per-video", "3", cached=tmp_path / "cache")
    assert ran.status == 1
    assert "gold.mp4: A part of the clip cannot be decoded." in ran.said
    states = {output["state"]: output for output in ran.report["outputs"]}
    assert [output["state"] for output in ran.report["outputs"]].count("made") == 1
    assert "gold.mp4" not in [shot["name"] for shot in states["made"]["shots"]]
    assert states["failed"]["code"] == "unreadable"
    assert len(ran.files) == 1


@pytest.mark.parametrize("kind", ["mp4", "wav"])
def test_a_damaged_cache_is_mended_on_the_way(mix: Any, clips: dict[str, Path], tmp_path: Path, kind: str) -> None:
    cache = tmp_path / "cache"
    arguments = (*clips.values(), "--count", "6", "--order", "fixed", "--clips-per-video", "2")
    mix(*arguments, cached=cache, out="first")
    damaged = next(cache.rglob(f"*.{kind}"))
    whole = damaged.read_bytes()
    damaged.unlink()
    damaged.write_bytes(whole[: len(whole) // 2])
    second = mix(*arguments, cached=cache, out="second")
    assert second.status == 0
    assert [output["state"] for output in second.report["outputs"]].count("made") == 6
    assert second.said.count("of what is in the cache: it is encoded anew") == 1
    assert second.report["segments"] == {"encoded": 1, "reused": 3}
    third = mix(*arguments, cached=cache, out="third")
    assert (third.status, third.report["segments"]) == (0, {"encoded": 0, "reused": 4})


def test_what_cannot_be_joined_of_new_segments_either_has_failed(
    mix: Any, clips: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = assembly.assemble

    def assemble(*arguments: Any, **options: Any) -> Any:
        if options["tags"].title == "Video 2":
            raise FFmpegFailed("It cannot be joined.")
        return real(*arguments, **options)

    monkeypatch.setattr(assembly, "assemble", assemble)
    arguments = (*clips.values(), "--count", "3", "--clips-per-video", "2", "--order", "fixed", "--seed", "5")
    ran = mix(*arguments, cached=tmp_path / "cache")
    assert ran.status == 1
    assert ran.said.count("Cannot make video 2: This video could not be put together.") == 1
    assert "2 of 3 videos are in" in ran.said
    assert [output["state"] for output in ran.report["outputs"]] == ["made", "failed", "made"]


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
    monkeypatch.setattr(reel, "SEGMENT_MS", 50)
    cut = mix(*arguments, out="cut")
    assert whole.report["segments"]["encoded"] == 1
    assert cut.report["segments"]["encoded"] == 5
    one, many = (brightness(ran.out / "Video 1.mp4") for ran in (whole, cut))
    assert len(one) == len(many) == 30
    assert all(5 <= after - before <= 9 for before, after in pairwise(one))
    assert all(abs(there - here) <= 2 for there, here in zip(one, many, strict=True))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["missing.mp4", "--count", "1"], "missing.mp4"),
        (["CLIP", "--count", "0"], "--count"),
        (["CLIP", "--count", "1001"], "--count"),
        (["CLIP", "--count", "1", "--resolution", "100"], "--resolution"),
        (["CLIP", "--count", "1", "--fps", "31"], "--fps"),
        (["CLIP", "--count", "1", "--title", "{user}"], "title"),
        (["CLIP", "--count", "1", "--aspect", "3:2"], "aspect"),
        (["CLIP", "--count", "1", "--groups", "hook"], "hook=a.mp4"),
        (["CLIP", "--count", "1", "--skip", "1"], "seed"),
        (["CLIP", "--count", "1", "--workers", "0"], "workers"),
        (["CLIP", "--count", "1", "--no-cache", "--cache", "c"], "contradict"),
        (["CLIP", "--count", "1", "--json", "no/such/folder/r.json"], "no folder"),
        (["--count", "1"], "no clip"),
    ],
)
def test_wrong_usage_is_status_2(
    clips: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    command = ["mix", *(str(clips["red"]) if part == "CLIP" else part for part in arguments), "--out", "out"]
    result = CliRunner().invoke(app, command, catch_exceptions=False)
    assert result.exit_code == 2
    assert said in result.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("named", [["FOLDER"], ["--groups", "hook=FOLDER"]])
def test_videos_do_not_go_where_clips_are_taken_from(
    mix: Any, clips: dict[str, Path], tmp_path: Path, named: list[str]
) -> None:
    """The next run would take them for clips."""
    (tmp_path / "clips").mkdir()
    (tmp_path / "clips" / "red.mp4").write_bytes(clips["red"].read_bytes())
    words = [word.replace("FOLDER", str(tmp_path / "clips")) for word in named]
    ran = mix(*words, "--count", "1", out="clips")
    assert (ran.status, "is where clips are taken from" in ran.said) == (2, True)
    assert ran.files == ["red.mp4"]
    assert mix(*words, "--count", "1", out="clips/mixed").status == 0
    assert mix(tmp_path / "clips" / "red.mp4", "--count", "1", out="clips").status == 0


@pytest.fixture
def interrupted(clips: dict[str, Path], tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A run with long work before it, whose FFmpeg has begun."""
    # A shell starts what it puts in the background deaf to Ctrl-C, and so would these tests be.
    hearing = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    program = f"{hearing}; from local.cli import app; app()"
    command = [sys.executable, "-c", program, "mix", *map(str, clips.values()), "--count", "24"]
    command += ["--resolution", "2160", "--quality", "high", "--fps", "60", "--out", "out", "--cache", "cache"]
    process = subprocess.Popen(
        command,
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    begun = threading.Event()

    def look() -> None:
        while process.poll() is None and not begun.is_set():
            if any((tmp_path / "cache" / "work").rglob("*.mp4")):
                begun.set()
            begun.wait(0.05)
        begun.set()

    threading.Thread(target=look, daemon=True).start()
    assert begun.wait(60)
    yield process
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_leaves_nothing_half_made(
    interrupted: subprocess.Popen[str], tmp_path: Path, number: signal.Signals
) -> None:
    interrupted.send_signal(number)
    _, said = interrupted.communicate(timeout=30)
    assert interrupted.returncode == 130
    told = re.search(r"Stopped. None of 24 videos was made; seed (\d+)\.", said)
    assert told
    assert f"--seed {told[1]}" in said
    assert "Traceback" not in said
    assert list((tmp_path / "out").iterdir()) == []
    assert list((tmp_path / "cache" / "work").iterdir()) == []
    assert [path for path in (tmp_path / "cache").rglob("*") if path.name.startswith(".partial")] == []
