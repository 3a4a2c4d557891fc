"""A child process is limited, watched and never left behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from medley import limits
from medley.errors import FFmpegFailed, Unavailable
from medley.media import sandbox
from medley.media.sandbox import Collect, Finished, Limits

ROOT = Path(__file__).parents[2]


def python(program: str, **more: object) -> tuple[Finished, str]:
    """Run a Python program in the sandbox; returns how it ended and what it printed."""
    output = Collect(1_000_000)
    finished = sandbox.run([sys.executable, "-I", "-c", program], on_output=output, **more)  # type: ignore[arg-type]
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


def test_no_progress_ends_it() -> None:
    with pytest.raises(FFmpegFailed) as error:
        python("import time; time.sleep(60)", stall_s=0.6)
    assert error.value.code == "stalled"


def test_reading_is_progress() -> None:
    program = "import time\nfor _ in range(8): open('/proc/self/cmdline').read(); time.sleep(0.25)\nprint('done')"
    assert python(program, stall_s=1.2)[1] == "done\n"


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
        sandbox.run([sys.executable, "-I", "-c", program], on_output=call_off)
    assert gone(int(started.read_text()))


def test_a_grandchild_that_holds_a_pipe_does_not_hold_us() -> None:
    program = "import subprocess; print(subprocess.Popen(['/bin/sleep', '60']).pid)"
    _, output = python(program)
    assert gone(int(output))


def test_kill_of_the_parent_kills_the_child() -> None:
    program = """
import sys
from medley.media import sandbox
child = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"
sandbox.run([sys.executable, "-I", "-c", child], on_output=lambda data: print(data.decode(), flush=True) is None)
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, cwd=ROOT, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        os.kill(parent.pid, signal.SIGKILL)
    assert gone(child)
