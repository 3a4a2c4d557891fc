"""Putting files where they belong, under names that are free."""

from pathlib import Path

import pytest

from cli.mix_report import publish


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


def test_only_what_was_there_before_is_taken_for_the_same(tmp_path: Path) -> None:
    """Videos of one run are told apart by their files."""
    out = tmp_path / "out"
    out.mkdir()
    first = publish(make(tmp_path, "same"), out, "One")
    assert publish(make(tmp_path, "same"), out, "One") == out / "One (2).mp4"
    assert publish(make(tmp_path, "same"), out, "One", before=[first]) == first
    assert publish(make(tmp_path, "else"), out, "One", before=[first]) == out / "One (3).mp4"
    assert not (tmp_path / "made.mp4").exists()
