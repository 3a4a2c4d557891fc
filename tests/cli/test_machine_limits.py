"""A limit of the machine is told as one by `medley mix`, `plan` and `probe`, and never as a fault of a clip."""

import json
import re
import resource
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest

from medley.errors import FFmpegFailed, Unavailable
from medley.media.sandbox import child_process, ffmpeg
from medley.media.sandbox.child_limits import Finished, Limits
from tests.cli.conftest import QUICK

# One process for each value and command, with all that is needed loaded before its limit holds.
PROGRAM = """
import itertools, json, os, resource, sys
from cli.main import app
import cli.mix, cli.plan, cli.probe, medley.apps.video_mixer.worker, medley.media.intake.activity, av, numpy, rich.table

limit, values, commands = json.loads(sys.argv[1])
for words, value in itertools.product(commands, values):
    child = os.fork()
    if not child:
        told = os.open(f"{words[0]}-{value}", os.O_CREAT | os.O_WRONLY)
        os.dup2(told, 1)
        os.dup2(told, 2)
        os.close(told)
        resource.setrlimit(limit, (value, value))
        app([word.replace("VALUE", str(value)) for word in words])
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
BLAME = re.compile(r"Traceback|could not be encoded|put together|decoded|needs too much|was changed|not there any more")
LIMITS = {
    "file": (resource.RLIMIT_FSIZE, [4_000, 20_000], "no file of that size|File too large"),
    "files": (resource.RLIMIT_NOFILE, [8, 12, 16, 24], "no more open files|Too many open files"),
}
COMMANDS = [
    ["mix", *QUICK, "--count", "1", "--out", "out-VALUE", "--no-cache", "--workers", "1"],
    ["plan", *QUICK, "--count", "1", "--fit", "smart"],
    ["probe"],
]


@pytest.mark.parametrize("limit", LIMITS)
def test_no_clip_is_blamed(clips: dict[str, Path], tmp_path: Path, limit: str) -> None:
    kind, values, named = LIMITS[limit]
    asked = json.dumps([kind, values, [[*words, str(clips["red"])] for words in COMMANDS]])
    program = [sys.executable, "-c", PROGRAM, asked]
    ran = subprocess.run(program, cwd=tmp_path, capture_output=True, text=True, check=True)
    statuses = dict(zip(product([words[0] for words in COMMANDS], values), map(int, ran.stdout.split()), strict=True))
    for (command, value), status in statuses.items():
        said = " ".join((tmp_path / f"{command}-{value}").read_text().split())
        assert not BLAME.search(said), (command, value, said)
        assert status in {0, 1}, (command, value, said)
        assert status == 0 or re.search(named, said), (command, value, said)
    assert statuses["mix", values[0]] == 1


@pytest.mark.parametrize("lower", [False, True], ids=["ours", "the machine's"])
def test_a_limit_of_ours_is_not_the_machines(tmp_path: Path, lower: bool) -> None:
    """Whoever asks for more than we allow is not told to come again."""
    program = f"""
import resource
from medley.media.sandbox import child_process, ffmpeg
from medley.media.sandbox.child_limits import Finished, Limits
from medley.media.sandbox.child_limits import Limits
if {lower}:
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
source = ("-v", "error", "-f", "lavfi", "-i", "sine=duration=60:sample_rate=48000")
try:
    words = [ffmpeg.executable(), *source, "-f", "wav", "file:{tmp_path}/out.wav"]
    ffmpeg.run(words, limit=Limits(file_bytes=100_000))
except Exception as error:
    print(error.code)
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == ("file_limit" if lower else "ffmpeg_failed")


@pytest.mark.parametrize(
    ("status", "code"),
    [(228, "disk_full"), (134, "disk_full"), (233, "too_many_files"), (-9, None), (229, None), (1, None)],
)
def test_how_a_child_ends_that_met_a_limit(monkeypatch: pytest.MonkeyPatch, status: int, code: str | None) -> None:
    finished = Finished(status, "", 0.1)
    monkeypatch.setattr(child_process, "run", lambda *_, **__: finished)
    with pytest.raises(FFmpegFailed if code is None else Unavailable) as failed:
        ffmpeg.run(["/bin/ffmpeg"])
    assert failed.value.code == (code or "ffmpeg_failed")


@pytest.mark.parametrize("megabytes", [100, 200, 300])
@pytest.mark.parametrize("lower", [False, True], ids=["ours", "the machine's"])
def test_too_little_memory_shows_in_many_ways(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, megabytes: int, lower: bool
) -> None:
    """It cannot begin, it can start no thread, its encoder gives up."""
    real, most = resource.getrlimit, megabytes * 10**6
    hard = most - 1 if lower else most
    monkeypatch.setattr(resource, "getrlimit", lambda kind: (hard, hard) if kind == resource.RLIMIT_AS else real(kind))
    words = ["-v", "error", "-f", "lavfi", "-i", "testsrc2=size=3840x2160:rate=30", "-frames:v", "30"]
    with pytest.raises(Unavailable if lower else FFmpegFailed) as failed:
        ffmpeg.run([ffmpeg.executable(), *words, f"file:{tmp_path}/out.mp4"], limit=Limits(memory_bytes=most))
    assert failed.value.code == ("out_of_memory" if lower else "ffmpeg_failed")
