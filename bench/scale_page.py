"""Page and pictures of what `scale.py` found. The page is written whole: nothing in it is by hand."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scale_units import CPU_FACTOR, Rules, Units

from infra.rows import Function, QueueTrigger
from infra.topology import TOPOLOGY

if TYPE_CHECKING:
    from scale import Found, Seen

PICTURES = ("scale-videos.png", "scale-people.png")
LANES = ("render", "assemble", "record", "plan", "ingest")  # whose limits the page tells
SHORTLY_S = 0.2  # a limit that kept work waiting no longer does not count


def write(page: Path, found: "Found", others: Sequence[Any]) -> None:
    """Write them. `others` are what others publish of theirs."""
    _picture(page.with_name(PICTURES[0]), found.single, "videos of one order", "of 28 s, one person")
    _picture(page.with_name(PICTURES[1]), found.crowd, "people", "who order ten videos each within a minute")
    page.write_text(text(found, others))


def text(found: "Found", others: Sequence[Any]) -> str:
    """The page."""
    return _filled(others).format(**_figures(found))


def is_generated(page: str, others: Sequence[Any]) -> bool:
    """Whether a page says what this module writes, but for what was simulated."""
    parts = re.split(r"\{\w+\}", _filled(others))
    return re.fullmatch("(.*?)".join(map(re.escape, parts)), page, re.DOTALL) is not None


def _figures(found: "Found") -> dict[str, str]:
    """What was simulated."""
    fair = [f"| {name} | {lone:.1f} s | {small:.1f} s | {small / lone:.1f} |" for name, lone, small in found.waits]
    thousand = dict(found.single)["1,000"]
    a_minute = thousand.dollars / (1_000 * 28 / 60)
    return {
        "goals": "\n".join(f"- {'met' if ok else '**missed**'}: {goal}" for goal, ok in found.goals.items()),
        "single": _rows("videos", found.single),
        "once": _rows("", found.once),
        "crowd": _rows("people", found.crowd),
        "breaks": _breaks(found.crowd),
        "sustained": _rows("", found.sustained),
        "rising": _minutes(found.rising),
        "fair": "\n".join(fair),
        "ours": f"1,000 videos of 28 s | {thousand.last_s:.0f} for all | {a_minute:.5f}",
    }


def _filled(others: Sequence[Any]) -> str:
    """The page without figures: what they were simulated with is in it, and what others publish."""
    import scale
    from scale_settings import HAD, WIDE, WIDER

    units, rules, stage, wider = Units(), Rules(), WIDE.stage, WIDER.stage
    rows = {row.name: row for row in TOPOLOGY.functions}
    had = {row.name: HAD[trigger.queue] for row, trigger in _sources() if trigger.queue in HAD}
    told = [f"| {o.who} | {o.what} | {o.seconds} | {o.dollars_a_minute} | {o.source} |" for o in others]
    known = {
        "cpu_factor": f"{CPU_FACTOR:g}",
        "image_start": f"{units.image_start_s:g}",
        "doubles": f"{rules.acu_doubles_s:g}",
        "largest": f"{scale.LARGEST:,}",
        "clips_most": scale.CLIPS_MOST,
        "outputs": scale.OUTPUTS,
        "clips": scale.CLIPS,
        "quota": f"{stage.environments:,}",
        "units": f"{stage.acu_max:g}",
        "had": ", ".join(f"`{name}` {had[name]}" for name in LANES),
        "had_all": sum(had.values()),
        "account": f"{rules.account:,}",
        "reserved": sum(row.reserved or 0 for row in rows.values()),
        "limits": ", ".join(
            f"`{row.name}` {t.max_concurrency}" for name in LANES for row, t in _sources() if row.name == name
        ),
        "rush": scale.RUSH,
        "rush_s": f"{scale.RUSH_S:g}",
        "load": f"{scale.SUSTAINED:,}",
        "minutes": f"{scale.MINUTES:g}",
        "later": f"{scale.LATER_S:g}",
        "rising_for": scale.RISING,
        "wider_quota": f"{wider.environments:,}",
        "wider_units": f"{wider.acu_max:g}",
        "growth": f"{60 * rules.batches_per_s:g}",
        "after": f"{scale.AFTER_S:g}",
        "told": "\n".join(told),
        "pictures": "\n\n".join(f"![{name}]({name})" for name in PICTURES),
    }
    return re.sub(r"\{(\w+)\}", lambda found: str(known.get(found[1], found[0])), PAGE)


def _minutes(rising: Sequence[tuple[str, Sequence[float]]]) -> str:
    """For each minute of the load, how long its orders take."""
    head = f"| minute | {' | '.join(name for name, _ in rising)} |\n|{' --- |' * (1 + len(rising))}\n"
    columns = [took for _, took in rising]
    rows = enumerate(zip(*columns, strict=True), 1)
    return head + "\n".join(f"| {minute} | {' | '.join(f'{each:,.1f} s' for each in row)} |" for minute, row in rows)


def _sources() -> Iterator[tuple[Function, QueueTrigger]]:
    """Functions, and the queues they read."""
    for row in TOPOLOGY.functions:
        for trigger in row.triggers:
            if isinstance(trigger, QueueTrigger):
                yield row, trigger


def _breaks(rows: Sequence[tuple[str, "Seen"]]) -> str:
    """For each number of people, which limits kept work waiting, the longest first."""
    lines = []
    for name, seen in rows:
        waited = sorted(seen.limited_s.items(), key=lambda each: -each[1])
        told = ", ".join(f"{limit} for {seconds:,.0f} s" for limit, seconds in waited if seconds > SHORTLY_S)
        lines.append(f"| {name} | {told or 'none'} | {seen.refused:,} |")
    return (
        "| people | limits that kept work waiting | turned away, and asked again |\n| --- | --- | --- |\n"
        + "\n".join(lines)
    )


def _rows(first: str, rows: Sequence[tuple[str, "Seen"]]) -> str:
    from scale import COLUMNS, cells

    head = f"| {first} | {' | '.join(COLUMNS)} |\n|{' --- |' * (1 + len(COLUMNS))}\n"
    return head + "\n".join(f"| {name} | {' | '.join(cells(seen))} |" for name, seen in rows)


def _picture(path: Path, rows: Sequence[tuple[str, "Seen"]], x: str, title: str) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    counts = [int(name.replace(",", "")) for name, _ in rows]
    figure, times = pyplot.subplots(figsize=(7.5, 4.5), dpi=110)
    money = times.twinx()
    lines = [
        *times.plot(counts, [seen.first_s for _, seen in rows], marker="o", label="to the first video, s"),
        *times.plot(counts, [seen.last_s for _, seen in rows], marker="o", label="to the last, s"),
        *times.plot(
            counts, [seen.database_units for _, seen in rows], marker="^", linestyle="--", label="units of the database"
        ),
        *money.plot(
            counts, [seen.dollars for _, seen in rows], marker="s", linestyle=":", color="C3", label="dollars to make"
        ),
        *money.plot(
            counts,
            [seen.kept_dollars for _, seen in rows],
            marker="D",
            linestyle=":",
            color="C4",
            label="dollars to keep and send",
        ),
    ]
    for axis in (times, money):
        axis.set_xscale("log")
        axis.set_yscale("log")
    times.set_xlabel(x)
    times.set_ylabel("seconds, units")
    money.set_ylabel("dollars")
    times.set_title(title)
    times.grid(visible=True, which="major", alpha=0.3)
    times.legend(handles=lines, loc="upper left", fontsize="small")
    figure.tight_layout()
    figure.savefig(path, metadata={"Software": None})
    pyplot.close(figure)


PAGE = """\
# How it scales

Written by `.venv/bin/python bench/scale.py --page docs/SCALE.md`. **Simulated, not measured in an account**: the
topology's rows, unit costs measured on one machine and the rules that AWS publishes (`bench/scale_units.py` has each
with its source) make a cloud in simulated time. What it cannot know: how fast Lambda's CPUs are (here they take
{cpu_factor} times as long as ours), how long an image takes to start ({image_start} s), how fast the database grows
(it doubles in {doubles} s), how S3 answers under load. The API, its gateway, queues, event sources, functions and the
database are in it; reading, uploads and sockets are not: of those API Gateway opens 500 a second, so 100,000 people
need minutes until each has one.

*Dollars* are for making the videos: functions, requests, messages, and the database for as long as it takes. *Kept
and sent* is beside: a month in the bucket, and one download through the CDN.

## Goals

{goals}

## One person orders so many videos at once

Orders have up to {largest} videos of 28 s, from up to {clips_most} clips, none encoded before, and no function is
warm. Up to {largest} it is stage `prod` as it is; beyond, one twice as wide, with a quota of {quota} environments and
a database of up to {units} units.

{single}

## So many people order ten videos each within a minute

Up to {largest} people it is stage `prod` as it is, beyond the wider one.

{crowd}

What kept work waiting, and for how long, the most first. The database does so also while it grows:

{breaks}

{pictures}

## What gives in first

At first these had so many workers at once: {had}; {had_all} of the {account} environments of an account's first
quota, beside {reserved} that are reserved. `render` gave in first, then `assemble` and `record`. Now the quota is
shared out: {limits}; and a test adds up that all of them, what is reserved and the hundred that must stay free are
within it. More would be turned away message by message, which is worse than waiting. {rush} people who order
{outputs} videos each within {rush_s} seconds, all warm:

{once}

## {load} generations a minute

Each of {outputs} videos out of {clips} clips, all new; {minutes} minutes of it, looked at {later} s later. Rows but
the one from a standstill are as after hours of such load, with event sources grown, environments warm and the
database as large as it may be. A stage has a factor for what orders may have at once (`wider` in `infra/stages.py`);
it wants a quota to go with it (`environments`), and a database that may be larger (`acu_max`). Whoever is to carry
this load sets all three, as in the last row:

{sustained}

From a standstill an event source grows by {growth} a minute, and nothing makes it faster but pollers that are paid
for idle; the database begins at `acu_min` and has to grow while everybody waits for it, which a larger `acu_min`
spares. What has piled up meanwhile is worked off by what a stage can do beyond the load. {rising_for} minutes of the
same load, all of it at once from a standstill; within so many seconds 95 of 100 orders of a minute are finished, each
counted from when it was placed:

{rising}

## One video beside a thousand

Somebody orders one video, {after} seconds after somebody else has ordered {largest}, or ten times {largest}. Messages
carry their owner as a group, so SQS lets whoever has little in work go first; and a task takes seconds, so a place is
soon free. Unless it says so, everything is cold when the large order comes.

| beside | alone | beside them | times |
| --- | --- | --- | --- |
{fair}

## Beside what others publish

Not the same job, and not our measurements: theirs render or encode each video anew.

| who | what | seconds | dollars a minute of video | source |
| --- | --- | --- | --- | --- |
{told}
| Medley, simulated | {ours} | this page |
"""
