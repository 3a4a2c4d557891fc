"""Whatever happens to the holder or the command, nothing the command started is left."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from local import process_supervisor
from tests.local.waiting import is_running, wait_until

# Starts a child in a session of its own, which starts one more, writes all three ids down, and waits.
FAMILY = """
import os, subprocess, sys, time
sleep = "import os, sys, time; open(sys.argv[1], 'a').write(f'{os.getpid()}\\\\n'); time.sleep(600)"
if sys.argv[2] == "parent":
    subprocess.Popen([sys.executable, __file__, sys.argv[1], "child"], start_new_session=True)
else:
    subprocess.Popen([sys.executable, "-c", sleep, sys.argv[1]])
open(sys.argv[1], "a").write(f"{os.getpid()}\\n")
time.sleep(600)
"""


@pytest.fixture
def family(tmp_path):
    """A supervisor with three generations below it: (the supervisor, their process ids, the command's own)."""
    script, ids = tmp_path / "family.py", tmp_path / "ids"
    script.write_text(FAMILY)
    command = [sys.executable, "-I", "-S", process_supervisor.__file__, sys.executable, str(script), str(ids), "parent"]
    holder = subprocess.Popen(command, stdin=subprocess.PIPE)
    wait_until(lambda: ids.exists() and len(ids.read_text().splitlines()) == 3)
    pids = [int(line) for line in ids.read_text().splitlines()]
    own = int(Path(f"/proc/{holder.pid}/task/{holder.pid}/children").read_text().split()[0])
    assert own in pids
    yield holder, pids, own
    holder.stdin.close()
    holder.wait()


def test_letting_go_kills_everything(family):
    holder, pids, _ = family
    holder.stdin.close()
    assert holder.wait(20) == 137
    assert not any(is_running(pid) for pid in pids)


def test_terminating_it_kills_everything(family):
    holder, pids, _ = family
    holder.terminate()
    assert holder.wait(20) == 137
    assert not any(is_running(pid) for pid in pids)


def test_the_end_of_the_command_is_the_end_of_its_family(family):
    holder, pids, own = family
    os.kill(own, signal.SIGKILL)
    assert holder.wait(20) == 137
    assert not any(is_running(pid) for pid in pids)


def test_killing_the_supervisor_itself_kills_the_command(family):
    holder, _, own = family
    holder.kill()
    holder.wait()
    wait_until(lambda: not is_running(own))
    holder.stdin.close()
    for pid in family[1]:  # with nobody left to adopt them, these are the test's to end
        if is_running(pid):
            os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize(
    ("code", "status"),
    [("raise SystemExit(0)", 0), ("raise SystemExit(3)", 3), ("import os; os.kill(os.getpid(), 11)", 139)],
)
def test_it_ends_as_its_command_did(code, status):
    command = [sys.executable, "-I", "-S", process_supervisor.__file__, sys.executable, "-c", code]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as holder:
        assert holder.wait(20) == status


def test_a_command_that_does_not_exist_is_said():
    command = [sys.executable, "-I", "-S", process_supervisor.__file__, "/nowhere/at-all"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as holder:
        assert holder.wait(20) == 127
        assert "/nowhere/at-all" in holder.stderr.read()
