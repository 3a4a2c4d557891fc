"""Putting files where they belong, under names that are free."""

import errno
import os
import shutil
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
    paths = [publish(make(tmp_path, text), out, "One/Two")[0] for text in ("first", "second", "third")]
    assert [path.name for path in paths] == ["One-Two.mp4", "One-Two (2).mp4", "One-Two (3).mp4"]
    assert [path.read_text() for path in paths] == ["first", "second", "third"]
    assert sorted(out.iterdir()) == sorted(paths)
    assert not (tmp_path / "made.mp4").exists()


def test_what_another_run_made_is_taken_for_the_same(tmp_path: Path) -> None:
    """Videos of one run are told apart by their files."""
    out = tmp_path / "out"
    out.mkdir()
    first, found = publish(make(tmp_path, "same"), out, "One")
    assert (first, found) == (out / "One.mp4", False)
    assert publish(make(tmp_path, "same"), out, "One") == (first, True)
    assert publish(make(tmp_path, "same"), out, "One", [first]) == (out / "One (2).mp4", False)
    assert publish(make(tmp_path, "else"), out, "One") == (out / "One (3).mp4", False)
    assert not (tmp_path / "made.mp4").exists()


@pytest.mark.parametrize("moment", ["touch", "replace"])
@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(errno.EIO, os.strerror(errno.EIO))])
def test_who_is_stopped_where_there_are_no_links_leaves_no_empty_video(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str, error: BaseException
) -> None:
    out, real = tmp_path / "out", Path.touch
    out.mkdir()

    def refuse(self: Path, target: Path) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    def stop(self: Path, *_: object, **options: bool) -> None:
        if moment == "touch":
            real(self, **options)
        raise error

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    monkeypatch.setattr(Path, moment, stop)
    with pytest.raises(type(error)):
        publish(make(tmp_path, "ours"), out, "One")
    assert list(out.iterdir()) == []


def test_a_name_another_run_takes_meanwhile_is_not_taken_from_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a video is copied over from another file system, its name can be taken while it is."""
    out = tmp_path / "out"
    out.mkdir()
    real = shutil.copyfile

    def refuse(self: Path, target: Path) -> None:
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))

    def copy(source: Path, target: Path) -> None:
        real(source, target)
        (out / "One.mp4").write_text("another run's")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    monkeypatch.setattr(shutil, "copyfile", copy)
    assert publish(make(tmp_path, "ours"), out, "One")[0] == out / "One (2).mp4"
    assert (out / "One.mp4").read_text() == "another run's"
