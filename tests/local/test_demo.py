"""The demo says which files of a folder it takes."""

import os
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from cli.demo import _emptied, _without_former_videos, find_clips


def test_files_that_are_passed_over_are_named(tmp_path: Path) -> None:
    for name in ("b.MOV", "a.mp4", "notes.txt", "c.mp4.part", "[red]d.jpg", ".hidden.mp4"):
        (tmp_path / name).touch()
    (tmp_path / "more.mp4").mkdir()
    (tmp_path / os.fsdecode(b"\xff.png")).touch()
    out = StringIO()
    found = find_clips(Console(file=out, width=400), tmp_path)
    assert [path.name for path in found] == ["a.mp4", "b.MOV"]
    assert out.getvalue().strip().endswith(": [red]d.jpg, c.mp4.part, more.mp4/, notes.txt, ?.png")


def test_nothing_is_said_of_a_folder_of_clips_alone(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").touch()
    out = StringIO()
    assert find_clips(Console(file=out), tmp_path) == [tmp_path / "a.mp4"]
    assert out.getvalue() == ""


def test_a_folder_without_clips_is_refused_with_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    out = StringIO()
    with pytest.raises(SystemExit, match="No clip found"):
        find_clips(Console(file=out), tmp_path)
    assert "notes.txt" in out.getvalue()


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
