"""Child processes that may be fed hostile data: limited, watched, and never left behind.

The child gets an argv list, a minimal environment and a session of its own. The kernel limits its memory,
CPU time, file size and open files, and kills it when this process dies. It opens no sockets, starts no
processes, and writes only where it is told to (see `launcher`). It is stopped when it makes no progress, not
when it takes long: progress is output its reader calls progress, or for a while bytes it reads.
"""

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from medley import limits, machine
from medley.errors import Broken, FFmpegFailed, Unavailable
from medley.media.sandbox.child_limits import Finished, Limits

LAUNCHER = Path(__file__).with_name("launcher.py")
CHUNK_BYTES = 65_536
PULSE_S = 0.5  # how often the watchdog looks

ATTEMPTS = """
import _socket, json, os, sys

def refused(attempt):
    try:
        attempt()
    except PermissionError:
        return True
    return False

print(json.dumps({
    "network": refused(lambda: _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)),
    "processes": refused(lambda: os.fork() or os._exit(0)),
    "writing": refused(lambda: os.open(sys.argv[1], os.O_TMPFILE | os.O_WRONLY)),
    "parent": refused(lambda: open(f"/proc/{os.getppid()}/environ")),
}))
"""  # of a child, to do what it must not


class Collect:
    """An `on_output` that keeps what a child prints, in `data`; printing is progress.

    Raises:
        FFmpegFailed: code `too_much_output`; the child printed more than `limit_bytes`.
    """

    def __init__(self, limit_bytes: int) -> None:
        self.data = bytearray()
        self._limit_bytes = limit_bytes

    def __call__(self, data: bytes) -> bool:
        self.data += data
        if len(self.data) > self._limit_bytes:
            raise FFmpegFailed("A media process printed too much.", code="too_much_output")
        return True


def run(
    argv: list[str],
    *,
    on_output: Callable[[bytes], bool],
    feed: Iterable[bytes] | None = None,
    limit: Limits | None = None,
    writes: Collection[Path] = (),
    stall_s: float = limits.MEDIA_STALL_S,
    reading_s: float = limits.MEDIA_READING_S,
    remaining_s: Callable[[], float] | None = None,
) -> Finished:
    """Run `argv` (an absolute path first) to its end.

    `on_output` is given the bytes of stdout as they come and says whether they show progress. `feed` is
    written to stdin chunk by chunk; without it stdin is empty. `writes` are the folders it may write to.
    `remaining_s` says what is left of the caller's own time, in seconds, each time it is asked.

    Raises:
        FFmpegFailed: code `stalled`; the child was killed after `stall_s` seconds without progress, or
            `reading_s` seconds of reading without output that shows any.
        Unavailable: code `out_of_time`; the child was killed since `remaining_s` said nothing is left. The codes of
            `machine.limit_reached`; it could not be started.
    """
    try:
        return _run(
            _launched(argv, limit or Limits(), writes), on_output, feed, _Patience(stall_s, reading_s, remaining_s)
        )
    except OSError as error:
        reached = machine.limit_reached(error.errno)
        if reached is None:
            raise
        raise reached from error


def require_time(remaining_s: Callable[[], float] | None) -> None:
    """Check that the caller has time left.

    Raises:
        Unavailable: code `out_of_time`.
    """
    if remaining_s is not None and remaining_s() <= 0:
        raise Unavailable("The time left was too short for this work.", code="out_of_time")


def _launched(argv: list[str], limit: Limits, writes: Collection[Path]) -> list[str]:
    launcher = [sys.executable, "-I", "-S", str(LAUNCHER), str(os.getpid()), str(limit)]
    return [*launcher, *(str(folder.absolute()) for folder in writes), "--", *argv]


def _run(
    command: list[str], on_output: Callable[[bytes], bool], feed: Iterable[bytes] | None, patience: "_Patience"
) -> Finished:
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE if feed is not None else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=_environment(),
        cwd="/",
        start_new_session=True,
        bufsize=0,
    )
    try:
        stderr = _Watch(process, on_output, feed, patience).follow()
    finally:
        cpu_s = _stop(process)
    return Finished(process.returncode, stderr.decode("utf-8", "replace"), cpu_s)


def _environment() -> dict[str, str]:
    """Nothing of ours but where the interpreter's own libraries are, if the platform needs that said.

    glibc reserves address space for every thread's arena: with many it would use up the limit on memory.
    """
    libraries = os.environ.get("LD_LIBRARY_PATH")
    plain = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "MALLOC_ARENA_MAX": "2"}
    return plain | ({"LD_LIBRARY_PATH": libraries} if libraries else {})


def _stop(process: subprocess.Popen[bytes]) -> float:
    """Kill the child's whole session, reap it, close the pipes; returns how many seconds of CPU time it took.

    It is killed before it is reaped, even when it has ended: until then nobody else can have its number.
    """
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            stream.close()
    return used.ru_utime + used.ru_stime


@dataclass(frozen=True)
class _Patience:
    """How long a child may go on, in seconds; see `run`."""

    stall_s: float
    reading_s: float
    remaining_s: Callable[[], float] | None


class _Watch:
    """Serves one child's pipes and its watchdog, in the calling thread."""

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        on_output: Callable[[bytes], bool],
        feed: Iterable[bytes] | None,
        patience: _Patience,
    ) -> None:
        self._process = process
        self._on_output = on_output
        self._feed: Iterator[bytes] = iter(feed or ())
        self._unsent = memoryview(b"")
        self._stderr = bytearray()
        self._patience = patience
        self._moved = self._shown = self._pulsed = time.monotonic()
        self._bytes_read = b""

    def follow(self) -> bytes:
        """Serve until the child has ended and its pipes are drained; returns the end of its stderr.

        A pipe that something it started still holds open is not waited for.
        """
        exited = os.pidfd_open(self._process.pid)
        try:
            with selectors.DefaultSelector() as selector:
                selector.register(exited, selectors.EVENT_READ)
                self._register_pipes(selector)
                while self._serve(selector, wait=exited in selector.get_map()):
                    self._check()
        finally:
            os.close(exited)
        return bytes(self._stderr)

    def _register_pipes(self, selector: selectors.BaseSelector) -> None:
        for stream, event, handle in (
            (self._process.stdout, selectors.EVENT_READ, self._read_output),
            (self._process.stderr, selectors.EVENT_READ, self._read_errors),
            (self._process.stdin, selectors.EVENT_WRITE, self._write_input),
        ):
            if stream is not None:
                os.set_blocking(stream.fileno(), False)
                selector.register(stream, event, handle)

    def _serve(self, selector: selectors.BaseSelector, *, wait: bool) -> bool:
        """Do what is ready, waiting for it while the child lives; False when nothing is left to do."""
        ready = selector.select(PULSE_S if wait else 0)
        for key, _ in ready:
            if key.data is None or not key.data(key.fileobj):
                selector.unregister(key.fileobj)
        return wait or bool(ready)

    def _read_output(self, stream: IO[bytes]) -> bool:
        data = os.read(stream.fileno(), CHUNK_BYTES)
        if data and self._on_output(data):
            self._moved = self._shown = time.monotonic()
        return bool(data)

    def _read_errors(self, stream: IO[bytes]) -> bool:
        data = os.read(stream.fileno(), CHUNK_BYTES)
        self._stderr += data
        del self._stderr[: -limits.MEDIA_STDERR_BYTES]
        return bool(data)

    def _write_input(self, stream: IO[bytes]) -> bool:
        while not self._unsent:
            chunk = next(self._feed, None)
            if chunk is None:
                stream.close()
                return False
            self._unsent = memoryview(chunk)
        try:
            self._unsent = self._unsent[os.write(stream.fileno(), self._unsent[:CHUNK_BYTES]) :]
        except BrokenPipeError:  # the child has ended or wants no more; its exit status says which
            return False
        return True

    def _check(self) -> None:
        now = time.monotonic()
        if now - self._pulsed < PULSE_S:
            return
        self._pulsed = now
        patience = self._patience
        require_time(patience.remaining_s)
        bytes_read = _bytes_read(self._process.pid)
        if bytes_read != self._bytes_read:
            self._bytes_read, self._moved = bytes_read, now
        for since, allowed_s in ((self._moved, patience.stall_s), (self._shown, patience.reading_s)):
            if now - since > allowed_s:
                raise FFmpegFailed(f"A media process made no progress for {allowed_s:g} s.", code="stalled")


def _bytes_read(pid: int) -> bytes:
    """What the kernel has counted as read by the child: its `rchar` line, empty where that is not shown."""
    try:
        return Path(f"/proc/{pid}/io").read_bytes().split(b"\n", 1)[0]
    except OSError:
        return b""


def confinement() -> dict[str, bool]:
    """What the kernel refuses a child, tried out: `network`, `processes`, `writing` and looking into the `parent`.

    Limits and whitelists bind everywhere; these depend on the kernel, so the log says at startup what is in force.
    """
    answer = Collect(limits.PROBE_REPORT_BYTES)
    run([sys.executable, "-I", "-S", "-c", ATTEMPTS, tempfile.gettempdir()], on_output=answer)
    found: dict[str, bool] = json.loads(answer.data)
    return found


def child_python(script: Path, *arguments: str) -> list[str]:
    """The argv of a Python program of ours that imports `av` and the standard library alone.

    Its first argument is the folder of `av`, since an isolated interpreter looks nowhere else.
    """
    import importlib.util

    spec = importlib.util.find_spec("av")
    if spec is None or spec.origin is None:
        raise Broken("The package av is not installed.", code="av_missing")
    return [sys.executable, "-I", "-S", str(script), str(Path(spec.origin).parent.parent), *arguments]
