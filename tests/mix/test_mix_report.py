"""Names of files made of titles, and putting them where they belong."""

from pathlib import Path

import pytest

from local.mix_report import NAME_BYTES, file_stem, publish


@pytest.mark.parametrize(
    ("title", "stem"),
    [
        ("Video 1", "Video 1"),
        ("../../etc/passwd", "etc-passwd"),
        ("a/b\\c:d", "a-b-c-d"),
        ("..", "_"),
        (".hidden", "hidden"),
        ("-rf", "rf"),
        ("two\nlines\x00", "two lines"),
        ("CON", "_CON"),
        ("com1.backup", "_com1.backup"),
        ("ends with a dot.", "ends with a dot"),
        ("\u202egpj", "gpj"),
        ("🎬 привет", "🎬 привет"),
        ('"quoted" <really>?', "quoted- -really"),
    ],
)
def test_a_title_as_a_file_name(title: str, stem: str) -> None:
    assert file_stem(title) == stem


def test_a_long_title_is_cut_between_characters() -> None:
    stem = file_stem("🎬" * 100)
    assert len(stem.encode()) <= NAME_BYTES
    assert set(stem) == {"🎬"}


def make(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "made.mp4"
    path.write_text(text)
    return path


@pytest.mark.parametrize("links", [True, False])
def test_nothing_is_replaced_and_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool) -> None:
    if not links:

        def refuse(self: Path, target: Path) -> None:
            raise OSError(18, "Invalid cross-device link")

        monkeypatch.setattr(Path, "hardlink_to", refuse)
    out = tmp_path / "out"
    out.mkdir()
    paths = [publish(make(tmp_path, text), out, "One/Two") for text in ("first", "second", "third")]
    assert [path.name for path in paths] == ["One-Two.mp4", "One-Two (2).mp4", "One-Two (3).mp4"]
    assert [path.read_text() for path in paths] == ["first", "second", "third"]
    assert sorted(out.iterdir()) == sorted(paths)
    assert not (tmp_path / "made.mp4").exists()
