"""`medley mix` when something is wrong: what was asked, the clips, the disk, the cache."""

import errno
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli import mix_report
from cli.main import app
from medley.errors import FFmpegFailed, NotMedia
from medley.media.output import assembly, segments
from medley.media.sandbox.input_options import SourceFile


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


def test_a_clip_that_breaks_while_encoding_costs_its_own_videos(
    mix: Any, clips: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = segments.render

    def render(*arguments: Any, sources: Mapping[str, SourceFile], **options: Any) -> Any:
        if any(source.path.name == "gold.mp4" for source in sources.values()):
            raise NotMedia("A part of the clip cannot be decoded.", code="unreadable")
        return real(*arguments, sources=sources, **options)

    monkeypatch.setattr(segments, "render", render)
    ran = mix(*clips.values(), "--count", "4", "--order", "fixed", "--clips-per-video", "3", cached=tmp_path / "cache")
    assert ran.status == 1
    assert "gold.mp4: A part of the clip cannot be decoded." in ran.said
    states = {output["state"]: output for output in ran.report["outputs"]}
    assert [output["state"] for output in ran.report["outputs"]].count("made") == 1
    assert "gold.mp4" not in [shot["name"] for shot in states["made"]["shots"]]
    assert states["failed"]["reason"]["code"] == "unreadable"
    assert len(ran.files) == 1


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
    clip = tmp_path / "clips" / "red.mp4"
    for more, out in (
        ([clip], "clips"),
        ([*words, "--recursive"], "clips/mixed"),
        ([*words, "--recursive"], "clips/mixed/deep"),
    ):
        ran = mix(*more, "--count", "1", out=out)
        assert (ran.status, "videos there would be clips" in ran.said) == (2, True), ran.said
