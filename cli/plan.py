"""`medley plan`: what `medley mix` would make of the same clips and options, without encoding anything."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cli.mix import FAILED, NothingMade, open_footage, planned
from cli.mix_order import Footage, MixRequest
from cli.mix_report import origin, write_json
from cli.mix_summary import amount
from cli.terminal import bars as progress_bars
from cli.terminal import printable, say
from cli.wording import counted
from medley.apps.video_mixer.cost import shot_ms
from medley.apps.video_mixer.reports import recipes
from medley.apps.video_mixer.reports.distinctness import distinctness
from medley.apps.video_mixer.spec import MixSpec
from medley.contracts.engine import Segment
from medley.domain.generations import Plan
from medley.domain.manifests import Video, manifest
from medley.domain.quotes import Quote
from medley.domain.reports import Distinctness, Likeness, Timeline, TimelineEntry
from medley.errors import Unavailable
from medley.runtime.cores import usable_cores
from medley.sentences import as_json

SHOWN = 50  # videos in the table; the JSON has all
SECOND_MS, MINUTE_S = 1_000, 60


@dataclass(frozen=True)
class Work:
    """What has to be encoded if nothing of it is cached, and about how long one worker takes for it."""

    segments: int
    frames: int
    ms: int

    @classmethod
    def of(cls, plan: Plan, spec: MixSpec, footage: Footage) -> "Work":
        sources = {clip.source.facts.sha256: clip.source for clip in footage.clips}
        found = [Segment.model_validate(each) for task in plan.tasks for each in task.payload.get("segments", ())]
        shots = [shot for segment in found for shot in segment.shots]
        ms = sum(shot_ms(sources[shot.clip_sha256], shot.speed, spec, shot.frames) for shot in shots)
        return cls(len(found), sum(segment.frames for segment in found), ms)


@dataclass(frozen=True)
class Explained:
    """A plan, and what can be said of it before anything is made."""

    spec: MixSpec
    footage: Footage
    quote: Quote
    plan: Plan
    work: Work
    videos: dict[int, Timeline]
    distinctness: Distinctness

    def as_json(self) -> dict[str, Any]:
        """The manifest of the videos as `medley mix --json` writes it, all of them planned; and what was found."""
        planned = (
            Video(output.n, output.title, output.work, "planned", self.videos[output.n]) for output in self.plan.outputs
        )
        told = manifest(
            origin(self.plan, self.footage.clips),
            planned,
            {},
            seed=self.plan.seed,
            spec=self.spec.model_dump(mode="json"),
        )
        return told | {
            "capacity": str(self.quote.capacity),
            "binding": self.quote.binding.as_json(),
            "effects": [effect.text.as_json() for effect in self.quote.effects],
            "notes": [note.as_json() for note in self.quote.notes],
            "work": asdict(self.work),
            "distinctness": as_json(asdict(self.distinctness)),
        }


def main(order: MixRequest, report_path: Path | None, console: Console, errors: Console, *, explain: bool) -> int:
    """Plan, say what would be made and write it as JSON if asked to; returns the exit status.

    Args:
        console: what was asked for is printed here.
        errors: progress, and what cannot be used.
    """
    try:
        found = run(order, errors)
    except (NothingMade, Unavailable) as error:
        say(errors, str(error), "red")
        return FAILED
    try:
        if report_path is not None:
            write_json(found.as_json(), report_path)
    except OSError as error:
        say(errors, f"Cannot write {report_path}: {error.strerror}.", "red")
        return FAILED
    for text in summary(found):
        say(console, text)
    if explain:
        for table in (_effects(found), _mixes(found), _distinctness(found)):
            console.print()
            console.print(table)
        console.print(_openings(found), markup=False, highlight=False)
        for note in found.distinctness.notes:
            console.print(note, style="dim", markup=False, highlight=False)
    return 0


def run(order: MixRequest, errors: Console) -> Explained:
    """Read the clips and plan.

    Raises:
        NothingMade: no clip is usable, or the spec cannot be met.
    """
    with progress_bars(errors) as bars:
        footage = open_footage(order, usable_cores(), bars, errors)
    spec, _, quote, plan = planned(order, footage, errors)
    videos = {output.n: recipes.timeline(spec, output.recipe) for output in plan.outputs}
    return Explained(spec, footage, quote, plan, Work.of(plan, spec, footage), videos, distinctness(videos, {}))


def summary(found: Explained) -> Iterator[str]:
    """What is possible, and what making it takes."""
    quote, work, fps = found.quote, found.work, found.spec.canvas.fps.fraction
    lengths = [Fraction(output.work) / fps for output in found.plan.outputs]
    same = "each" if min(lengths) == max(lengths) else f"to {_clock(max(lengths))}"
    videos = "video" if quote.capacity == 1 else "videos"
    yield f"{quote.count} of {amount(quote.capacity)} possible {videos}: {quote.binding}. Seed {found.plan.seed}."
    yield f"{_clock(min(lengths))} {same}, {_clock(sum(lengths, Fraction()))} together; {found.spec.canvas.width}x" + (
        f"{found.spec.canvas.height} at {float(fps):g} frames a second."
    )
    yield (
        f"To encode, each once: {counted(work.segments, 'segment')} of {_clock(work.frames / fps)} together, about "
        f"{_clock(Fraction(work.ms, SECOND_MS))} on two cores; what is cached is not encoded again."
    )
    yield from (table.text for table in quote.pairs)


def _clock(seconds: Fraction) -> str:
    if seconds < MINUTE_S:
        return f"{float(seconds):.1f} s"
    minutes, rest = divmod(round(seconds), MINUTE_S)
    return f"{minutes} min {rest} s"


def _effects(found: Explained) -> Table:
    table = Table(title="Options in use", title_justify="left", show_header=False)
    for effect in found.quote.effects:
        table.add_row(effect.text)
    if not found.quote.effects:
        table.add_row("None changes what is possible.")
    return table


def _mixes(found: Explained) -> Table:
    names = {clip.source.clip_id: clip.source.name for clip in found.footage.clips}
    fps = found.spec.canvas.fps.fraction
    table = Table(title="Videos", title_justify="left")
    table.add_column("", justify="right")
    table.add_column("Title", overflow="fold")
    table.add_column("Length", justify="right", no_wrap=True)
    table.add_column("Clips in order", overflow="fold")
    for output in found.plan.outputs[:SHOWN]:
        entries = found.videos[output.n].entries
        shown = " > ".join(_described(entry, names[entry.clip_id], fps) for entry in entries)
        table.add_row(str(output.n), _plain(output.title), _clock(output.work / fps), _plain(shown))
    if len(found.plan.outputs) > SHOWN:
        table.add_row("", f"and {len(found.plan.outputs) - SHOWN} more", "", "--json has all of them")
    return table


def _described(entry: TimelineEntry, name: str, fps: Fraction) -> str:
    """A clip, and what makes this showing of it another than the plain one."""
    variant = []
    if Fraction(entry.speed) != 1:
        variant.append(f"{float(Fraction(entry.speed)):g}x")
    if entry.look != "none":
        variant.append(entry.look)
    if entry.start_frame:
        variant.append(f"from {_clock(entry.start_frame / fps)}")
    return f"{name} ({', '.join(variant)})" if variant else name


def _plain(text: str) -> str:
    """Text as it is: nothing in it is markup, and nothing speaks to the terminal."""
    return escape(printable(text))


def _distinctness(found: Explained) -> Table:
    report = found.distinctness
    table = Table(title=f"How alike: {counted(report.pairs, 'pair')}", title_justify="left")
    for column in ("", "Most alike", "Shared", "Average", "Pairs over half"):
        table.add_column(column, justify="left" if not column else "right")
    measures = {"Footage": report.footage, "Footage, any speed and look": report.source}
    for name, likeness in (measures | {"Footage, in order": report.in_order}).items():
        table.add_row(name, *_likeness(likeness))
    return table


def _openings(found: Explained) -> str:
    openings = found.distinctness.openings
    shared = (
        f"{counted(openings.shared, 'video')} open as another does" if openings.shared else "no two videos open alike"
    )
    return f"First {_clock(openings.frames / found.spec.canvas.fps.fraction)}: {openings.distinct} different, {shared}."


def _likeness(likeness: Likeness) -> tuple[str, str, str, str]:
    pair = "-" if likeness.pair is None else f"{likeness.pair[0]} and {likeness.pair[1]}"
    return (
        pair,
        f"{likeness.most_percent:g} %",
        f"{likeness.average_percent:g} %",
        f"{likeness.pairs_over_half:,}",
    )
