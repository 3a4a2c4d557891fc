"""Orders of the simulated cloud: planned, then a task for each clip, then the videos, each told of as it is made."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from scale_cloud import Message, Step, World
from scale_units import BANDWIDTH, CPU_FACTOR


@dataclass
class Order:
    """One generation. Times are seconds after it was placed."""

    world: World
    group: int
    outputs: int
    clips: int
    placed: float = 0.0
    first: float | None = None
    last: float | None = None
    made: int = 0

    def place(self, at: float) -> None:
        self.world.env.process(self._run(at))

    def _run(self, at: float) -> Step:
        world, units = self.world, self.world.units
        yield world.env.timeout(at)
        self.placed = world.env.now
        yield from world.api.request(units.order_database_cpu_s)
        plan = world.sources["plans"]
        takes = (units.plan_cpu_s + self.outputs * units.plan_output_cpu_s) * CPU_FACTOR / min(1.0, plan.cpus)
        plan.send(Message(self.group, takes, self._planned, units.order_database_cpu_s))

    def _planned(self) -> None:
        world, units, lane = self.world, self.world.units, self.world.sources["render"]
        left = self.clips

        def rendered() -> None:
            nonlocal left
            left -= 1
            if not left:
                self._assemble()

        moved = (units.clip_bytes + units.segment_bytes) / BANDWIDTH
        takes = units.task_s + units.render_cpu_s * CPU_FACTOR / lane.cpus + moved
        for _ in range(self.clips):
            world.account.dollars["objects"] += 2 * world.account.prices.put
            lane.send(Message(self.group, takes, lambda: world.facts(self.group, 2, rendered)))

    def _assemble(self) -> None:
        """The first outputs one by one, later ones ten at a time, as many at once as the function has CPUs."""
        world, units, lane = self.world, self.world.units, self.world.sources["assemble"]
        each = units.assemble_cpu_s * CPU_FACTOR / lane.cpus + units.output_bytes / BANDWIDTH
        fetched = self.clips * units.segment_bytes / BANDWIDTH
        for size in commands(self.outputs):
            world.account.dollars["objects"] += size * 3 * world.account.prices.put
            takes = units.task_s + fetched + size * each
            lane.send(Message(self.group, takes, lambda size=size: world.facts(self.group, size + 1, self._made(size))))

    def _made(self, size: int) -> Callable[[], None]:
        def told() -> None:
            self.made += size
            now = self.world.env.now - self.placed
            self.first = now if self.first is None else self.first
            if self.made == self.outputs:
                self.world.database.take(self.world.units.order_database_cpu_s)
                self.last = now

        return told


def commands(outputs: int, *, alone: int = 3, together: int = 10) -> Iterator[int]:
    """How many outputs each assemble message makes."""
    for _ in range(min(alone, outputs)):
        yield 1
    left = max(0, outputs - alone)
    while left:
        size = min(together, left)
        left -= size
        yield size
