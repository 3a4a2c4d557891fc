"""Damage thousands of files and see that every one is answered: `python -m tests.safety.fuzz [--count 20000]`.

Prints how many were refused with which code, the slowest, and the most memory a child needed. Files that were not
answered as they should are kept in `--offenders`, and the exit status is then 1. The same seed makes the same files.
"""

import argparse
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from tests.safety.fuzz.trial import KINDS, Outcome, Seeds, attempt, mutant

SLOWEST = 5
WORKERS = os.cpu_count() or 1
Submit = Callable[[ProcessPoolExecutor, int], Future[Outcome]]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=20_000, help="files to damage (20000)")
    parser.add_argument("--seed", type=int, default=1, help="which files (1)")
    parser.add_argument("--first", type=int, default=0, help="number of the first (0)")
    parser.add_argument("--render-every", type=int, default=5, help="of the accepted, render one in so many (5)")
    parser.add_argument("--offenders", type=Path, default=Path("fuzz-offenders"), help="where to keep them")
    options = parser.parse_args()
    console = Console()
    outcomes: list[Outcome] = []
    with tempfile.TemporaryDirectory(prefix="medley-fuzz-") as name, _bar(console) as bar:
        folder = Path(name)
        seeds = Seeds(folder)
        for kind in bar.track((*KINDS, "tiny"), description="seeds"):
            seeds(kind)
        task = bar.add_task("mutants", total=options.count)
        numbers = iter(range(options.first, options.first + options.count))

        def submit(pool: ProcessPoolExecutor, n: int) -> Future[Outcome]:
            return pool.submit(attempt, seeds, options.seed, n, folder, render=n % options.render_every == 0)

        for outcome in _all(numbers, submit):
            outcomes.append(outcome)
            bar.advance(task)
            if outcome.fault:
                options.offenders.mkdir(exist_ok=True)
                kept = options.offenders / f"{options.seed}-{outcome.n}"
                kept.write_bytes(mutant(seeds, options.seed, outcome.n)[1])
                console.print(f"[red]{outcome.n} ({outcome.kind}): {outcome.answer}[/] {outcome.fault} -> {kept}")
    _report(console, outcomes)
    return 1 if any(outcome.fault for outcome in outcomes) else 0


def _bar(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=console
    )


def _all(numbers: Iterator[int], submit: Submit) -> Iterator[Outcome]:
    """The outcome of every mutant, as each is there. A worker that dies is an outcome of those it was given."""
    pending: dict[Future[Outcome], int] = {}
    more = True
    while more:
        more = False
        try:
            with ProcessPoolExecutor(WORKERS, get_context("forkserver")) as pool:
                for n in numbers:
                    pending[submit(pool, n)] = n
                    if len(pending) > 2 * WORKERS:
                        yield from _done(pending)
                while pending:
                    yield from _done(pending)
        except BrokenProcessPool:
            for n in pending.values():
                yield Outcome(n, "?", "died", 0.0, 0, "the worker died while this one or its neighbour was at work")
            pending.clear()
            more = True


def _done(pending: dict[Future[Outcome], int]) -> Iterator[Outcome]:
    for future in wait(pending, return_when=FIRST_COMPLETED).done:
        outcome = future.result()
        del pending[future]
        yield outcome


def _report(console: Console, outcomes: list[Outcome]) -> None:
    table = Table(title=f"{len(outcomes):,} damaged files")
    for heading in ("answer", "files", "share"):
        table.add_column(heading, justify="left" if heading == "answer" else "right")
    for answer, count in Counter(outcome.answer for outcome in outcomes).most_common():
        table.add_row(answer, f"{count:,}", f"{count / len(outcomes):.1%}")
    console.print(table)
    slowest = sorted(outcomes, key=lambda outcome: outcome.seconds, reverse=True)[:SLOWEST]
    console.print("slowest: " + ", ".join(f"{o.seconds:.1f} s (number {o.n}, {o.kind})" for o in slowest))
    console.print(f"most memory a child had: {max(outcome.peak_mb for outcome in outcomes)} MB")
    console.print(f"not answered as they should be: {sum(bool(outcome.fault) for outcome in outcomes)}")


if __name__ == "__main__":
    sys.exit(main())
