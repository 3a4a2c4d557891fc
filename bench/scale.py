"""Scale in simulated time: orders of every size, many people at once, one who takes all, and what gives in
first.

    python bench/scale.py [--quick] [--page docs/SCALE.md]

The topology's own rows, unit costs that were measured and rules that AWS publishes (`scale_units.py`); what is
simulated is in `scale_cloud.py`. Writes the page and its pictures if it is told where. Exit status 1 if a goal is
missed.
"""

import argparse
import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median, quantiles

from rich.console import Console
from rich.table import Table
from scale_cloud import World
from scale_orders import Order
from scale_units import PUBLISHED, Prices, Rules, Units

from infra.rows import QueueTrigger, Topology, Trigger
from infra.stages import PROD
from infra.topology import TOPOLOGY

LARGEST = 1_000  # outputs of one order
OUTPUTS, CLIPS = 10, 6  # of a usual one
MINUTE_S = 60
SUSTAINED = 4_000  # generations a minute
RUSH, RUSH_S = 600, 15.0  # people, within so many seconds
GOAL_S, GOAL_DOLLARS, GOAL_WAIT = 60.0, 0.10, 2.0


@dataclass(frozen=True)
class Setting:
    """How wide the cloud is: the stage's factor, and the account's quota of environments."""

    name: str
    wider: int = 1
    account: int = 1_000
    fair: bool = True
    grown: bool = False  # event sources and environments are there already, as after hours of such load
    topology: Topology = TOPOLOGY

    def world(self) -> World:
        rules = replace(Rules(), account=self.account, **({} if self.fair else {"noisy_at": 10**9}))
        return World(self.topology, units=Units(), rules=rules, prices=Prices(), wider=self.wider, grown=self.grown)


def narrow() -> Topology:
    """The table with the numbers it had before it was simulated."""
    had = {"uploads": 20, "plans": 20, "render": 100, "assemble": 100, "facts": 10}

    def trigger(each: Trigger) -> Trigger:
        if isinstance(each, QueueTrigger) and each.queue in had:
            return replace(each, max_concurrency=had[each.queue])
        return each

    rows = tuple(replace(row, triggers=tuple(map(trigger, row.triggers))) for row in TOPOLOGY.functions)
    return replace(TOPOLOGY, functions=rows)


AS_IT_IS = Setting(f"stage {PROD.name}", PROD.wider, PROD.environments)
BEFORE = replace(AS_IT_IS, name="before", topology=narrow())
WIDE = Setting("twice as wide, quota 2,000", 2, 2_000)


@dataclass(frozen=True)
class Seen:
    """What became of some orders. Seconds are from when each was placed."""

    orders: int
    outputs: int
    first_s: float
    last_s: float
    p95_s: float
    dollars: float
    database_cpus: float
    busiest: str
    most_at_once: int
    unfinished: int
    refused: int


def run(setting: Setting, orders: Sequence[tuple[float, int, int, int]], until_s: float | None = None) -> Seen:
    """Simulate orders, each (placed at, person, outputs, clips), to their end, or until some moment."""
    world = setting.world()
    made = [Order(world, person, outputs, clips) for _, person, outputs, clips in orders]
    for order, (at, *_) in zip(made, orders, strict=True):
        order.place(at)
    world.env.run(until=until_s)
    took = [order.last for order in made if order.last is not None]
    busiest = max(world.sources.values(), key=lambda source: (source.limited_s, source.most / (source.limit or 1)))
    span = max(world.env.now, 1.0)
    return Seen(
        orders=len(made),
        outputs=sum(order.made for order in made),
        first_s=median([order.first for order in made if order.first is not None] or [float("nan")]),
        last_s=max(took, default=float("nan")),
        p95_s=quantiles(took, n=20)[-1] if len(took) > 1 else (took or [float("nan")])[0],
        dollars=sum(world.account.dollars.values()),
        database_cpus=world.account.database_cpu_s / span,
        busiest=f"{busiest.row.name} {busiest.most}/{busiest.limit}",
        most_at_once=sum(source.most for source in world.sources.values()),
        unfinished=sum(order.last is None for order in made),
        refused=world.account.refused,
    )


def one_person(outputs: int) -> list[tuple[float, int, int, int]]:
    """Somebody who orders so many at once, in as many orders as it takes."""
    whole, rest = divmod(outputs, LARGEST)
    sizes = [LARGEST] * whole + ([rest] if rest else [])
    return [(0.0, 1, size, min(20, max(4, size))) for size in sizes]


def people(count: int, seconds: float) -> list[tuple[float, int, int, int]]:
    """So many people who order ten videos each, some time within so many seconds."""
    chance = random.Random(1)  # noqa: S311 - the same each time
    return sorted((chance.uniform(0, seconds), person, OUTPUTS, CLIPS) for person in range(count))


def beside(setting: Setting, outputs: int) -> tuple[float, float]:
    """How long one video takes alone, and beside somebody who ordered `outputs` five seconds before."""
    alone = setting.world()
    lone = Order(alone, 2, 1, 4)
    lone.place(0)
    alone.env.run()
    world = setting.world()
    for _, person, count, clips in one_person(outputs):
        Order(world, person, count, clips).place(0)
    small = Order(world, 2, 1, 4)
    small.place(5)
    world.env.run()
    return lone.last or 0.0, small.last or 0.0


def beside_name(setting: Setting, outputs: int) -> str:
    return f"{outputs:,}{', all warm' if setting.grown else ''}{'' if setting.fair else ', groups ignored'}"


def table(title: str, first: str, rows: Sequence[tuple[str, Seen]]) -> Table:
    shown = Table(title=title, title_justify="left")
    for column in (first, "first", "all", "p95", "dollars", "CPUs of the database", "closest to its limit"):
        shown.add_column(column, justify="right")
    for name, seen in rows:
        shown.add_row(name, *cells(seen))
    return shown


def cells(seen: Seen) -> tuple[str, ...]:
    all_s = f"{seen.last_s:,.1f} s" if not seen.unfinished else f"{seen.unfinished:,} of {seen.orders:,} unfinished"
    return (
        f"{seen.first_s:.1f} s",
        all_s,
        f"{seen.p95_s:,.1f} s",
        f"{seen.dollars:,.3f}",
        f"{seen.database_cpus:.2f}",
        seen.busiest,
    )


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="the goals alone, for half a minute of sustained load")
    parser.add_argument("--page", type=Path, help="where the page goes; its pictures beside it")
    arguments = parser.parse_args()
    console = Console(width=140)
    sizes = (1, 1_000) if arguments.quick else (1, 10, 100, 1_000, 10_000, 100_000)
    counts = (1,) if arguments.quick else (1, 10, 100, 1_000, 4_000)
    minutes = 0.5 if arguments.quick else 2.0

    def several(
        make: Callable[[int], Sequence[tuple[float, int, int, int]]], of: Sequence[int]
    ) -> list[tuple[str, Seen]]:
        return [(f"{n:,}", run(AS_IT_IS if n <= LARGEST else WIDE, make(n))) for n in of]

    single = several(one_person, sizes)
    console.print(table("One person orders so many videos of 28 s at once", "videos", single))
    crowd = several(lambda n: people(n, MINUTE_S), counts)
    console.print(table("So many people order ten videos each within a minute", "people", crowd))
    load = people(int(SUSTAINED * minutes), minutes * MINUTE_S)
    end_s = minutes * MINUTE_S + 60
    settings = [replace(each, grown=True) for each in (BEFORE, AS_IT_IS, WIDE)]
    sustained = [(each.name, run(each, load, end_s)) for each in settings]
    cold = replace(WIDE, name=f"{WIDE.name}, from a standstill")
    sustained.insert(2, (cold.name, run(cold, load, end_s)))
    console.print(
        table(f"{SUSTAINED:,} generations a minute for {minutes:g} minutes, looked at a minute later", "", sustained)
    )
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
    thousand = dict(single)[f"{LARGEST:,}"]
    goals = {
        f"{LARGEST:,} videos within {GOAL_S:.0f} s": thousand.last_s <= GOAL_S,
        f"for {GOAL_DOLLARS:.2f} dollars": thousand.dollars <= GOAL_DOLLARS,
        f"{SUSTAINED:,} generations a minute": not sustained[-1][1].unfinished,
        f"one video beside {LARGEST:,} in less than {GOAL_WAIT:.0f} times its time alone": waits[1][2]
        < GOAL_WAIT * waits[1][1],
    }
    for goal, met in goals.items():
        console.print(f"{'met   ' if met else 'MISSED'} {goal}", style="" if met else "red")
    if arguments.page:
        from scale_page import write

        write(
            arguments.page,
            single=single,
            once=once,
            crowd=crowd,
            sustained=sustained,
            waits=waits,
            goals=goals,
            others=PUBLISHED,
        )
    return int(not all(goals.values()))


if __name__ == "__main__":
    sys.exit(main())
