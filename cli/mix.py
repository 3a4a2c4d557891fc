"""`medley mix`: the engine alone. The app's own planner and worker, a directory for a bucket, threads for functions."""

import contextlib
import logging
import os
import secrets
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from cli.contact_sheet import contact_sheet
from cli.directory_store import DirectoryStore
from cli.mix_faults import CannotGoOn, HeldFolder
from cli.mix_order import Footage, MixRequest, open_files, settled
from cli.mix_report import Report
from cli.mix_run import PlanRun
from cli.mix_summary import summary
from cli.ready_tasks import Locks
from cli.stopping import INTERRUPTED, heard, stoppable
from cli.terminal import bars as progress_bars
from cli.terminal import say
from cli.wording import on_command_line
from medley import limits, workdir
from medley.apps.registry import registry
from medley.apps.video_mixer.execution.stopwatch import Stopwatch
from medley.apps.video_mixer.spec import SEED_MAX, MixSpec
from medley.contracts import keys
from medley.domain.generations import Plan
from medley.domain.quotes import Quote
from medley.errors import InvalidInput, NotMedia, Unavailable
from medley.media.sandbox import ffmpeg

APP = "video_mixer"
FAILED = 1  # exit status
STOPPED = "Stopped"  # by a person
SEGMENTS, VIDEOS = "segments", "videos"  # phases: until the last segment is there, and what is joined after it


class NothingMade(Exception):
    """No video can be made; the message says why."""


@dataclass(frozen=True)
class Job:
    """What a command line asks for."""

    order: MixRequest
    out: Path
    cache: Path | None  # None: nothing is kept
    workers: int


def main(
    job: Job, console: Console, *, json: Path | None = None, csv: Path | None = None, sheet: Path | None = None
) -> int:
    """Run, say what was made, write the report and the manifest's table and draw the sheet if they have a path; returns
    the exit status. A run that was stopped is told of like any other."""
    logging.getLogger("medley").addHandler(logging.NullHandler())  # what matters is said here
    with stoppable():
        try:
            report = run(job, console)
            for line in summary(report, job.out):
                say(console, line)
            written = _write(report, console, json, csv, sheet)
        except (NothingMade, Unavailable) as error:
            say(console, str(error), "red")
            return FAILED
        except KeyboardInterrupt:
            heard()
            say(console, f"{STOPPED} before all was done.")
            return INTERRUPTED
    if report.stopped == STOPPED:
        return INTERRUPTED
    return FAILED if report.stopped or report.failed or not written else 0


def _write(report: Report, console: Console, json: Path | None, csv: Path | None, sheet: Path | None) -> bool:
    """Write what was asked for of a run; says what cannot be written, and returns whether all was."""

    def draw(path: Path) -> None:
        if report.made:
            contact_sheet([made.path for _, made in sorted(report.made.items())], path)

    written = True
    for path, write in ((json, report.write), (csv, report.write_table), (sheet, draw)):
        try:
            if path is not None:
                path.parent.mkdir(parents=True, exist_ok=True)  # within the folder of the videos
                write(path)
        except OSError as error:
            written = False
            say(console, f"Cannot write {path}: {error.strerror or error}.", "red")
    return written


def run(job: Job, console: Console) -> Report:
    """Make the videos into `job.out`; what cannot be used or made is named on the console.

    Stopped on the way, it returns what was made until then, and everything unfinished is removed.

    Raises:
        NothingMade: no clip is usable, or the spec cannot be met.
        Unavailable: there is no room to begin.
        KeyboardInterrupt: it was stopped before there was a plan.
    """
    watch = _Watch()
    with progress_bars(console) as bars, contextlib.ExitStack() as stack:
        for folder in (job.out, job.cache or job.out):
            _make_writable(folder)
        report = _prepare(job, bars, watch, console)
        out, root, scratch, locks = _open_folders(job, stack)
        store = DirectoryStore(root, elsewhere={keys.OUTPUTS: scratch.path})
        store.expire(keys.SEGMENTS, older_than_s=limits.SEGMENT_DAYS * 86_400)
        for clip in report.clips:
            store.adopt(clip.path, clip.source.key)
        for path, asset in report.assets.items():
            store.adopt(path, asset.key)
        plan_run = PlanRun(
            APP,
            report,
            store=store,
            cache=root,
            locks=locks,
            scratch=scratch,
            out=out,
            bars=bars,
            on_encoded=lambda: watch.begin(VIDEOS),
        )
        try:
            unfinished = True
            while unfinished:
                watch.begin(SEGMENTS)
                plan_run.run()
                unfinished = plan_run.mend()
        except KeyboardInterrupt:
            heard()
            report.stopped = STOPPED
        except CannotGoOn as error:
            report.stopped = str(error)
        watch.end()
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


def _open_folders(job: Job, stack: contextlib.ExitStack) -> tuple[HeldFolder, Path, HeldFolder, Locks]:
    """The folder of the videos, that of the cache or what stands for it, scratch space within it, and its locks.

    Raises:
        NothingMade: they cannot be used. Unavailable: there is no room.
    """
    try:
        out = stack.enter_context(HeldFolder(job.out))
        root = job.cache or stack.enter_context(workdir.scratch(job.out))
        scratch = stack.enter_context(workdir.scratch(root / "work"))
        held = stack.enter_context(HeldFolder(scratch))
        return out, root, held, stack.enter_context(Locks.of(job.cache))
    except OSError as error:
        raise NothingMade(f"Cannot write to {job.cache or job.out}: {error.strerror}.") from error


def _prepare(job: Job, bars: Progress, watch: "_Watch", console: Console) -> Report:
    """Read the clips and plan."""
    watch.begin("clips")
    footage = open_footage(job.order, job.workers, bars, console)
    watch.begin("plan")
    spec, seed, quote, plan = planned(job.order, footage, console)
    watch.end()
    return Report(
        spec, seed, ffmpeg.version(), job.workers, footage.clips, footage.refused, quote, plan, footage.assets
    )


def planned(order: MixRequest, footage: Footage, console: Console) -> tuple[MixSpec, int, Quote, Plan]:
    """The spec as it is carried out, the seed, the quote and the plan of an order; what to know of it is said first.

    Raises:
        NothingMade: the spec cannot be met, or there were warnings and they are errors.
    """
    app = registry().get(APP)
    try:
        spec = settled(app, order, footage.library)
        seed = secrets.randbelow(SEED_MAX + 1) if spec.seed is None else spec.seed
        quote = app.quote(spec, footage.library)
        for note in quote.notes:
            say(console, on_command_line(note), "yellow")
        if order.strict and (warned := len(footage.told(order.named)) + len(quote.notes)):
            raise NothingMade(f"--strict: nothing is made, because of {warned} warning{'s' if warned > 1 else ''}.")
        return spec, seed, quote, app.plan(spec, footage.library, seed)
    except InvalidInput as error:
        raise NothingMade(on_command_line(error.message)) from error


def open_footage(order: MixRequest, workers: int, bars: Progress, console: Console) -> Footage:
    """Read the files of an order under a progress bar; all that are left out are named on the console, and so is what
    of the others will not be seen or heard.

    Raises:
        NothingMade: no clip is usable, or an asset is not.
    """
    bar = bars.add_task("Reading clips", total=len(order.named.files))
    try:
        footage = open_files(order, workers=workers, on_read=lambda: bars.advance(bar))
    except NotMedia as error:
        raise NothingMade(error.message) from error
    bars.remove_task(bar)
    for line in footage.told(order.named):
        say(console, line, "yellow")
    if not footage.clips:
        raise NothingMade("None of the files is a usable clip.")
    return footage


def default_cache() -> Path:
    """Where this platform keeps a user's caches."""
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "medley"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "medley"


class _Watch:
    """Wall time by phase, and wall and CPU time since it was made."""

    def __init__(self) -> None:
        self.phases: dict[str, float] = {}
        self._total = Stopwatch()
        self._phase: tuple[str, Stopwatch] | None = None

    def begin(self, name: str) -> None:
        """A phase begins and the one before it ends."""
        self.end()
        self._phase = name, Stopwatch()

    def end(self) -> None:
        """The phase that runs ends."""
        if self._phase is not None:
            name, phase = self._phase
            self.phases[name] = self.phases.get(name, 0) + phase.read()[0]
            self._phase = None

    def totals(self) -> tuple[float, float]:
        return self._total.read()
