"""The folder that is built into: what was built before goes, what somebody else put there stays."""

import subprocess
import sys
from pathlib import Path

import pytest

from layers.build import NotOurs, make_anew
from layers.lists import ROOT


def test_what_was_built_before_goes(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for out in (tmp_path / "new" / "folder", tmp_path / "empty"):
        make_anew(out)
        (out / "layer-core.zip").touch()
        make_anew(out)
        assert not (out / "layer-core.zip").exists()


def test_what_somebody_else_made_stays(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "one.txt").write_text("Dear Ada")
    with pytest.raises(NotOurs, match="remove it yourself"):
        make_anew(tmp_path / "letters")
    command = [sys.executable, "-m", "layers.build", str(tmp_path / "letters"), "--architecture", "arm64", "--offline"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert "remove it yourself" in run.stderr
    assert (tmp_path / "letters" / "one.txt").read_text() == "Dear Ada"
