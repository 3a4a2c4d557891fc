"""Page and pictures of what `scale.py` found."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

PICTURES = ("scale-videos.png", "scale-people.png")
COLUMNS = "first | all | 95 of 100 | dollars | CPUs of the database | closest to its limit"


def write(
    page: Path,
    *,
    single: Sequence[tuple[str, Any]],
    once: Sequence[tuple[str, Any]],
    crowd: Sequence[tuple[str, Any]],
    sustained: Sequence[tuple[str, Any]],
    waits: Sequence[tuple[str, float, float]],
    goals: Mapping[str, bool],
    others: Sequence[Any],
) -> None:
    """Write them. Rows are as `scale.py` has them."""
    _picture(page.with_name(PICTURES[0]), single, "videos of one order", "of 28 s, one person")
    _picture(page.with_name(PICTURES[1]), crowd, "people", "who order ten videos each within a minute")
    met = "\n".join(f"- {'met' if ok else '**missed**'}: {goal}" for goal, ok in goals.items())
    fair = "\n".join(f"| {name} | {lone:.1f} s | {small:.1f} s | {small / lone:.1f} |" for name, lone, small in waits)
    told = "\n".join(f"| {o.who} | {o.what} | {o.seconds} | {o.dollars_a_minute} | {o.source} |" for o in others)
    thousand = dict(single)["1,000"]
    a_minute = thousand.dollars / (1_000 * 28 / 60)
    ours = f"| Medley, simulated | 1,000 videos of 28 s | {thousand.last_s:.0f} for all | {a_minute:.5f} | this page |"
    page.write_text(
        PAGE.format(
            goals=met,
            single=_rows("videos", single),
            once=_rows("", once),
            crowd=_rows("people", crowd),
            sustained=_rows("", sustained),
            fair=fair,
            told=f"{told}\n{ours}",
            pictures="\n\n".join(f"![{name}]({name})" for name in PICTURES),
        )
    )


def _rows(first: str, rows: Sequence[tuple[str, Any]]) -> str:
    from scale import cells

    head = f"| {first} | {COLUMNS} |\n|{' --- |' * 7}\n"
    return head + "\n".join(f"| {name} | {' | '.join(cells(seen))} |" for name, seen in rows)


def _picture(path: Path, rows: Sequence[tuple[str, Any]], x: str, title: str) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    counts = [int(name.replace(",", "")) for name, _ in rows]
    figure, times = pyplot.subplots(figsize=(7, 4), dpi=110)
    times.loglog(counts, [seen.first_s for _, seen in rows], marker="o", label="to the first video, s")
    times.loglog(counts, [seen.last_s for _, seen in rows], marker="o", label="to the last, s")
    times.loglog(counts, [seen.dollars for _, seen in rows], marker="s", linestyle=":", label="dollars")
    times.loglog(
        counts, [seen.database_cpus for _, seen in rows], marker="^", linestyle=":", label="CPUs of the database"
    )
    times.set_xlabel(x)
    times.set_title(title)
    times.grid(visible=True, which="major", alpha=0.3)
    times.legend()
    figure.tight_layout()
    figure.savefig(path, metadata={"Software": None})
    pyplot.close(figure)


PAGE = """\
# How it scales

Written by `.venv/bin/python bench/scale.py --page docs/SCALE.md`. **Simulated, not measured in an account**: the
topology's rows, unit costs measured on one machine and the rules that AWS publishes (`bench/scale_units.py` has each
with its source) make a day of a cloud in simulated time. What it cannot know: how fast Lambda's CPUs are (taken as two
thirds of ours), how long an image takes to start (2.5 s), how S3 answers under load.

## Goals

{goals}

## One person orders so many videos at once

Orders have up to 1,000 videos of 28 s, from up to 20 clips, none encoded before, and no function is warm. Up to 1,000
it is stage `prod` as it is, beyond one twice as wide.

{single}

## So many people order ten videos each within a minute

{crowd}

{pictures}

## What gives in first

At first `render` and `assemble` had 100 workers each at once, `record` 10, `plan` and `ingest` 20: a third of what an
account's first quota of 1,000 environments holds. `render` gave in first, then `assemble` and `record`. Now the quota
is shared out: 250, 280, 30, 30 and 40, and a test adds up that all of them, what is reserved and the hundred that must
stay free are within it. More would be turned away message by message, which is worse than waiting. 600 people who
order ten videos each within 15 seconds, all warm:

{once}

## 4,000 generations a minute

Each of ten videos out of six clips, all new; two minutes of it, looked at a minute later. Rows but the one from a
standstill are as after hours of such load, with event sources grown and environments warm. A stage has a factor for
what orders may have at once (`wider` in `infra/stages.py`); it wants a quota to go with it (`environments`). Twice as
wide, with 2,000, carries it:

{sustained}

From a standstill an event source grows by 300 a minute and nothing makes it faster but pollers that are paid for idle:
such a load has to come within minutes, not seconds, or its first orders wait that long.

## One video beside a thousand

Somebody orders one video, five seconds after somebody else has ordered 1,000, or ten times 1,000. Messages carry their
owner as a group, so SQS lets whoever has little in work go first; and a task takes seconds, so a place is soon free.
Unless it says so, everything is cold when the large order comes.

| beside | alone | beside them | times |
| --- | --- | --- | --- |
{fair}

## Beside what others publish

Not the same job, and not our measurements: theirs render or encode each video anew.

| who | what | seconds | dollars a minute of video | source |
| --- | --- | --- | --- | --- |
{told}
"""
