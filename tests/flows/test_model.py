"""Anything may happen in any order: orders, facts, duplicates, crashes, cancels, rescues. The books always balance.

A state machine plays a user, the workers and every mishap, on real PostgreSQL. After each step all invariants hold
and the wallet is what a small model says; in the end, with all messages delivered, every generation has ended.
"""

import os
from collections.abc import Callable, Sequence

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from medley.contracts import plans
from medley.contracts.facts import Fact, TaskInterrupted, read_fact
from medley.contracts.work import PlanGeneration
from medley.db.unit_of_work import SqlUnitOfWork
from medley.domain.credits import Wallet
from medley.domain.generations import FINAL, Generation, GenerationState
from medley.domain.retries import Dead, Trouble
from medley.errors import Conflict, NotEnoughCredits, StorageUnavailable
from medley.limits import OPEN_GENERATIONS_PER_USER, TASK_ATTEMPTS
from medley.ports.cloud import Message
from medley.ports.generations import TaskRef
from medley.ports.history import Wanted
from medley.runtime.system import TimeOrderedIds
from medley.services import generations, mending, ordering, outbox, recording, rescue
from medley.services.planning import QUEUE
from medley.services.sweep import Sweeper
from tests.flows.fakes import FakeStore
from tests.flows.world import Command, World, done, identity, interrupted, made, output_failed, task_failed

USUAL = 5
EXAMPLES = int(os.environ.get("MEDLEY_MODEL_EXAMPLES", USUAL))  # more of them for a long run
STEPS = 40
CREDITS = 120


def half_done(command: Command) -> Sequence[Fact]:
    """A worker that dies in the middle."""
    facts = done(command)
    return facts[: len(facts) // 2]


def failed(command: Command) -> Sequence[Fact]:
    return [task_failed(command)]


def mixed(command: Command) -> Sequence[Fact]:
    """An output made, one failed, then the end of the task."""
    if not command.outputs:
        return done(command)
    first, *others = command.outputs
    rest: list[Fact] = [output_failed(command, output.n) for output in others]
    return [made(command, first), *rest, done(command)[-1]]


def broken_off(command: Command) -> Sequence[Fact]:
    """One delivery makes an output and dies, the next finds that nothing can be done."""
    if not command.outputs:
        return done(command)
    return [made(command, command.outputs[0]), task_failed(command)]


def stopped(command: Command) -> Sequence[Fact]:
    """A worker that an outage stops when it has done some of it."""
    return [*half_done(command), interrupted(command, Trouble.OUTAGE, further=True)]


def kept_out(command: Command) -> Sequence[Fact]:
    """One that cannot begin."""
    return [interrupted(command, Trouble.OUTAGE)]


def out_of_time(command: Command) -> Sequence[Fact]:
    return [*half_done(command), interrupted(command, Trouble.OUT_OF_TIME)]


def broken(command: Command) -> Sequence[Fact]:
    return [interrupted(command, Trouble.BROKEN)]


def plan_missed(command: Command) -> Sequence[Fact]:
    """One that does not find its task in the plan."""
    return [TaskInterrupted(**identity(command), code=plans.GONE, trouble=Trouble.OUTAGE)]


PLAYS = (done, half_done, failed, mixed, broken_off, stopped, kept_out, out_of_time, broken, plan_missed)
PLACE = st.integers(min_value=0, max_value=10**6)


class Medley(RuleBasedStateMachine):
    """`facts` are under way, `told` were recorded, `messages` left the queue for a worker; while not `recording` nobody
    hears anything."""

    def __init__(self, unit_of_work: Callable[[], SqlUnitOfWork]) -> None:
        super().__init__()
        self.world = World.of(unit_of_work, available=CREDITS)
        self.facts: list[Fact] = []
        self.told: list[Fact] = []
        self.messages: list[Message] = []
        self.known: dict[object, Generation] = {}
        self.orders = 0
        self.recording = True

    # --- the user ---

    @rule(count=st.integers(1, 12), seed=st.integers(0, 3), send=st.booleans())
    def order(self, count: int, seed: int, send: bool) -> None:
        """`send=False` is a crash between commit and send."""
        self.orders += 1
        price = 2 * count
        before = self.world.wallet()
        running = sum(generation.state not in FINAL for generation in self.known.values())
        spec = {"count": count, "clips_per_video": 2, "resolution": 480, "seed": seed}
        try:
            ordered = ordering.create(
                self.world.transaction,
                self.world.registry,
                TimeOrderedIds(),
                user_id=self.world.user,
                project_id=self.world.project,
                spec=spec,
                key=f"k{self.orders}",
            )
        except Conflict:
            assert running >= OPEN_GENERATIONS_PER_USER
            return
        if before.available < price:
            assert isinstance(ordered.outcome, NotEnoughCredits)
            assert self.world.wallet() == before
            return
        self.known[ordered.unwrap().id] = ordered.unwrap()
        if send:
            outbox.drain(self.world.unit_of_work, self.world.queue)

    @precondition(lambda self: self.known)
    @rule(place=PLACE)
    def cancel(self, place: int) -> None:
        generation = list(self.known.values())[place % len(self.known)]
        with self.world.unit_of_work() as uow:
            try:
                generations.cancel(uow, self.world.user, generation.id)
            except Conflict:
                assert generation.state in FINAL
            uow.commit()

    # --- queues and workers ---

    def plans(self) -> list[Message]:
        return [message for message in self.world.queue.sent if message.queue == QUEUE]

    def commands(self) -> list[Message]:
        shown = [message for message in self.world.queue.sent if not message.delay_s]
        return [message for message in shown if message.queue not in {QUEUE, "facts"}]

    @rule()
    def relay(self) -> None:
        self.world.sql("UPDATE outbox SET claimed_until = NULL WHERE published_at IS NULL")
        outbox.drain(self.world.unit_of_work, self.world.queue)

    @precondition(lambda self: self.plans())
    @rule(keep=st.booleans(), place=PLACE)
    def plan(self, keep: bool, place: int) -> None:
        """A planner takes an order; `keep`: it dies before it acknowledges, so the order comes again."""
        message = self.plans()[place % len(self.plans())]
        if not keep:
            self.world.queue.sent.remove(message)
        try:
            follows = mending.carry_out(self.world.planner, PlanGeneration.model_validate_json(message.body))
        except StorageUnavailable:
            if not keep:
                self.world.queue.sent.append(message)  # postponed
            return
        if follows is not None and not keep:
            outbox.drain(self.world.unit_of_work, self.world.queue)

    @precondition(lambda self: self.commands())
    @rule(play=st.sampled_from(PLAYS), keep=st.booleans())
    def work(self, play: Callable[[Command], Sequence[Fact]], keep: bool) -> None:
        """A worker takes a message; `keep`: it dies before it acknowledges, so the message comes again."""
        message = self.commands()[0]
        if not keep:
            self.world.queue.sent.remove(message)
        self.messages.append(message)
        self.facts += play(self._parse(message))

    def _parse(self, message: Message) -> Command:
        """As a worker sees it that has read the plan before the storage went."""
        down, self.world.store.down = self.world.store.down, False
        try:
            return self.world.parse(message)
        finally:
            self.world.store.down = down

    @precondition(lambda self: self.facts and self.recording)
    @rule(place=PLACE, again=st.booleans())
    def record(self, place: int, again: bool) -> None:
        """Facts come in any order; `again`: the recorder dies after its commit, so the fact comes again."""
        fact = self.facts[place % len(self.facts)]
        if not again:
            self.facts.remove(fact)
        self.told.append(fact)
        self._record(fact, effects_too=not again)

    @precondition(lambda self: self.facts)
    @rule(place=PLACE)
    def crash_before_commit(self, place: int) -> None:
        with self.world.unit_of_work() as uow:
            recording.apply(uow, self.facts[place % len(self.facts)])

    @precondition(lambda self: self.told and self.recording)
    @rule(place=PLACE)
    def record_again(self, place: int) -> None:
        before = self._read()
        fact = self.told[place % len(self.told)]
        self._record(fact, effects_too=True)
        ended = {key for key, generation in before.items() if generation.state in FINAL}
        assert {key: self._read()[key] for key in ended} == {key: before[key] for key in ended}

    @precondition(lambda self: self.facts)
    @rule(place=PLACE)
    def lose_a_fact(self, place: int) -> None:
        self.facts.pop(place % len(self.facts))

    def _record(self, fact: Fact, *, effects_too: bool) -> None:
        before = self._read()
        with self.world.unit_of_work() as uow:
            follows = recording.apply(uow, fact)
            uow.commit()
        if effects_too and follows.sends:
            outbox.drain(self.world.unit_of_work, self.world.queue)
        after = self._read()
        assert all(after[key].seq - before[key].seq in {0, 1} for key in before)
        assert sum(after[key] != before[key] for key in before) <= 1

    # --- upkeep ---

    @precondition(lambda self: not self.world.queue.down)
    @rule(minutes=st.sampled_from([2, 40]))
    def time_passes(self, minutes: int) -> None:
        """Nobody says anything for a while, then sweep comes; what it missed is heard, and may be heard again later."""
        self.world.age_tasks(60 * minutes)
        self._sweeper().rescue_orders()
        self._sweeper().miss_tasks()
        if self.recording:
            self._hear()

    def _hear(self) -> None:
        for message in self.world.queue.take("facts"):
            self.told.append(read_fact(message.body))
            self._record(self.told[-1], effects_too=True)

    @rule(queues=st.booleans(), store=st.booleans())
    def outage(self, queues: bool, store: bool) -> None:
        """Queues or storage are gone until further notice. How long that may take is the outages' own test."""
        self.world.queue.down = queues
        self.world.store.down = store

    @rule(recording=st.booleans())
    def recorder(self, recording: bool) -> None:
        """The function that records, or its database, is gone until further notice; workers and sweeps go on."""
        self.recording = recording
        if recording:
            self._hear()

    @rule()
    def queues_lost(self) -> None:
        """What was in the queues is not there any more, and somebody says so."""
        self.world.queue.sent.clear()
        self._sweeper().resend_tasks()
        self._sweeper().rescue_orders(queues_lost=True)

    @rule(place=PLACE)
    @precondition(lambda self: any(generation.state not in FINAL for generation in self.known.values()))
    def overdue(self, place: int) -> None:
        running = [generation.id for generation in self.known.values() if generation.state not in FINAL]
        self.world.sql(
            "UPDATE generations SET deadline = now() - interval '1 second' WHERE id = :g",
            g=running[place % len(running)],
        )
        assert self._sweeper().end_overdue() == 1

    @precondition(lambda self: self.messages)
    @rule(place=PLACE)
    def bury(self, place: int) -> None:
        """A message dies in the dead-letter queue, of whatever attempt it was."""
        command = self._parse(self.messages.pop(place % len(self.messages)))
        with self.world.unit_of_work() as uow:
            ref = TaskRef(command.work.generation_id, command.work.task_id)
            rescue.happened(uow, ref, Dead(command.work.attempt))
            uow.commit()

    def _sweeper(self) -> Sweeper:
        world = self.world
        return Sweeper(world.unit_of_work, world.queue, world.pusher, FakeStore(), "b", lambda: 60.0)

    # --- what always holds ---

    def _read(self) -> dict[object, Generation]:
        with self.world.unit_of_work() as uow:
            found = uow.history.of_user(self.world.user, Wanted(), before=None, limit=1_000)
        return {each.generation.id: each.generation for each in found}

    @invariant()
    def the_books_balance(self) -> None:
        assert self.world.broken() == {}

    @invariant()
    def nothing_is_given_up_that_was_not_tried_so_often(self) -> None:
        given_up = self.world.sql("SELECT faults FROM tasks WHERE code = 'gave_up'")
        assert {row.faults for row in given_up} <= {TASK_ATTEMPTS - 1}

    @invariant()
    def nothing_goes_back(self) -> None:
        now = self._read()
        assert set(now) == set(self.known)
        for key, before in self.known.items():
            after = now[key]
            if before.state in FINAL:
                assert after == before
            assert after.seq >= before.seq
            assert after.work_done >= before.work_done
            assert after.outputs_made >= before.outputs_made
            assert after.outputs_failed >= before.outputs_failed
        self.known = now

    @invariant()
    def the_wallet_is_what_the_model_says(self) -> None:
        held = sum(g.price for g in self.known.values() if g.state not in FINAL)
        spent = sum(g.earned for g in self.known.values() if g.state in FINAL)
        assert self.world.wallet() == Wallet(CREDITS - held - spent, held, CREDITS, spent)

    def teardown(self) -> None:
        """When no more goes wrong, everything ends."""
        self.outage(queues=False, store=False)
        self.recorder(recording=True)
        for _ in range(50):
            self.relay()
            self.world.plan()
            self.facts += [fact for command in self.world.pending() for fact in done(command)]
            for fact in self.facts:
                self.world.record(fact)
            self.facts.clear()
            self.known = self._read()
            if all(generation.state in FINAL for generation in self.known.values()):
                break
            self.time_passes(40)
        else:  # a message was lost as often as it is sent again: the deadline ends what waits for it
            self.world.sql("UPDATE generations SET deadline = now() - interval '1 second'")
            self._sweeper().end_overdue()
            self.known = self._read()
        self.the_books_balance()
        self.the_wallet_is_what_the_model_says()
        assert {g.state for g in self.known.values()} <= FINAL
        assert GenerationState.RUNNING not in {g.state for g in self.known.values()}


def test_anything_in_any_order(unit_of_work: Callable[[], SqlUnitOfWork]) -> None:
    run_state_machine_as_test(
        lambda: Medley(unit_of_work),
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=EXAMPLES == USUAL,  # the run everybody does is the same for everybody
            print_blob=True,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        ),
    )
