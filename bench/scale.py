"""Scale in simulated time: orders of every size, many people at once, one who takes all, and what gives in
first.

    python bench/scale.py [--quick] [--page docs/SCALE.md]

The topology's own rows, unit costs that were measured and rules that AWS publishes (`scale_units.py`); what is
simulated is in `scale_cloud.py`, `scale_api.py` and `scale_database.py`. Writes the page and its pictures if it is told
where. Exit status 1 if a goal is missed.
"""

import argparse
import math
import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median, quantiles

from rich.console import Console
from rich.table import Table
from scale_cloud import World
from scale_orders import Order
from scale_settings import AS_IT_IS, BEFORE, WIDE, WIDER, Setting
from scale_units import PUBLISHED

from infra.stages import PROD

LARGEST = 1_000  # outputs of one order
OUTPUTS, CLIPS = 10, 6  # of a usual one
CLIPS_MOST = 20  # of a large one
MINUTE_S = 60
SUSTAINED, MINUTES = 4_000, 2.0  # generations a minute, for so long,
LATER_S = 60  # and looked at so much later
RISING = 10  # minutes of it from a standstill
RUSH, RUSH_S = 600, 15.0  # people, within so many seconds
AFTER_S = 5.0  # the large order, one video is ordered
GOAL_S, GOAL_DOLLARS, GOAL_WAIT = 60.0, 0.10, 2.0
COLUMNS = (
    "first",
    "all",
    "95 of 100",
    "dollars",
    "kept and sent",
    "CPUs of the database",
    "its units",
    "connections",
    "closest to its limit",
)
Placed = tuple[float, int, int, int]  # when, by whom, outputs, clips


@dataclass(frozen=True)
class Seen:
    """What became of some orders. Seconds are from when each was placed. `dollars` are for making the videos, the
    database's time included; `kept_dollars` for keeping them a month and sending each once."""

    orders: int
    outputs: int
    first_s: float
    last_s: float
    p95_s: float
    dollars: float
    kept_dollars: float
    database_cpus: float
    database_units: float
    connections: str
    busiest: str
    unfinished: int
    refused: int
    limited_s: dict[str, float] = field(default_factory=dict)  # how long a limit kept work waiting, by whose


def run(setting: Setting, orders: Sequence[Placed], until_s: float | None = None) -> Seen:
    """Simulate orders, each (placed at, person, outputs, clips), to their end, or until some moment."""
    world = setting.world()
    made = [Order(world, person, outputs, clips) for _, person, outputs, clips in orders]
    for order, (at, *_) in zip(made, orders, strict=True):
        order.place(at)
    world.env.run(until=until_s)
    world.database.look(at_least_s=0)
    took = [order.last for order in made if order.last is not None]
    limits = limits_of(world)
    busiest = max(limits, key=lambda name: limits[name][:2])
    prices, outputs = world.account.prices, sum(order.made for order in made)
    work = sum(world.account.dollars.values()) + world.database.unit_s / 3_600 * prices.acu_hour
    gb = outputs * world.units.output_bytes / 1e9
    return Seen(
        orders=len(made),
        outputs=outputs,
        first_s=median([order.first for order in made if order.first is not None] or [float("nan")]),
        last_s=max(took, default=float("nan")),
        p95_s=quantiles(took, n=20)[-1] if len(took) > 1 else (took or [float("nan")])[0],
        dollars=work,
        kept_dollars=gb * (prices.stored_gb + prices.sent_gb),
        database_cpus=world.database.cpu_s / max(world.env.now, 1.0),
        database_units=world.database.most,
        connections=f"{world.database.open:,}/{world.database.connections:,}",
        busiest=f"{busiest} {limits[busiest][2]}",
        unfinished=sum(order.last is None for order in made),
        refused=world.account.refused + world.api.refused,
        limited_s={name: limited_s for name, (limited_s, *_) in limits.items()},
    )


def limits_of(world: World) -> dict[str, tuple[float, float, str]]:
    """How many seconds each limit kept work waiting, how much of it was used at most, and that in words."""
    found = {
        source.row.name: (source.limited_s, source.most / source.limit, f"{source.most}/{source.limit}")
        for source in world.sources.values()
    }
    api, database = world.api, world.database
    found["api"] = (api.limited_s, api.most / api.limit, f"{api.most}/{api.limit}")
    share = database.most / database.limit
    found["database"] = (database.limited_s, share, f"{database.most:.0f}/{database.limit:g} units")
    return found


def one_person(outputs: int) -> list[Placed]:
    """Somebody who orders so many at once, in as many orders as it takes."""
    whole, rest = divmod(outputs, LARGEST)
    sizes = [LARGEST] * whole + ([rest] if rest else [])
    return [(0.0, 1, size, min(CLIPS_MOST, max(4, size))) for size in sizes]


def people(count: int, seconds: float) -> list[Placed]:
    """So many people who order ten videos each, some time within so many seconds."""
    chance = random.Random(1)  # noqa: S311 - the same each time
    return sorted((chance.uniform(0, seconds), person, OUTPUTS, CLIPS) for person in range(count))


def by_minute(setting: Setting, minutes: int) -> list[float]:
    """Within how many seconds 95 of 100 orders are finished that are placed in each minute of the load, all to the
    end."""
    world = setting.world()
    took: list[list[float]] = [[] for _ in range(minutes)]
    made = [Order(world, person, OUTPUTS, CLIPS) for person in range(SUSTAINED * minutes)]
    for order, (at, *_) in zip(made, people(len(made), minutes * MINUTE_S), strict=True):
        order.place(at)
    world.env.run()
    for order in made:
        took[int(order.placed // MINUTE_S)].append(order.last if order.last is not None else math.inf)
    return [quantiles(each, n=20)[-1] for each in took]


def within(took: Sequence[float]) -> str:
    """From which minute on 95 of 100 orders take no more than GOAL_S."""
    late = [minute for minute, each in enumerate(took, 1) if each > GOAL_S]
    return f"95 of 100 within {GOAL_S:.0f} s {f'from minute {late[-1] + 1} on' if late else 'from the first minute on'}"


def beside(setting: Setting, outputs: int) -> tuple[float, float]:
    """How long one video takes alone, and beside somebody who ordered `outputs` AFTER_S before."""
    alone = setting.world()
    lone = Order(alone, 2, 1, 4)
    lone.place(0)
    alone.env.run()
    world = setting.world()
    for _, person, count, clips in one_person(outputs):
        Order(world, person, count, clips).place(0)
    small = Order(world, 2, 1, 4)
    small.place(AFTER_S)
    world.env.run()
    return lone.last or 0.0, small.last or 0.0


def beside_name(setting: Setting, outputs: int) -> str:
    return f"{outputs:,}{', all warm' if setting.grown else ''}{'' if setting.fair else ', groups ignored'}"


def table(title: str, first: str, rows: Sequence[tuple[str, Seen]]) -> Table:
    shown = Table(title=title, title_justify="left")
    for column in (first, *COLUMNS):
        shown.add_column(column, justify="right")
    for name, seen in rows:
        shown.add_row(name, *cells(seen))
    return shown


def cells(seen: Seen) -> tuple[str, ...]:
    all_s = f"{seen.last_s:,.1f} s" if not seen.unfinished else f"{seen.unfinished:,} of {seen.orders:,} unfinished"
    return (
        f"{seen.first_s:,.1f} s",
        all_s,
        f"{seen.p95_s:,.1f} s",
        f"{seen.dollars:,.3f}",
        f"{seen.kept_dollars:,.3f}",
        f"{seen.database_cpus:.2f}",
        f"{seen.database_units:.1f}",
        seen.connections,
        seen.busiest,
    )


@dataclass
class Found:
    """Everything the page tells. Rows have a name each."""

    single: list[tuple[str, Seen]]
    crowd: list[tuple[str, Seen]]
    sustained: list[tuple[str, Seen]]
    once: list[tuple[str, Seen]]
    rising: list[tuple[str, list[float]]]
    waits: list[tuple[str, float, float]]

    @property
    def goals(self) -> dict[str, bool]:
        """Whether each is met, and by what."""
        thousand, sustained = dict(self.single)[f"{LARGEST:,}"], dict(self.sustained)
        name, lone, small = self.waits[1]
        return {
            f"{LARGEST:,} videos within {GOAL_S:.0f} s, stage {PROD.name}": thousand.last_s <= GOAL_S,
            f"made for {GOAL_DOLLARS:.2f} dollars, the database's time included": thousand.dollars <= GOAL_DOLLARS,
            f"{SUSTAINED:,} generations a minute, by a stage {WIDE.name}, once it is warm (stage {PROD.name}: "
            f"{'too' if not sustained[AS_IT_IS.name].unfinished else 'not'})": not sustained[WIDE.name].unfinished,
            **{f"the same from a standstill, {name}: {within(took)}": took[-1] <= GOAL_S for name, took in self.rising},
            f"one video beside {name} in less than {GOAL_WAIT:.0f} times its time alone": small < GOAL_WAIT * lone,
        }


def simulate(console: Console, *, quick: bool) -> Found:
    """All of it, each table shown when it is there."""
    sizes = (1, 1_000) if quick else (1, 10, 100, 1_000, 10_000, 100_000)
    counts = (1,) if quick else (1, 10, 100, 1_000, 4_000, 10_000, 100_000)
    minutes, rising_for = (0.5, 0) if quick else (MINUTES, RISING)

    def several(make: Callable[[int], Sequence[Placed]], of: Sequence[int]) -> list[tuple[str, Seen]]:
        return [(f"{n:,}", run(AS_IT_IS if n <= LARGEST else WIDE, make(n))) for n in of]

    single = several(one_person, sizes)
    console.print(table("One person orders so many videos of 28 s at once", "videos", single))
    crowd = several(lambda n: people(n, MINUTE_S), counts)
    console.print(table("So many people order ten videos each within a minute", "people", crowd))
    load = people(int(SUSTAINED * minutes), minutes * MINUTE_S)
    settings = [replace(each, grown=True) for each in (BEFORE, AS_IT_IS, WIDE)]
    cold = replace(WIDE, name=f"{WIDE.name}, from a standstill")
    until_s = minutes * MINUTE_S + LATER_S
    sustained = [(each.name, run(each, load, until_s)) for each in (*settings[:2], cold, settings[2])]
    console.print(
        table(f"{SUSTAINED:,} generations a minute for {minutes:g} minutes, looked at a minute later", "", sustained)
    )
    rising = [(each.name, by_minute(each, rising_for)) for each in (WIDE, WIDER) if rising_for]
    for name, took in rising:
        console.print(f"from a standstill, {name}: {', '.join(f'{each:.0f} s' for each in took)}")
    once = [(each.name, run(each, people(RUSH, RUSH_S))) for each in settings[:2]]
    console.print(table(f"{RUSH} people order ten videos each within {RUSH_S:g} s", "", once))
    waits = [
        (beside_name(each, outputs), *beside(each, outputs))
        for outputs in (LARGEST, 10 * LARGEST)
        for grown in (False, True)
        for each in (replace(AS_IT_IS, grown=grown, fair=False), replace(AS_IT_IS, grown=grown))
    ]
    for name, lone, small in waits:
        console.print(f"one video beside {name}: {small:.1f} s, alone {lone:.1f} s")
    return Found(single, crowd, sustained, once, rising, waits)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="the goals alone, for half a minute of sustained load")
    parser.add_argument("--page", type=Path, help="where the page goes; its pictures beside it")
    arguments = parser.parse_args()
    console = Console(width=160)
    found = simulate(console, quick=arguments.quick)
    for goal, met in found.goals.items():
        console.print(f"{'met   ' if met else 'MISSED'} {goal}", style="" if met else "red")
    if arguments.page:
        from scale_page import write

        write(arguments.page, found, PUBLISHED)
    return int(not all(found.goals.values()))


if __name__ == "__main__":
    sys.exit(main())
