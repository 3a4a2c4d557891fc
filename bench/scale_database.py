"""The database of the simulated cloud: a server whose CPUs grow while it is busy, and that takes some connections."""

import simpy
from scale_units import Rules

LOOK_S = 1.0  # between two looks at how busy it is
WAITS_S = 0.1  # of work that has not been begun: it keeps somebody waiting


class Database:
    """Capacity is in units (ACU) between `least` and `most`; `limited_s` counts seconds with work waiting, as it has no
    more or has not grown yet.

    Work is done in the order it comes, as by one server of all its CPUs; a piece of it runs on one CPU.
    """

    def __init__(
        self, env: simpy.Environment, rules: Rules, *, least: float, most: float, connections: int, grown: bool
    ) -> None:
        self.env, self.rules, self.least, self.limit = env, rules, least, most
        self.units = self.most = most if grown else least
        self.connections = connections
        self.open = 0
        self.cpu_s = self.unit_s = self.limited_s = 0.0
        self._free_at = 0.0
        self._looked_at, self._taken_s = 0.0, 0.0

    @property
    def cpus(self) -> float:
        return self.units * self.rules.acu_vcpu

    def take(self, cpu_s: float) -> float:
        """Have so much done; returns the seconds until it is."""
        self.look()
        now = self.env.now
        self.cpu_s += cpu_s
        self._taken_s += cpu_s
        self._free_at = max(self._free_at, now) + cpu_s / self.cpus
        return max(cpu_s, self._free_at - now)

    def connect(self, count: int = 1) -> None:
        """An environment opens its connection, and keeps it."""
        self.open += count

    @property
    def has_room(self) -> bool:
        """Whether one more connection is taken."""
        return self.open < self.connections

    def look(self, *, at_least_s: float = LOOK_S) -> None:
        """See how busy it has been since the last time, and grow or shrink for it."""
        now = self.env.now
        passed = now - self._looked_at
        if passed < at_least_s or not passed:
            return
        used = self._taken_s / (self.cpus * passed)
        waiting_s = max(0.0, self._free_at - now)
        self.unit_s += self.units * passed
        if waiting_s > WAITS_S:
            self.limited_s += passed
        before = self.units
        if used > self.rules.acu_busy or waiting_s > WAITS_S:
            self.units = min(self.limit, before * 2 ** (passed / self.rules.acu_doubles_s))
        elif used < self.rules.acu_idle:
            self.units = max(self.least, before / 2 ** (passed / self.rules.acu_halves_s))
        self._free_at = now + waiting_s * before / self.units
        self.most = max(self.most, self.units)
        self._looked_at, self._taken_s = now, 0.0
