"""The demo takes of a folder what `medley mix` takes, and says which files it leaves out."""

import os
import shutil
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from cli.demo import _emptied, _without_former_videos, find_clips
from cli.main import app
from tests.apps import scenes


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What people keep beside their clips."""
    folder = tmp_path_factory.mktemp("footage")
    made = scenes.make(folder / "within")
    shutil.copy(made["red"], folder / "a.mp4")
    shutil.copy(made["gold"], folder / "b.dat")  # a clip, whatever its name says
    shutil.copy(made[scenes.SILENT], folder / "silent.mov")
    for name, content in {
        "song.mp3": b"ID3" + bytes(200),
        "moving.gif": b"GIF89a" + bytes(200),
        "[red]d.jpg": b"x",
    }.items():
        (folder / name).write_bytes(content)
    (folder / "notes.txt").write_text("hello")
    (folder / ".hidden.mp4").touch()
    (folder / os.fsdecode(b"\xff.png")).touch()
    (folder / "lost.mp4").symlink_to(folder / "nowhere.mp4")
    os.mkfifo(folder / "pipe.mp4")
    return folder


LEFT = ("song.mp3", "moving.gif", "[red]d.jpg", "notes.txt", "?.png")


def told(text: str) -> list[str]:
    """The lines that are about files."""
    kinds = ("Left out: ", "Passed over: ", "silent.mov: ")
    return sorted(line.strip() for line in text.splitlines() if line.strip().startswith(kinds))


def test_mix_plan_and_demo_take_the_same_files_and_name_all_others_alike(folder: Path, tmp_path: Path) -> None:
    out = StringIO()
    found = find_clips(Console(file=out, width=400), folder)
    assert [path.name for path in found] == ["a.mp4", "b.dat", "silent.mov"]
    by_demo = told(out.getvalue())
    assert all(any(line.startswith(f"Left out: {name}: ") for line in by_demo) for name in LEFT)
    assert f"Passed over: {folder}/within/: --recursive takes the clips in it too" in by_demo
    assert {f"Passed over: {folder}/{name}: it is no file" for name in ("lost.mp4", "pipe.mp4")} <= set(by_demo)
    words = [str(folder), "--count", "1", "--resolution", "480", "--quality", "draft"]
    for command in (["mix", "--out", str(tmp_path / "out"), "--no-cache"], ["plan"]):
        ran = CliRunner().invoke(app, [*command, *words])
        assert (ran.exit_code, told(ran.output)) == (0, by_demo)
    probed = CliRunner().invoke(app, ["probe", str(folder)])
    assert told(probed.output) == [line for line in by_demo if line.startswith("Passed over")]


def test_the_demo_takes_folders_within_too(folder: Path) -> None:
    found = find_clips(Console(file=StringIO()), folder / "within" / "..", recursive=True)
    assert [path.name for path in found] == [
        "a.mp4",
        "b.dat",
        "silent.mov",
        "blue.mp4",
        "gold.mp4",
        "green.mp4",
        "red.mp4",
    ]


def test_nothing_is_said_of_a_folder_of_clips_alone(folder: Path, tmp_path: Path) -> None:
    shutil.copy(folder / "a.mp4", tmp_path)
    out = StringIO()
    assert find_clips(Console(file=out), tmp_path) == [tmp_path / "a.mp4"]
    assert told(out.getvalue()) == []


def test_a_folder_without_clips_is_refused_with_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    out = StringIO()
    with pytest.raises(SystemExit, match="none of the files is a usable clip"):
        find_clips(Console(file=out), tmp_path)
    assert "Left out: notes.txt: " in out.getvalue()


def test_only_videos_of_the_demo_make_room_for_new_ones(tmp_path: Path) -> None:
    for name in ("Video 1.mp4", "Video 12.mp4", "contact-sheet.png", "Video of my wedding.mp4", "holiday.jpg"):
        (tmp_path / name).touch()
    (tmp_path / "album").mkdir()
    _without_former_videos(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["Video of my wedding.mp4", "album", "holiday.jpg"]


def test_a_folder_of_somebody_elses_is_no_place_for_the_demo(tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "thesis.txt").write_text("years of work")
    with pytest.raises(SystemExit, match=r"thesis\.txt"):
        _emptied(tmp_path / "demo")
    assert (tmp_path / "demo" / "thesis.txt").read_text() == "years of work"
