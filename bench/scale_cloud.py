"""A cloud in simulated time: queues that are fair, event sources that grow, environments that start cold, facts that
wait.

It knows the topology's rows and nothing of Medley's code: orders go in, and what happens when is written down.
"""

import heapq
from collections import defaultdict, deque
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any

import simpy
from scale_api import Api
from scale_database import Database
from scale_units import VCPU_MIB, Prices, Rules, Units

from infra.rows import Function, QueueTrigger, Topology

MIB_PER_GB = 1_024
Step = Generator[Any, Any, None]


@dataclass(frozen=True)
class Message:
    """Work for `group`; `takes_s` of an environment that is warm, and the database's CPU; then `then` is called."""

    group: int
    takes_s: float
    then: Callable[[], None]
    database_cpu_s: float = 0.0


class FairQueue:
    """A standard queue with groups: first come, first served, but that groups of which much is in flight let others go
    first (SQS fair queues)."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._waiting: dict[int, deque[tuple[int, Message]]] = {}
        self._heads: list[tuple[int, int]] = []  # when the first of a group came, and the group
        self._came = 0
        self._left = 0
        self.in_flight: dict[int, int] = defaultdict(int)
        self.flying = 0

    def __len__(self) -> int:
        return self._left

    def __bool__(self) -> bool:
        return self._left > 0

    def put(self, message: Message) -> None:
        self._came += 1
        self._left += 1
        line = self._waiting.setdefault(message.group, deque())
        line.append((self._came, message))
        if len(line) == 1:
            heapq.heappush(self._heads, (self._came, message.group))

    def get(self) -> Message:
        """The next: the first of those whose group is quiet, or else the first."""
        passed: list[tuple[int, int]] = []
        while self._heads and self._noisy(self._heads[0][1]):
            passed.append(heapq.heappop(self._heads))
        if self._heads:
            _, group = heapq.heappop(self._heads)
        else:
            _, group = passed.pop(0)
        for head in passed:
            heapq.heappush(self._heads, head)
        line = self._waiting[group]
        _, message = line.popleft()
        if line:
            heapq.heappush(self._heads, (line[0][0], group))
        self.in_flight[group] += 1
        self.flying += 1
        self._left -= 1
        return message

    def done(self, message: Message) -> None:
        self.in_flight[message.group] -= 1
        self.flying -= 1

    def _noisy(self, group: int) -> bool:
        own = self.in_flight[group]
        return own >= self._rules.noisy_at and own > self._rules.noisy_share * self.flying


@dataclass
class Account:
    """Environments of all functions together but those that are reserved, and what was used."""

    rules: Rules
    prices: Prices
    pool: int
    running: int = 0
    refused: int = 0  # how often a message had to wait for the account's quota
    dollars: dict[str, float] = field(default_factory=lambda: defaultdict(float))


class Source:
    """A queue, its event source and its function. `limited` counts seconds during which its limit kept work waiting."""

    def __init__(self, world: "World", row: Function, trigger: QueueTrigger, *, wider: int, grown: bool) -> None:
        self.world, self.row, self.batch = world, row, trigger.batch
        rules = world.account.rules
        self.limit = trigger.at_once(wider) or rules.most_batches
        self.overhead_s = world.units.record_batch_s if self.batch > 1 else 0.0
        self.queue = FairQueue(rules)
        self.working = 0
        self.most = 0
        self.limited_s = 0.0
        self._warm = self.limit if grown else 0
        self._grown = grown
        self._busy_since: float | None = None
        self._started: deque[float] = deque()
        self._ticking = False
        if grown and row.in_network:
            world.database.connect(self.limit)

    @property
    def cpus(self) -> float:
        return self.row.memory_mib / VCPU_MIB

    def send(self, message: Message) -> None:
        self.world.account.dollars["messages"] += 3 * self.world.account.prices.message
        self.world.env.timeout(self.world.units.delivery_s, message).callbacks.append(self._arrive)

    def _arrive(self, event: simpy.Event) -> None:
        self.queue.put(event.value)
        self._dispatch()

    def _allowed(self) -> int:
        """How many batches the event source works on by now: it grows from when the queue got busy."""
        if self._busy_since is None:
            self._busy_since = self.world.env.now
        rules = self.world.account.rules
        if self._grown:
            return self.limit
        grown = rules.first_batches + rules.batches_per_s * (self.world.env.now - self._busy_since)
        return min(self.limit, int(grown))

    def _dispatch(self) -> None:
        while self.queue and self.working < self._allowed():
            account = self.world.account
            if account.running >= account.pool:
                account.refused += 1
                break
            warm = self._warm > 0
            if not warm and not self._may_start():
                break
            self._take(warm=warm)
            messages = [self.queue.get() for _ in range(min(self.batch, len(self.queue)))]
            self.world.env.process(self._invoke(messages, warm=warm))
        if self.queue and not self._ticking:
            self._ticking = True
            self.world.env.process(self._tick())

    def _may_start(self) -> bool:
        """Whether one more environment may start: so many in any ten seconds, each with its connection."""
        if self.row.in_network and not self.world.database.has_room:
            return False
        now = self.world.env.now
        while self._started and self._started[0] <= now - 10:
            self._started.popleft()
        return len(self._started) < self.world.account.rules.environments_per_10_s

    def _tick(self) -> Step:
        """Look again while messages wait: the event source grows, environments become free elsewhere."""
        while self.queue:
            if self.working >= self.limit:
                self.limited_s += 0.2
            yield self.world.env.timeout(0.2)
            self._dispatch()
        self._ticking = False

    def _take(self, *, warm: bool) -> None:
        """Have one more environment at work: one that waits, or a new one."""
        self.working += 1
        self.world.account.running += 1
        self.most = max(self.most, self.working)
        if warm:
            self._warm -= 1
        else:
            self._started.append(self.world.env.now)
            if self.row.in_network:
                self.world.database.connect()

    def _invoke(self, messages: list[Message], *, warm: bool) -> Step:
        world, began = self.world, self.world.env.now
        if not warm:
            yield world.env.timeout(world.units.image_start_s if self.row.kind == "image" else world.units.zip_start_s)
        if self.overhead_s:
            yield world.env.timeout(self.overhead_s)
        for message in messages:
            waits_s = world.database.take(message.database_cpu_s) if message.database_cpu_s else 0.0
            yield world.env.timeout(message.takes_s + waits_s)
            self.queue.done(message)
            message.then()
        self._bill(world.env.now - began)
        self._warm += 1
        self.working -= 1
        world.account.running -= 1
        if not self.queue and not self.working:
            self._busy_since = None
        self._dispatch()

    def _bill(self, seconds: float) -> None:
        prices, media = self.world.account.prices, self.row.kind == "image"
        gb_s = seconds * self.row.memory_mib / MIB_PER_GB
        kind = "media functions" if media else "other functions"
        self.world.account.dollars[kind] += gb_s * (prices.media_gb_s if media else prices.zip_gb_s) + prices.call


class World:
    """All of it, and the orders. `wider` is the stage's factor on what event sources may work on at once; with `grown`
    they do from the start, in warm environments, as after hours of such load. The database has between `acu` units, and
    takes so many connections."""

    def __init__(
        self,
        topology: Topology,
        *,
        units: Units,
        rules: Rules,
        prices: Prices,
        acu: tuple[float, float],
        connections: int,
        wider: int = 1,
        grown: bool = False,
    ) -> None:
        self.env = simpy.Environment()
        self.units = units
        reserved = sum(row.reserved or 0 for row in topology.functions)
        self.account = Account(rules, prices, rules.account - reserved)
        least, most = acu
        self.database = Database(self.env, rules, least=least, most=most, connections=connections, grown=grown)
        self.api = Api(self, topology.function("api"), grown=grown)
        self.sources = {
            trigger.queue: Source(self, row, trigger, wider=wider, grown=grown)
            for row in topology.functions
            for trigger in row.triggers
            if isinstance(trigger, QueueTrigger) and not trigger.queue.endswith("-dead")
        }

    def facts(self, group: int, count: int, then: Callable[[], None] | None = None) -> None:
        """So many facts of one task; `then` is called when the last is recorded."""
        units, done = self.units, 0

        def recorded() -> None:
            nonlocal done
            done += 1
            if done == count and then is not None:
                then()

        for _ in range(count):
            self.sources["facts"].send(Message(group, units.record_fact_s, recorded, units.fact_database_cpu_s))
