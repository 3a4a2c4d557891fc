"""The API of the simulated cloud: a gateway that lets so many requests a second through, and a function with so many
environments. Whoever is turned away asks again."""

from typing import TYPE_CHECKING

from infra.rows import Function

if TYPE_CHECKING:
    from scale_cloud import Step, World

MIB_PER_GB = 1_024


class Api:
    """`limited_s` counts seconds during which somebody was turned away and had not been let in yet."""

    def __init__(self, world: "World", row: Function, *, grown: bool) -> None:
        self.world, self.row = world, row
        rules = world.account.rules
        self.limit = row.reserved or rules.account
        self.working = self.most = self.refused = 0
        self.limited_s = 0.0
        self._warm = self.limit if grown else 0
        self._tokens, self._filled_at = float(rules.gateway_burst), 0.0
        self._turned_away, self._since = 0, 0.0
        if grown:
            world.database.connect(self.limit)

    def request(self, database_cpu_s: float) -> "Step":
        """One request, until it is answered."""
        world, units = self.world, self.world.units
        if not self._lets_in():
            yield from self._ask_again()
        self.working += 1
        self.most = max(self.most, self.working)
        began = world.env.now
        if self._warm:
            self._warm -= 1
        else:
            world.database.connect()
            yield world.env.timeout(units.restore_s)
        yield world.env.timeout(units.request_s + world.database.take(database_cpu_s))
        self.working -= 1
        self._warm += 1
        prices, dollars = world.account.prices, world.account.dollars
        gb_s = (world.env.now - began) * self.row.memory_mib / MIB_PER_GB
        dollars["other functions"] += gb_s * prices.zip_gb_s + prices.call
        dollars["requests"] += prices.request

    def _ask_again(self) -> "Step":
        env = self.world.env
        if not self._turned_away:
            self._since = env.now
        self._turned_away += 1
        while True:
            self.refused += 1
            yield env.timeout(self.world.account.rules.again_s)
            if self._lets_in():
                break
        self._turned_away -= 1
        if not self._turned_away:
            self.limited_s += env.now - self._since

    def _lets_in(self) -> bool:
        """Whether the gateway has a token left, the function an environment, and the database a connection for it."""
        rules, now = self.world.account.rules, self.world.env.now
        self._tokens = min(rules.gateway_burst, self._tokens + rules.gateway_per_s * (now - self._filled_at))
        self._filled_at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return self.working < self.limit and (self._warm > 0 or self.world.database.has_room)
