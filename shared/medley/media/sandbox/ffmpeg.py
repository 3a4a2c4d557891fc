"""FFmpeg of this installation: found, checked, and run in the sandbox with its progress read."""

import importlib.util
import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

from medley import limits
from medley.errors import Broken, FFmpegFailed
from medley.media.sandbox import child_process
from medley.media.sandbox.child_limits import Limits, killed_from_outside, require_none_met

# Oldest release of each line without CVE-2026-8461 (out-of-bounds write in a decoder).
PATCHED = {7: (7, 1, 5), 8: (8, 1, 2)}
PATCHED_8_0 = (8, 0, 3)
INVALID_DATA_STATUS = 183  # AVERROR_INVALIDDATA as an exit status
ERROR_RATE_STATUS = 69  # more frames failed to decode than -max_error_rate allows
UNREADABLE = frozenset({INVALID_DATA_STATUS, ERROR_RATE_STATUS})  # statuses that are the file's fault


@cache
def executable() -> str:
    """The path of the static build inside the `imageio-ffmpeg` wheel: the same one is tested and deployed.

    Raises:
        Broken: code `ffmpeg_missing`, or `ffmpeg_outdated` (see `version`).
    """
    path = _bundled()
    version()
    return path


@cache
def version() -> str:
    """The release of that build, such as `9.0.2`.

    Raises:
        Broken: code `ffmpeg_outdated`; it is older than the patched release of its line, or does not say.
    """
    output = child_process.Collect(limits.PROBE_REPORT_BYTES)
    child_process.run([_bundled(), "-version"], on_output=output)
    return patched_version(output.data.decode("utf-8", "replace"))


def patched_version(banner: str) -> str:
    """The release number in FFmpeg's version banner, if that release has the security fixes we need.

    Raises:
        Broken: code `ffmpeg_outdated`.
    """
    match = re.match(r"ffmpeg version n?(\d+)\.(\d+)(?:\.(\d+))?", banner)
    if match is None:
        raise Broken("This FFmpeg does not say which release it is.", code="ffmpeg_outdated")
    release = (int(match[1]), int(match[2]), int(match[3] or 0))
    oldest = PATCHED_8_0 if release[:2] == (8, 0) else PATCHED.get(release[0], (9, 0, 0))
    name = ".".join(map(str, release))
    if release < oldest:
        raise Broken(f"FFmpeg {name} has known holes; {'.'.join(map(str, oldest))} is patched.", code="ffmpeg_outdated")
    return name


def ready() -> dict[str, str | bool]:
    """Check all that media work stands on before any is taken, and say what is in force, for the log.

    Raises:
        Broken: code `ffmpeg_missing` or `ffmpeg_outdated`.
    """
    executable()
    return {"ffmpeg": version(), **{f"refused_{what}": held for what, held in child_process.confinement().items()}}


@cache
def _bundled() -> str:
    spec = importlib.util.find_spec("imageio_ffmpeg")
    if spec is not None and spec.origin is not None:
        for path in sorted(Path(spec.origin).parent.glob("binaries/ffmpeg-*")):
            return str(path)
    raise Broken("The package imageio-ffmpeg is not installed with its binary.", code="ffmpeg_missing")


def run(
    argv: list[str],
    *,
    on_frames: Callable[[int], None] | None = None,
    feed: Iterable[bytes] | None = None,
    limit: Limits | None = None,
    remaining_s: Callable[[], float] | None = None,
    stall_s: float = limits.MEDIA_STALL_S,
) -> str:
    """Run a command of ours to its end; `on_frames` hears how many frames are done. Returns the end of its messages.

    It may write to the folders of its outputs alone.

    Raises:
        FFmpegFailed: code `ffmpeg_failed` with `status`, and `killed` if somebody else ended it; code `stalled`. What
            FFmpeg said is a note of the exception: shown in a log's traceback, and part of nothing a user is told,
            since it names files.
        Unavailable: code `out_of_time`; those of `machine.limit_reached`, of which `disk_full` is one.
    """
    finished = child_process.run(
        argv,
        on_output=Progress(on_frames),
        feed=feed,
        limit=limit,
        writes=output_folders(argv),
        remaining_s=remaining_s,
        stall_s=stall_s,
    )
    if finished.returncode == 0:
        return finished.stderr
    require_none_met(finished, limit or Limits(), files_fault=UNREADABLE)
    killed = killed_from_outside(finished, limit or Limits())
    failure = FFmpegFailed(
        f"FFmpeg ended with status {finished.returncode}.", status=finished.returncode, killed=killed
    )
    failure.add_note(finished.stderr[-2_000:])
    raise failure


def output_folders(argv: Sequence[str]) -> set[Path]:
    """Where a command writes: the folders of its `file:` names, but for those that follow `-i`."""
    files = (name for before, name in pairwise(argv) if name.startswith("file:") and before != "-i")
    return {Path(name.removeprefix("file:")).parent for name in files}


class Progress:
    """Reads what `-progress pipe:1` prints; called with bytes, says whether anything advanced."""

    def __init__(self, on_frames: Callable[[int], None] | None = None) -> None:
        self._on_frames = on_frames
        self._rest = b""
        self._seen: dict[bytes, bytes] = {}

    def __call__(self, data: bytes) -> bool:
        *lines, self._rest = (self._rest + data).split(b"\n")
        advanced = False
        for line in lines:
            name, _, value = line.partition(b"=")
            if name in {b"frame", b"out_time_us", b"total_size"} and self._seen.get(name) != value:
                self._seen[name] = value
                advanced = True
                if name == b"frame" and self._on_frames is not None and value.strip().isdigit():
                    self._on_frames(int(value))
        return advanced
