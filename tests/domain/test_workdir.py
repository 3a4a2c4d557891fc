"""Scratch space comes and goes."""

import os
import time
from pathlib import Path

import pytest

from medley import workdir
from medley.errors import Unavailable


def test_scratch_is_removed_whatever_happens(tmp_path: Path) -> None:
    def use() -> None:
        with workdir.scratch(tmp_path / "root") as folder:
            (folder / "deep").mkdir()
            (folder / "deep" / "file").write_text("x")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        use()
    assert list((tmp_path / "root").iterdir()) == []


def test_what_a_killed_process_left_is_removed(tmp_path: Path) -> None:
    old, young, foreign = (tmp_path / name for name in ("medley-scratch-old", "medley-scratch-young", "medley-data"))
    for path in (old, young, foreign):
        path.mkdir()
    long_ago = time.time() - workdir.STALE_S - 60
    for path in (old, foreign):
        os.utime(path, (long_ago, long_ago))
    with workdir.scratch(tmp_path):
        assert not old.exists()
    assert young.exists()
    assert foreign.exists()


def test_too_little_space_is_said_before_the_work(tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as full, workdir.scratch(tmp_path, need_bytes=2**62):
        pass
    assert full.value.code == "disk_full"
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_fills_up_meanwhile_is_said_alike(tmp_path: Path) -> None:
    """/dev/full is a device that has no room."""
    with pytest.raises(Unavailable) as full, workdir.scratch(tmp_path), open("/dev/full", "wb", buffering=0) as file:  # noqa: PTH123
        file.write(b"x")
    assert full.value.code == "disk_full"
    assert list(tmp_path.iterdir()) == []


def test_other_faults_of_the_disk_are_themselves(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError), workdir.scratch(tmp_path) as folder:
        folder.write_bytes(b"x")
