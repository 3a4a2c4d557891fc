"""Settings of the simulated cloud: how wide it is, as a stage says it, and how it was at first."""

from dataclasses import dataclass, replace

from scale_cloud import World
from scale_units import Prices, Rules, Units

from infra.alarms import connections
from infra.rows import QueueTrigger, Topology, Trigger
from infra.stages import PROD, Stage
from infra.topology import TOPOLOGY

HAD = {"uploads": 20, "plans": 20, "render": 100, "assemble": 100, "facts": 10}  # at once, before it was simulated


@dataclass(frozen=True)
class Setting:
    """A stage, and whether it has been at work for long."""

    name: str
    stage: Stage
    fair: bool = True
    grown: bool = False  # event sources and environments are there already, as after hours of such load
    topology: Topology = TOPOLOGY

    def world(self) -> World:
        rules = replace(Rules(), account=self.stage.environments, **({} if self.fair else {"noisy_at": 10**9}))
        return World(
            self.topology,
            units=Units(),
            rules=rules,
            prices=Prices(),
            acu=(self.stage.acu_min, self.stage.acu_max),
            connections=connections(self.stage),
            wider=self.stage.wider,
            grown=self.grown,
        )


def narrow() -> Topology:
    """The table with the numbers it had."""

    def trigger(each: Trigger) -> Trigger:
        if isinstance(each, QueueTrigger) and each.queue in HAD:
            return replace(each, max_concurrency=HAD[each.queue])
        return each

    rows = tuple(replace(row, triggers=tuple(map(trigger, row.triggers))) for row in TOPOLOGY.functions)
    return replace(TOPOLOGY, functions=rows)


def wide(times: int) -> Setting:
    """One of which orders may have so many times as much at once, with the quota and the database that go with it."""
    stage = replace(PROD, wider=times, environments=times * PROD.environments, acu_max=times * PROD.acu_max)
    how = {2: "twice", 3: "three times"}[times]
    return Setting(f"{how} as wide, quota {stage.environments:,}, up to {stage.acu_max:g} units", stage)


AS_IT_IS = Setting(f"stage {PROD.name}", PROD)
BEFORE = replace(AS_IT_IS, name="before", topology=narrow())
WIDE, WIDER = wide(2), wide(3)
