"""Processes started as our children, which do not outlive us, however we end."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_LAUNCH = Path(__file__).with_name("process_launcher.py")


class ProcessEnded(Exception):
    """A process ended that nobody stopped; the message says which, how, and where its log is."""


@dataclass(frozen=True)
class User:
    """An operating system user, by number."""

    uid: int
    gid: int


def spawn(
    argv: Sequence[str | Path],
    *,
    env: Mapping[str, str],
    cwd: Path | None = None,
    user: User | None = None,
    death_signal: signal.Signals = signal.SIGKILL,
    stdout: int | IO[bytes] | None = None,
    stderr: int | IO[bytes] | None = None,
) -> subprocess.Popen[bytes]:
    """Start `argv[0]` (a full path) in a process group of its own, with exactly `env`.

    On Linux it gets `death_signal` when the *thread* that called this ends, even by kill -9, so call it from a
    thread that lives as long as the child should. Elsewhere it ends only when it is stopped.

    Args:
        user: whom to run as; only root may name one.
    """
    uid, gid = (user.uid, user.gid) if user else (-1, -1)
    launch = [sys.executable, "-I", "-S", str(_LAUNCH)]
    return subprocess.Popen(
        [*launch, str(os.getpid()), str(int(death_signal)), str(uid), str(gid), *map(str, argv)],
        env=dict(env),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=stderr,
        start_new_session=True,
    )


def require_running(process: subprocess.Popen[bytes] | None, name: str, log: Path) -> None:
    """Raises: ProcessEnded, if a process that was started has ended by itself; `name` begins a sentence."""
    status = process.poll() if process else None
    if status is not None:
        raise ProcessEnded(f"{name} ended by itself (status {status}). Its log: {log}")


def stop(process: subprocess.Popen[bytes], *, first: signal.Signals = signal.SIGTERM, patience_s: float = 5.0) -> None:
    """Ask the process to end, insist after `patience_s`, and reap it. Stopping a stopped one is fine."""
    if process.poll() is not None:
        return
    process.send_signal(first)
    try:
        process.wait(patience_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
