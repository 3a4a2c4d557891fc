"""The summary of `medley mix`: what a run came to, in sentences for a person."""

from collections.abc import Iterator
from pathlib import Path

from cli.mix_report import Report


def summary(report: Report, out: Path) -> Iterator[str]:
    """What was made and where, what it took, and how to go on if it was stopped."""
    what = f"{_made(report, out)}; seed {report.seed}."
    yield f"{report.stopped}. {what}" if report.stopped else what
    encoded = "1 segment" if report.segments_encoded == 1 else f"{report.segments_encoded} segments"
    yield (
        f"{encoded} encoded, {report.segments_reused} found in the cache; "
        f"took {report.seconds:.1f} s, {report.cpu_seconds:.1f} s of CPU time."
    )
    if report.stopped:
        again = "again" if report.spec.seed is not None else f"with --seed {report.seed}"
        yield f"To go on, run the same command {again}: what is there already is not written twice."


def _made(report: Report, out: Path) -> str:
    made, wanted = len(report.made), len(report.plan.outputs)
    if not made:
        return f"None of {wanted} videos was made" if wanted > 1 else "The video was not made"
    count = f"{made}" if made == wanted else f"{made} of {wanted}"
    text = f"{count} {'video' if wanted == 1 else 'videos'} {'is' if made == 1 else 'are'} in {out}"
    if report.found:
        text += f" ({report.found} from before)"
    return f"{text}, each complete" if report.stopped else f"{text}, of {amount(report.quote.capacity)} possible"


def amount(number: int | None) -> str:
    """A count as a person reads it: above a million million, its order of magnitude."""
    if number is None:
        return "any number"
    return f"{number:,}" if number < 10**12 else f"about 10^{len(str(number)) - 1}"
