"""File names of downloads."""

from pathlib import Path

import pytest

from cli.mix_report import publish
from medley.domain.generations import Output, OutputState, Part
from medley.services.downloads import file_name


def output(title: str, key: str = "outputs/o/g/7.mp4") -> Output:
    parts = (Part("main", key, "video/mp4", 1, "", {}),) if key else ()
    return Output(7, title, "video/mp4", 30, 1, 0, OutputState.MADE, 1, parts)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Video 07", "Video 07.mp4"),
        ("../../etc/passwd", "etc-passwd.mp4"),
        ("  .hidden. ", "hidden.mp4"),
        ("...", "_.mp4"),
    ],
)
def test_a_title_becomes_one_file_name_anywhere(title: str, name: str) -> None:
    assert file_name(output(title)) == name


def test_a_video_is_called_the_same_downloaded_or_mixed_here(tmp_path: Path) -> None:
    title = 'CON/“Été”: the "best" of\t2026?'
    (tmp_path / "made.mp4").touch()
    assert publish(tmp_path / "made.mp4", tmp_path, title)[0].name == file_name(output(title))


def test_the_suffix_is_the_objects() -> None:
    assert file_name(output("Slides", "outputs/o/g/7.zip")) == "Slides.zip"
