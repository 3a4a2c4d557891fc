"""`medley mix`: the engine alone. The app's own planner and worker, a directory for a bucket, threads for functions."""

import contextlib
import logging
import os
import secrets
import signal
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from local.directory_store import DirectoryStore
from local.mix_order import Footage, MixOrder, open_files
from local.mix_report import Report
from local.mix_run import PlanRun
from local.sheet import contact_sheet
from local.wording import on_command_line
from medley import limits
from medley.apps.registry import registry
from medley.apps.video_mixer.execution.stopwatch import Stopwatch
from medley.apps.video_mixer.spec import SEED_MAX
from medley.contracts import keys
from medley.errors import InvalidInput, NotMedia
from medley.media import ffmpeg, workdir

APP = "video_mixer"
FAILED, INTERRUPTED = 1, 128 + signal.SIGINT  # exit statuses
PHASES = ("segments", "videos")  # of the plan's stages


class NothingMade(Exception):
    """No video can be made; the message says why."""


@dataclass(frozen=True)
class Job:
    """What a command line asks for."""

    order: MixOrder
    out: Path
    cache: Path | None  # None: nothing is kept
    workers: int


def main(
    job: Job, console: Console, *, json: Path | None = None, csv: Path | None = None, sheet: Path | None = None
) -> int:
    """Run, write the report and the manifest's table and draw the sheet if they have a path, say what was made; returns
    the exit status."""
    logging.getLogger("medley").addHandler(logging.NullHandler())  # what matters is said here
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C
    try:
        report = run(job, console)
        if json is not None:
            report.write(json)
        if csv is not None:
            report.write_table(csv)
        if sheet is not None and report.made:
            contact_sheet([made.path for _, made in sorted(report.made.items())], sheet)
    except NothingMade as error:
        console.print(str(error), style="red", markup=False, highlight=False)
        return FAILED
    except KeyboardInterrupt:
        console.print("Stopped. The videos made so far are complete; nothing half-made is left.")
        return INTERRUPTED
    finally:
        signal.signal(signal.SIGTERM, before)
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
        store.expire(keys.SEGMENTS, older_than_s=limits.SEGMENT_DAYS * 86_400)
        for clip in report.clips:
            store.adopt(clip.path, clip.source.key)
        for path, asset in report.assets.items():
            store.adopt(path, asset.key)
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
    spec = job.order.spec
    with watch.phase("clips"):
        footage = open_footage(job.order, job.workers, bars, console)
    with watch.phase("plan"):
        seed = secrets.randbelow(SEED_MAX + 1) if spec.seed is None else spec.seed
        app = registry().get(APP)
        try:
            quote, plan = app.quote(spec, footage.library), app.plan(spec, footage.library, seed)
        except InvalidInput as error:
            raise NothingMade(on_command_line(error.message)) from error
    for note in quote.notes:
        console.print(note, style="yellow", markup=False, highlight=False)
    return Report(
        spec, seed, ffmpeg.version(), job.workers, footage.clips, footage.refused, quote, plan, footage.assets
    )


def open_footage(order: MixOrder, workers: int, bars: Progress, console: Console) -> Footage:
    """Read the files of an order under a progress bar; those left out are named on the console.

    Raises:
        NothingMade: no clip is usable, or an asset is not.
    """
    bar = bars.add_task("Reading clips", total=len(order.named.files))
    try:
        footage = open_files(order, workers=workers, on_read=lambda: bars.advance(bar))
    except NotMedia as error:
        raise NothingMade(error.message) from error
    bars.remove_task(bar)
    for file in footage.refused:
        console.print(f"Left out: {file.path.name}: {file.message}", style="yellow", markup=False, highlight=False)
    if not footage.clips:
        raise NothingMade("None of the files is a usable clip.")
    return footage


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
        f"({amount(report.quote.capacity)} were possible; seed {report.seed})"
    )
    second = (
        f"{report.segments_encoded} segments encoded, {report.segments_reused} found in the cache; "
        f"{report.seconds:.1f} s, {report.cpu_seconds:.1f} CPU-s"
    )
    return f"{first}\n{second}"


def amount(number: int) -> str:
    """A count as a person reads it: above a million million, its order of magnitude."""
    return f"{number:,}" if number < 10**12 else f"about 10^{len(str(number)) - 1}"


class _Watch:
    """Wall time by phase, and wall and CPU time since it was made."""

    def __init__(self) -> None:
        self.phases: dict[str, float] = {}
        self._total = Stopwatch()

    @contextlib.contextmanager
    def phase(self, name: str) -> Iterator[None]:
        phase = Stopwatch()
        yield
        self.phases[name], _ = phase.read()

    def totals(self) -> tuple[float, float]:
        return self._total.read()
