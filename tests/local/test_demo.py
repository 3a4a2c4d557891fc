"""The demo takes of a folder what `medley mix` takes, and says which files it leaves out."""

import os
import shutil
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from cli import demo, demo_folder
from cli.demo import _emptied, find_clips
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
    found = find_clips(Console(file=out, width=400), folder, tmp_path)
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


def test_the_demo_takes_folders_within_too(folder: Path, tmp_path: Path) -> None:
    found = find_clips(Console(file=StringIO()), folder / "within" / "..", tmp_path, recursive=True)
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
    assert find_clips(Console(file=out), tmp_path, tmp_path / "out") == [tmp_path / "a.mp4"]
    assert told(out.getvalue()) == []


def test_a_folder_without_clips_is_refused_with_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    out = StringIO()
    with pytest.raises(SystemExit, match="none of the files is a usable clip"):
        find_clips(Console(file=out), tmp_path, tmp_path / "out")
    assert "Left out: notes.txt: " in out.getvalue()


def put(folder: Path, files: dict[str, str], making: Path) -> None:
    """What a run of the demo does at its end."""
    making.mkdir(exist_ok=True)
    for name, content in files.items():
        (making / name).write_text(content)
    demo_folder.replace(folder, [making / name for name in files])


def test_only_videos_of_the_demo_make_room_for_new_ones(tmp_path: Path) -> None:
    out, making = tmp_path / "out", tmp_path / "making"
    (out / "album").mkdir(parents=True)
    (out / "Video of my wedding.mp4").touch()
    put(out, {"Video 1.mp4": "a", "Video 12.mp4": "b", "contact-sheet.png": "c", "contact-sheet-2.png": "d"}, making)
    (out / "Video 12.mp4").unlink()  # by whoever did not like it
    put(out, {"Video 2.mp4": "new", "contact-sheet.png": "new"}, making)
    assert {path.name for path in out.iterdir()} == {
        demo_folder.LIST,
        "Video 2.mp4",
        "Video of my wedding.mp4",
        "album",
        "contact-sheet.png",
    }
    assert (out / "Video 2.mp4").read_text() == "new"


@pytest.mark.parametrize("name", ["Video 1.mp4", "Video 3.mov", "contact-sheet.png", "contact-sheet-2.png"])
@pytest.mark.parametrize("listed", ["nothing", "another size", "no list"])
def test_a_file_of_somebody_elses_is_never_taken_for_a_video_of_the_demo(
    tmp_path: Path, name: str, listed: str
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    if listed == "another size":
        put(out, {name: "by the demo"}, tmp_path / "making")
    elif listed == "no list":
        (out / demo_folder.LIST).write_text("[]")
    (out / name).write_text("years of work")
    with pytest.raises(SystemExit, match=name):
        demo.run(Console(file=StringIO()), tmp_path / "data", out, None, 1)
    with pytest.raises(SystemExit, match=name):
        put(out, {"Video 7.mp4": "new"}, tmp_path / "making")
    assert (out / name).read_text() == "years of work"
    assert not (tmp_path / "data").exists()


def test_the_demo_puts_no_videos_among_the_clips(folder: Path) -> None:
    for out, recursive in ((folder, False), (folder / "out", True)):
        with pytest.raises(SystemExit, match="videos there would be clips"):
            find_clips(Console(file=StringIO()), folder, out, recursive=recursive)


def test_a_folder_of_somebody_elses_is_no_place_for_the_demo(tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "thesis.txt").write_text("years of work")
    with pytest.raises(SystemExit, match=r"thesis\.txt"):
        _emptied(tmp_path / "demo")
    assert (tmp_path / "demo" / "thesis.txt").read_text() == "years of work"
