"""`medley mix`: the engine alone. The app's own planner and worker, a directory for a bucket, threads for functions."""

import contextlib
import logging
import os
import resource
import secrets
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from local import clip_files
from local.clip_files import LocalClip, NamedFiles, WrongUsage
from local.directory_store import DirectoryStore
from local.mix_report import Report
from local.mix_run import PlanRun
from medley.apps.registry import registry
from medley.apps.video_mixer.spec import SEED_MAX, MixSpec
from medley.contracts import keys
from medley.errors import InvalidInput
from medley.media import ffmpeg, workdir

APP = "video_mixer"
FAILED, INTERRUPTED = 1, 128 + signal.SIGINT  # exit statuses
CACHE_DAYS = 14  # since last use, as in the bucket
PHASES = ("segments", "videos")  # of the plan's stages


class NothingMade(Exception):
    """No video can be made; the message says why."""


@dataclass(frozen=True)
class Job:
    """What a command line asks for; `first` and `last` are names or paths of pinned clips."""

    named: NamedFiles
    spec: MixSpec
    first: str | None
    last: str | None
    out: Path
    cache: Path | None  # None: nothing is kept
    workers: int


def spec_of(options: Mapping[str, Any]) -> MixSpec:
    """The spec of the options given on the command line; those not given (None) keep the app's defaults.

    Raises:
        WrongUsage: names the option and what it can be.
    """
    given = {name: value for name, value in options.items() if value is not None}
    if str(given.get("fps", "")).isdecimal():
        given["fps"] = int(given["fps"])
    try:
        return MixSpec.model_validate(given)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        where = f"--{str(fault['loc'][0]).replace('_', '-')}: " if fault["loc"] else ""
        raise WrongUsage(where + fault["msg"].removeprefix("Value error, ")) from error


def main(job: Job, report_path: Path | None, console: Console) -> int:
    """Run, write the report if asked to, say what was made; returns the exit status."""
    logging.getLogger("medley").addHandler(logging.NullHandler())  # what matters is said here
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C
    try:
        report = run(job, console)
    except NothingMade as error:
        console.print(str(error), style="red", markup=False, highlight=False)
        return FAILED
    except KeyboardInterrupt:
        console.print("Stopped. The videos made so far are complete; nothing half-made is left.")
        return INTERRUPTED
    finally:
        signal.signal(signal.SIGTERM, before)
    if report_path is not None:
        report.write(report_path)
    console.print(summary(report, job.out), markup=False, highlight=False)
    return FAILED if report.failed else 0


def run(job: Job, console: Console) -> Report:
    """Make the videos into `job.out`; what cannot be used or made is named on the console.

    Raises:
        NothingMade: no clip is usable, or the spec cannot be met.
        KeyboardInterrupt: all work was stopped and everything unfinished removed.
    """
    watch = _Watch()
    with Progress(*_columns(), console=console, transient=True) as bars, contextlib.ExitStack() as stack:
        for folder in (job.out, job.cache or job.out):
            _make_writable(folder)
        report = _prepare(job, bars, watch, console)
        root = job.cache or stack.enter_context(workdir.scratch(job.out))
        scratch = stack.enter_context(workdir.scratch(root / "work"))
        store = DirectoryStore(root, elsewhere={keys.OUTPUTS: scratch})
        store.expire(keys.SEGMENTS, older_than_s=CACHE_DAYS * 86_400)
        for clip in report.clips:
            store.adopt(clip.path, clip.source.key)
        plan_run = PlanRun(APP, report, store=store, scratch=scratch, out=job.out, bars=bars)
        for stage, name in enumerate(PHASES):
            with watch.phase(name):
                plan_run.stage(stage)
        report.phases = watch.phases
    report.seconds, report.cpu_seconds = watch.totals()
    return report


def _make_writable(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise NothingMade(f"Cannot write to {folder}: {error.strerror}.") from error


def _prepare(job: Job, bars: Progress, watch: "_Watch", console: Console) -> Report:
    """Read the clips and plan."""
    with watch.phase("clips"):
        bar = bars.add_task("Reading clips", total=len(job.named.files))
        clips, refused = clip_files.read(job.named.files, workers=job.workers, on_read=lambda: bars.advance(bar))
        bars.remove_task(bar)
    for file in refused:
        console.print(f"Left out: {file.path.name}: {file.message}", style="yellow", markup=False, highlight=False)
    if not clips:
        raise NothingMade("None of the files is a usable clip.")
    with watch.phase("plan"):
        library = clip_files.library(clips, job.named)
        spec = job.spec.model_copy(
            update={"first_clip": _pinned(job.first, clips), "last_clip": _pinned(job.last, clips)}
        )
        seed = secrets.randbelow(SEED_MAX + 1) if spec.seed is None else spec.seed
        app = registry().get(APP)
        try:
            quote, plan = app.quote(spec, library), app.plan(spec, library, seed)
        except InvalidInput as error:
            raise NothingMade(error.message) from error
    for note in quote.notes:
        console.print(note, style="yellow", markup=False, highlight=False)
    return Report(spec, seed, ffmpeg.version(), job.workers, clips, refused, quote, plan)


def _pinned(text: str | None, clips: Sequence[LocalClip]) -> UUID | None:
    if text is None:
        return None
    path = Path(text).absolute()
    for clip in clips:
        if clip.path == path or clip.path.name == text:
            return clip.source.clip_id
    raise NothingMade(f"{text!r} is not one of the usable clips, so no video can start or end with it.")


def default_cache() -> Path:
    """Where this platform keeps a user's caches."""
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "medley"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "medley"


def _columns() -> tuple[TextColumn | BarColumn | TaskProgressColumn | TimeElapsedColumn | TimeRemainingColumn, ...]:
    return (
        TextColumn("{task.description}"),
        BarColumn(40),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )


def summary(report: Report, out: Path) -> str:
    """What was made, in two lines."""
    first = (
        f"{len(report.made)} of {len(report.plan.outputs)} videos are in {out}/ "
        f"({_amount(report.quote.capacity)} were possible; seed {report.seed})"
    )
    second = (
        f"{report.segments_encoded} segments encoded, {report.segments_reused} found in the cache; "
        f"{report.seconds:.1f} s, {report.cpu_seconds:.1f} CPU-s"
    )
    return f"{first}\n{second}"


def _amount(number: int) -> str:
    """A count as a person reads it: above a million million, its order of magnitude."""
    return f"{number:,}" if number < 10**12 else f"about 10^{len(str(number)) - 1}"


class _Watch:
    """Wall time by phase, and wall and CPU time since it was made."""

    def __init__(self) -> None:
        self.phases: dict[str, float] = {}
        self._wall, self._cpu = time.monotonic(), _cpu_s()

    @contextlib.contextmanager
    def phase(self, name: str) -> Iterator[None]:
        started = time.monotonic()
        yield
        self.phases[name] = time.monotonic() - started

    def totals(self) -> tuple[float, float]:
        return time.monotonic() - self._wall, _cpu_s() - self._cpu


def _cpu_s() -> float:
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)
