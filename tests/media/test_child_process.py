"""A child process is limited, watched and never left behind."""

import ast
import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from medley import limits
from medley.errors import FFmpegFailed, Unavailable
from medley.media.sandbox import child_limits, child_process
from medley.media.sandbox.child_limits import Finished, Limits
from medley.media.sandbox.child_process import Collect

ROOT = Path(__file__).parents[2]
FORKING = Limits(forks=True)  # what no child of the product may: proof that a whole session ends


def python(program: str, **more: object) -> tuple[Finished, str]:
    """Run a Python program in the sandbox; returns how it ended and what it printed."""
    output = Collect(1_000_000)
    finished = child_process.run([sys.executable, "-I", "-c", program], on_output=output, **more)  # type: ignore[arg-type]
    return finished, output.data.decode()


def gone(pid: int) -> bool:
    """Whether the process ends within ten seconds."""
    for _ in range(200):
        try:
            if Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z":
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.05)
    return False


def test_output_errors_and_status() -> None:
    finished, output = python("import sys; print('out'); print('err', file=sys.stderr); sys.exit(7)")
    assert (finished.returncode, finished.stderr, output) == (7, "err\n", "out\n")


def test_a_kill_is_told_from_the_limit_of_cpu_time_by_the_time_it_took(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many cores there are, and however long it only waited."""
    monkeypatch.setattr(os, "cpu_count", lambda: 4096)
    few = Limits(cpu_s=2)
    sleeping = [sys.executable, "-I", "-c", "import os, time; print(os.getpid(), flush=True); time.sleep(600)"]

    def kill(pid: bytes) -> bool:
        os.kill(int(pid), signal.SIGKILL)
        return True

    killed = child_process.run(sleeping, on_output=kill, limit=few)
    assert killed.returncode == -signal.SIGKILL
    assert child_limits.killed_from_outside(killed, few)
    busy, _ = python("while True: pass", limit=few)
    assert busy.returncode == -signal.SIGKILL
    assert not child_limits.killed_from_outside(busy, few)


def test_environment_is_bare(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hush")
    monkeypatch.setenv("LD_LIBRARY_PATH", "/opt/lib")
    _, output = python("import os; print(sorted(os.environ), os.getcwd(), os.getsid(0) == os.getpid())")
    assert output == "['LC_ALL', 'LD_LIBRARY_PATH', 'MALLOC_ARENA_MAX', 'PATH'] / True\n"


def test_stdin_is_empty_or_fed() -> None:
    assert python("import sys; print(len(sys.stdin.read()))")[1] == "0\n"
    chunks = (bytes(100_000) for _ in range(20))
    assert python("import sys; print(len(sys.stdin.buffer.read()))", feed=chunks)[1] == "2000000\n"


def test_a_child_that_reads_no_further_is_no_error() -> None:
    chunks = (bytes(1_000_000) for _ in range(5))
    assert python("print('enough')", feed=chunks) == (Finished(0, ""), "enough\n")


def test_both_pipes_are_drained() -> None:
    program = "import sys\nfor _ in range(200): sys.stderr.write('e' * 5000); sys.stdout.write('o' * 5000)"
    finished, output = python(program)
    assert len(output) == 1_000_000
    assert finished.stderr == "e" * limits.MEDIA_STDERR_BYTES


def test_too_much_output_ends_it() -> None:
    with pytest.raises(FFmpegFailed) as error:
        python("while True: print('x' * 10000)")
    assert error.value.code == "too_much_output"


@pytest.mark.parametrize(
    ("program", "allowed", "status"),
    [
        ("x = bytearray(400_000_000)", Limits(memory_bytes=300_000_000), 1),
        ("while True: pass", Limits(cpu_s=1), -signal.SIGKILL),
        ("open('FOLDER/file', 'wb', buffering=0).write(b'x')", Limits(file_bytes=0), 1),
        ("x = [open('/dev/null') for _ in range(40)]", Limits(open_files=20), 1),
    ],
    ids=["memory", "cpu", "file", "files"],
)
def test_the_kernel_limits_it(program: str, allowed: Limits, status: int, tmp_path: Path) -> None:
    finished, _ = python(program.replace("FOLDER", str(tmp_path)), limit=allowed)
    assert finished.returncode in (status, -signal.SIGXCPU)


def test_no_core_and_no_new_privileges() -> None:
    program = "import resource as r; print(r.getrlimit(r.RLIMIT_CORE), open('/proc/self/status').read())"
    _, output = python(program)
    assert output.startswith("(0, 0)")
    assert "NoNewPrivs:\t1" in output


def test_what_is_confined_is_known() -> None:
    landlock = landlock_version() > 0
    assert child_process.confinement() == {"network": True, "processes": True, "writing": landlock, "parent": landlock}


def landlock_version() -> int:
    """Of this kernel's; below 1 if it has none (Linux 5.13 brought it)."""
    return int(ctypes.CDLL(None).syscall(444, None, 0, 1))


def refused(program: str, **more: object) -> bool:
    finished, _ = python(program, **more)
    assert finished.returncode == 0 or "PermissionError" in finished.stderr, finished.stderr
    return finished.returncode != 0


needs_landlock = pytest.mark.skipif("landlock_version() < 1", reason="this kernel has no Landlock")


@pytest.mark.parametrize(
    "attempt",
    [
        "import socket; socket.socket(socket.AF_INET, socket.SOCK_STREAM)",
        "import socket; socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)",
        "import os; os.fork()",
        "import subprocess; subprocess.Popen(['/bin/true'])",
        "import os; os.kill(os.getppid(), 0)",
        pytest.param("import os; open(f'/proc/{os.getppid()}/environ')", marks=needs_landlock),
        pytest.param("import os; open(f'/proc/{os.getppid()}/mem', 'rb')", marks=needs_landlock),
        pytest.param("import os; os.mkdir('FOLDER/made')", marks=needs_landlock),
        pytest.param("import os; os.unlink('FOLDER/there')", marks=needs_landlock),
        pytest.param("import os; os.truncate('FOLDER/there', 0)", marks=needs_landlock),
        pytest.param("open('FOLDER/there', 'ab')", marks=needs_landlock),
    ],
)
def test_a_child_is_refused_what_it_has_no_business_with(attempt: str, tmp_path: Path) -> None:
    (tmp_path / "there").write_bytes(b"precious")
    assert refused(attempt.replace("FOLDER", str(tmp_path)))
    assert (tmp_path / "there").read_bytes() == b"precious"


@needs_landlock
def test_a_child_writes_where_it_is_told_to_alone(tmp_path: Path) -> None:
    ours, beside = tmp_path / "ours", tmp_path / "beside"
    ours.mkdir()
    beside.mkdir()
    assert not refused(f"open('{ours}/file', 'w').write('x'); import os; os.unlink('{ours}/file')", writes=[ours])
    assert refused(f"open('{beside}/file', 'w')", writes=[ours])
    assert refused(f"open('{ours}/../beside/file', 'w')", writes=[ours])


def test_a_child_may_have_threads() -> None:
    program = "import threading; t = threading.Thread(target=print, args=('done',)); t.start(); t.join()"
    assert python(program)[1] == "done\n"


def test_every_limit_is_in_force() -> None:
    names = ("AS", "CPU", "FSIZE", "NOFILE", "NPROC", "CORE")
    program = f"import resource as r; print([r.getrlimit(getattr(r, 'RLIMIT_' + n)) for n in {names}])"
    expected = Limits(memory_bytes=2**30, cpu_s=100, file_bytes=2**20, open_files=50)
    found = ast.literal_eval(python(program, limit=expected)[1])
    assert found[:4] == [(2**30, 2**30), (100, 100), (2**20, 2**20), (50, 50)]
    assert 256 <= found[4][0] < 100_000
    assert found[5] == (0, 0)


def test_root_has_no_power_left_but_to_read_files() -> None:
    """Capabilities 1 and 2; whoever is not root has none at all."""
    _, status = python("print(open('/proc/self/status').read())")
    effective = int(status.split("CapEff:")[1].split()[0], 16)
    assert effective & ~0b110 == 0


def test_no_progress_ends_it() -> None:
    with pytest.raises(FFmpegFailed) as error:
        python("import time; time.sleep(60)", stall_s=0.6)
    assert error.value.code == "stalled"


def test_reading_is_progress() -> None:
    program = "import time\nfor _ in range(8): open('/proc/self/cmdline').read(); time.sleep(0.25)\nprint('done')"
    assert python(program, stall_s=1.2)[1] == "done\n"


def test_reading_for_ever_is_none() -> None:
    with pytest.raises(FFmpegFailed) as error:
        python("while True: open('/proc/self/cmdline').read()", reading_s=1.0)
    assert error.value.code == "stalled"


def test_output_is_progress_however_long_it_takes() -> None:
    program = "import time\nfor _ in range(8): print('.', flush=True); time.sleep(0.25)"
    assert python(program, stall_s=1.2, reading_s=1.2)[1] == ".\n" * 8


def test_a_child_that_closes_its_pipes_is_still_watched() -> None:
    with pytest.raises(FFmpegFailed):
        python("import os, time; os.close(1); os.close(2); time.sleep(60)", stall_s=0.6)


def test_no_time_left_ends_it() -> None:
    with pytest.raises(Unavailable) as error:
        python("while True: pass", remaining_s=lambda: 0)
    assert error.value.code == "out_of_time"


def test_a_reader_that_raises_ends_it_with_all_it_started(tmp_path: Path) -> None:
    """The error is the caller's own (a task called off); the grandchild holds the pipe."""
    started = tmp_path / "pid"

    def call_off(data: bytes) -> bool:
        started.write_bytes(data)
        raise KeyboardInterrupt

    program = "import subprocess, time; child = subprocess.Popen(['/bin/sleep', '60'])\nprint(child.pid, flush=True)"
    program += "\ntime.sleep(60)"
    with pytest.raises(KeyboardInterrupt):
        child_process.run([sys.executable, "-I", "-c", program], on_output=call_off, limit=FORKING)
    assert gone(int(started.read_text()))


def test_a_grandchild_that_holds_a_pipe_does_not_hold_us() -> None:
    program = "import subprocess; print(subprocess.Popen(['/bin/sleep', '60']).pid)"
    _, output = python(program, limit=FORKING)
    assert gone(int(output))


def test_kill_of_the_parent_kills_the_child() -> None:
    program = """
import sys
from medley.media.sandbox import child_process
child = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"
child_process.run([sys.executable, "-I", "-c", child], on_output=lambda data: print(data.decode(), flush=True) is None)
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, cwd=ROOT, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        os.kill(parent.pid, signal.SIGKILL)
    assert gone(child)
