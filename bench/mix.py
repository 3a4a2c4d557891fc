"""Medley against FFmpeg's own filters, MoviePy 2 and MLT: the same videos of the same clips, in one run on one machine.

    python bench/mix.py [--case a,b,c,d] [--outputs N] [--baseline 3] [--footage FOLDER]

Medley is `medley mix --no-cache` as a user runs it, with two workers, from its start to its end: clips read, videos
planned, encoded, joined, verified. The others make a few of the very same videos, with the same x264 preset and CRF on
two threads; their times for all are those few times what is missing, which the table says. CPU time is of the command
and all it started; memory is that of its largest process.

Exit status 1 if a bar is missed. A smaller trial with --outputs judges none.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from pathlib import Path
from statistics import median

from cases import CASES, Case, Mixed, mix
from edits import Edit
from marginal import marginal
from measure import Used, run
from peers import Peer, all_peers, concat_filter
from rich.console import Console
from rich.table import Table

from medley.media.output import verify

FEWER_CPU_THAN = {"FFmpeg's concat filter": 25, "MoviePy 2": 35}  # times, of case (a)
WALL_MAX = 0.6  # of its CPU time, on two cores
COLD_MAX = 1.15  # times FFmpeg's single pass
COLD_ROUNDS = 3
MARGINAL_MAX = 1.3  # times the bare command
ENCODING_MAX = 1.3  # for all outputs, times that for one that uses every segment
MEMORY_MAX_MB = 600
SIZE_MAX = {"a": 1.03, "b": 1.03, "c": 1.10, "e": 1.03, "f": 1.10, "g": 1.10}  # times FFmpeg's, at equal preset and CRF
LENGTH_TOLERANCE = 2  # frames by which another's video may be longer or shorter


@dataclass(frozen=True)
class Row:
    """What one side needs for the case: `made` of its `outputs` were really made."""

    name: str
    used: Used
    size_bytes: int
    made: int
    outputs: int

    @property
    def scale(self) -> float:
        return self.outputs / self.made

    @property
    def cpu_s(self) -> float:
        """For all outputs."""
        return self.used.cpu_s * self.scale


@dataclass(frozen=True)
class Bar:
    """Something promised: `value` is at most `limit`, or at least if `at_least`."""

    text: str
    value: float
    limit: float
    at_least: bool = False

    @property
    def met(self) -> bool:
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    def __str__(self) -> str:
        wanted = "at least" if self.at_least else "at most"
        return f"{'met   ' if self.met else 'MISSED'} {self.text}: {self.value:.2f} ({wanted} {self.limit:g})"


@dataclass(frozen=True)
class Bench:
    """One run: where things are, how much is made, and where to say what is going on."""

    console: Console
    footage: Path
    folder: Path
    outputs: int | None
    baseline: int


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--case", default=",".join(CASES), help="which cases, separated by commas (all)")
    parser.add_argument("--outputs", type=int, help="fewer videos than the case has, for a quick try")
    parser.add_argument("--baseline", type=int, default=3, help="videos the others really make (3)")
    parser.add_argument("--footage", type=Path, help="folder the clips are made in, and kept for the next time")
    options = parser.parse_args()
    chosen = options.case.split(",")
    if options.baseline < 1 or not CASES.keys() >= set(chosen):
        parser.error(f"--baseline is at least 1, and the cases are {', '.join(CASES)}")
    console = Console(width=100)
    console.print(f"{os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f} at the start.")
    bars: list[Bar] = []
    with tempfile.TemporaryDirectory(prefix="medley-bench-") as name:
        bench = Bench(console, options.footage or Path(name), Path(name), options.outputs, options.baseline)
        bench.footage.mkdir(parents=True, exist_ok=True)
        for key in chosen:
            found = list((cold if key == "d" else batch)(bench, key))
            for bar in found:
                console.print(str(bar), highlight=False, style=None if bar.met else "red")
            bars += found
    return int(options.outputs is None and not all(bar.met for bar in bars))


def batch(bench: Bench, key: str) -> Iterator[Bar]:
    """A case of many outputs."""
    case = CASES[key]
    outputs = bench.outputs or case.outputs
    with bench.console.status("Making the clips ..."):
        clips = case.clips(bench.footage)
    with bench.console.status(f"Medley: {outputs} videos ..."):
        ours = mix(case, clips, outputs, bench.folder)
    rows = [medley_row(ours)]
    edits = case.edits(ours.report)[: bench.baseline]
    for peer in all_peers():
        if peer.missing:
            bench.console.print(f"{peer.name} is left out: {peer.missing}.", highlight=False)
            continue
        with bench.console.status(f"{peer.name}: {len(edits)} of {outputs} videos ..."):
            rows.append(peer_row(peer, edits, outputs, bench.folder))
    print_table(bench.console, f"({key}) {case.title}", rows)
    phases = ", ".join(f"{name} {seconds:.1f}" for name, seconds in ours.report["phases"].items())
    bench.console.print(f"Medley's wall seconds: {phases}. Segments: {len(ours.segments)}.", highlight=False)
    yield Bar(f"({key}) peak memory, MB", ours.used.peak_mb, MEMORY_MAX_MB)
    for row in rows:
        if row.name == "FFmpeg's concat filter":
            yield Bar(f"({key}) bytes of a video in FFmpeg's", _each(rows[0]) / _each(row), SIZE_MAX[key])
    if key == "a":
        yield from headline(bench, case, clips, ours, rows)


def _each(row: Row) -> float:
    return row.size_bytes / row.made


def headline(bench: Bench, case: Case, clips: list[str], ours: Mixed, rows: Sequence[Row]) -> Iterator[Bar]:
    """The bars that case (a) alone has."""
    for row in rows:
        if row.name in FEWER_CPU_THAN:
            text = f"(a) CPU time of {row.name} in Medley's"
            yield Bar(text, row.cpu_s / ours.used.cpu_s, FEWER_CPU_THAN[row.name], at_least=True)
    yield Bar("(a) wall time in CPU time", ours.used.wall_s / ours.used.cpu_s, WALL_MAX)
    with bench.console.status("Medley: one video ..."):
        one = mix(case, clips, 1, bench.folder)
    text = f"(a) frames encoded for {ours.outputs} videos in those for one"
    yield Bar(text, sum(ours.segments.values()) / sum(one.segments.values()), ENCODING_MAX)
    with bench.console.status("One more video, and the bare command for it ..."):
        more = marginal(case, clips, ours.outputs, bench.folder)
    bench.console.print(
        f"One more video: {more.medley:.3f} CPU s (mean of {more.outputs}); "
        f"the bare command for it: {more.bare:.3f} CPU s (mean of {more.runs}).",
        highlight=False,
    )
    yield Bar("(a) one more video in the bare command", more.medley / more.bare, MARGINAL_MAX)


def cold(bench: Bench, key: str) -> Iterator[Bar]:
    """One output of which nothing is cached: both sides in turns, the median of each."""
    case = CASES[key]
    with bench.console.status("Making the clips ..."):
        clips = case.clips(bench.footage)
    ours: list[Row] = []
    theirs: list[Row] = []
    for number in range(COLD_ROUNDS):
        with bench.console.status(f"Round {number + 1} of {COLD_ROUNDS} ..."):
            mixed = mix(case, clips, case.outputs, bench.folder)
            ours.append(medley_row(mixed))
            theirs.append(peer_row(concat_filter(), case.edits(mixed.report), case.outputs, bench.folder))
    middle = [middle_row(rows) for rows in (ours, theirs)]
    print_table(bench.console, f"({key}) {case.title}; median of {COLD_ROUNDS}", middle)
    yield Bar(f"({key}) CPU time in that of FFmpeg's single pass", middle[0].cpu_s / middle[1].cpu_s, COLD_MAX)
    yield Bar(f"({key}) peak memory, MB", middle[0].used.peak_mb, MEMORY_MAX_MB)


def medley_row(mixed: Mixed) -> Row:
    return Row("Medley", mixed.used, mixed.size_bytes, mixed.outputs, mixed.outputs)


def peer_row(peer: Peer, edits: Sequence[Edit], outputs: int, folder: Path) -> Row:
    """Have a peer make these edits, and see that each is as long as it should be."""
    with tempfile.TemporaryDirectory(dir=folder) as name:
        used = reduce(add, [run(command) for command in peer.commands(edits, Path(name))])
        made = [Path(name) / f"{n}.mp4" for n in range(len(edits))]
        for path, edit in zip(made, edits, strict=True):
            frames = verify.count_frames(path)
            if abs(frames - edit.frames) > LENGTH_TOLERANCE:
                raise SystemExit(f"{peer.name} made {frames} frames instead of {edit.frames}.")
        return Row(peer.name, used, sum(path.stat().st_size for path in made), len(edits), outputs)


def middle_row(rows: Sequence[Row]) -> Row:
    """The one whose CPU time is in the middle."""
    middle = median(row.cpu_s for row in rows)
    return next(row for row in rows if row.cpu_s == middle)


COLUMNS: dict[str, Callable[[Row], str]] = {
    "CPU s": lambda row: f"{row.cpu_s:.1f}",
    "each": lambda row: f"{row.used.cpu_s / row.made:.2f}",
    "wall s": lambda row: f"{row.used.wall_s * row.scale:.1f}",
    "peak MB": lambda row: f"{row.used.peak_mb:.0f}",
    "MB each": lambda row: f"{_each(row) / 1e6:.2f}",
    "made": lambda row: f"{row.made}" if row.scale == 1 else f"{row.made}, times {row.scale:.3g}",
}


def print_table(console: Console, title: str, rows: Sequence[Row]) -> None:
    """Each side's figures for all outputs, and how much more CPU time than Medley's it needs."""
    table = Table(title=title)
    for heading in ("", *COLUMNS, "CPU ratio"):
        table.add_column(heading, justify="right" if heading else "left", no_wrap=True)
    for row in rows:
        table.add_row(row.name, *(cell(row) for cell in COLUMNS.values()), f"{row.cpu_s / rows[0].cpu_s:.1f}")
    console.print(table)


if __name__ == "__main__":
    sys.exit(main())
