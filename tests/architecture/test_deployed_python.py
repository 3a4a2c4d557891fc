"""The Python that is deployed: `make test` finds it and tries out on it what is deployed, or says what it left out."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from layers.lists import PYTHON

ROOT = Path(__file__).parents[2]
VENV = Path(sys.prefix)
NOT_IN_USE = "#!/bin/sh\nexit 127\n"  # what pyenv's commands do
FITS = "#!/bin/sh\nexit 0\n"


def make(*arguments: str, status: int = 0, **environment: str) -> str:
    """What make prints, with everything installed as it is and other targets only named."""
    there = [word for each in (VENV / ".ready", "node_modules/.ready") for word in ("--old-file", str(each))]
    command = ["make", "--silent", *there, f"VENV={VENV}", "MAKE=echo", *arguments]
    run = subprocess.run(
        command, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert run.returncode == status, run.stderr
    return run.stdout


def command(path: Path, text: str) -> Path:
    """An executable."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def test_a_python_of_the_cloud_is_found_among_those_not_in_use(tmp_path: Path) -> None:
    command(tmp_path / "bin" / "python3.13", NOT_IN_USE)
    found = command(tmp_path / "pyenv" / "versions" / "3.13.9" / "bin" / "python3", FITS)
    here = {"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}", "PYENV_ROOT": str(tmp_path / "pyenv")}
    show = ("PYTHON=/nonexistent", "--eval", "show: ; @echo $(PYTHON_3_13)", "show")
    assert make(*show, **here) == f"{found}\n"
    assert make(*show, **(here | {"PYENV_ROOT": str(tmp_path)})) == "\n"


@pytest.mark.skipif(sys.version_info[:2] == PYTHON, reason="This is the Python of the cloud.")
def test_what_is_deployed_is_tried_out_on_it_or_one_line_says_what_was_not(tmp_path: Path) -> None:
    command(tmp_path / "bin" / "pytest", '#!/bin/sh\necho "tried out: $*"\n')
    installing, trying = make("deployed", "PYTHON_3_13=/opt/3.13", f"DEPLOYED={tmp_path}").splitlines()
    assert installing == f"--no-print-directory install PYTHON=/opt/3.13 VENV={tmp_path}"
    assert trying == "tried out: -n 2 tests/layers tests/cloud/test_image.py"
    for lacking in (("PYTHON_3_13=",), ("PYTHON_3_13=/opt/3.13", "MAKE=false")):
        (said,) = make("deployed", *lacking).splitlines()
        assert "not built, nor tried out" in said


def test_all_tests_have_it_tried_out() -> None:
    assert "--no-print-directory deployed" in make("test", "--dry-run").splitlines()


@pytest.mark.parametrize("target", ["synth", "diff", "destroy", "image"])
def test_what_cannot_be_done_without_it_says_so(target: str) -> None:
    said = make(target, "STAGE=dev", "PYTHON_3_13=", status=2)
    assert said.startswith("This needs Python 3.13")
    assert f"make {target} PYTHON=" in said
