"""Ordering: all or nothing, once per key, never on credit, and no transaction open while anything is counted."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, cast
from uuid import uuid4

import pytest

from medley.apps.registry import App, Library, Registry, registry
from medley.db.repositories.idempotency import IdempotencyRepository
from medley.db.unit_of_work import SqlUnitOfWork
from medley.domain.credits import EntryKind, Wallet
from medley.domain.generations import Generation, Plan, PlannedOutput, PlannedTask, check_plan
from medley.domain.quotes import Quote
from medley.errors import (
    Conflict,
    InvalidInput,
    InvariantBroken,
    NotEnoughCredits,
    NotFound,
    TooManyRequests,
)
from medley.limits import IDEMPOTENCY_KEY_CHARACTERS, OPEN_GENERATIONS_PER_USER, ORDERS_PER_HOUR, OUTPUTS_PER_GENERATION
from medley.runtime.system import TimeOrderedIds
from medley.services import generations, ordering, wallet
from medley.services.ordering import Ordered
from tests.flows.world import LANES, World

SPEC = {"count": 5, "clips_per_video": 2, "resolution": 480, "seed": 7}
UnitsOfWork = Callable[[], SqlUnitOfWork]


@pytest.fixture(autouse=True)
def all_invariants_hold(world: World) -> Iterator[None]:
    yield
    assert world.broken() == {}


def create(world: World, key: str = "k", spec: dict[str, Any] = SPEC, **change: Any) -> Ordered:
    asked = {"user_id": world.user, "project_id": world.project} | change
    return ordering.create(world.transaction, world.registry, TimeOrderedIds(), spec=spec, key=key, **asked)


def quote(world: World, spec: dict[str, Any] = SPEC) -> Quote:
    return ordering.quote(world.transaction, world.registry, world.user, world.project, spec)


def counts(world: World) -> dict[str, int]:
    tables = ("generations", "outputs", "tasks", "holds", "idempotency", "outbox")
    return {table: world.sql(f"SELECT count(*) AS n FROM {table}")[0].n for table in tables}  # noqa: S608  # our names


def test_a_quote_changes_nothing(world: World) -> None:
    found = quote(world)
    assert (found.count, found.needed, found.capacity, found.total) == (5, 5, 12, 10)
    assert set(counts(world).values()) == {0}


def test_an_order_costs_what_its_quote_says(world: World) -> None:
    found = quote(world)
    ordered = create(world).unwrap()
    assert (ordered.price, ordered.price_lines) == (found.total, found.lines)
    assert world.wallet().reserved == found.total


def test_same_key_same_answer(world: World) -> None:
    first, second = create(world), create(world)
    assert (first.replayed, second.replayed) == (False, True)
    assert second.unwrap() == first.unwrap()
    assert not second.effects.sends
    assert counts(world)["generations"] == 1
    assert world.wallet().reserved == first.unwrap().price


def test_the_replay_is_the_same_generation_as_it_stands(world: World) -> None:
    ordered = world.order("k")
    world.deliver()
    again = create(world, "k", SPEC)
    assert again.replayed
    assert again.unwrap() == world.generation(ordered.id)
    assert again.unwrap().state == "succeeded"


def test_same_key_other_request_is_refused(world: World) -> None:
    create(world)
    for change in ({"spec": SPEC | {"count": 4}}, {"project_id": uuid4()}):
        with pytest.raises(InvalidInput) as caught:
            create(world, **change)
        assert caught.value.code == "idempotency_key_reused"
    assert counts(world)["generations"] == 1


def test_the_order_of_fields_does_not_make_another_request(world: World) -> None:
    create(world)
    assert create(world, spec=dict(reversed(SPEC.items()))).replayed


def test_same_key_of_another_user_is_another_key(unit_of_work: UnitsOfWork, world: World) -> None:
    other = World.of(unit_of_work)
    assert create(world).unwrap().id != create(other).unwrap().id


def test_one_key_from_twenty_threads_orders_once(world: World) -> None:
    with ThreadPoolExecutor(20) as pool:
        outcomes = list(pool.map(lambda _: create(world), range(20)))
    assert Counter(outcome.replayed for outcome in outcomes) == {False: 1, True: 19}
    assert len({outcome.unwrap().id for outcome in outcomes}) == 1
    assert counts(world)["generations"] == 1


def test_a_first_request_that_hangs_is_in_progress(world: World) -> None:
    with world.unit_of_work() as uow, world.unit_of_work() as other:
        uow.idempotency.claim(world.user, ordering.ROUTE, "k", "fingerprint")
        impatient = IdempotencyRepository(other.connection, wait_ms=50)
        with pytest.raises(Conflict) as caught:
            impatient.claim(world.user, ordering.ROUTE, "k", "fingerprint")
    assert (caught.value.code, caught.value.metadata) == ("in_progress", {"retry_after_s": 1})
    assert not create(world).replayed  # the one that hung never committed


def test_credits_that_do_not_suffice_are_said_to_the_credit(unit_of_work: UnitsOfWork) -> None:
    poor = World.of(unit_of_work, available=9)
    answer = create(poor)
    with pytest.raises(NotEnoughCredits) as caught:
        answer.unwrap()
    assert caught.value.metadata == {"required": 10, "available": 9, "shortfall": 1}
    assert counts(poor) == {"generations": 0, "outputs": 0, "tasks": 0, "holds": 0, "idempotency": 1, "outbox": 0}

    with poor.unit_of_work() as uow:
        wallet.grant(uow, "top-up", poor.user, 1, kind=EntryKind.PURCHASE, reason="")
        uow.commit()
    again = create(poor)  # what the key was told it is told for ever
    assert again.replayed
    with pytest.raises(NotEnoughCredits, match="9") as replayed:
        again.unwrap()
    assert replayed.value.metadata == caught.value.metadata
    assert create(poor, "new key").unwrap().price == 10
    assert poor.wallet() == Wallet(0, 10, 10, 0)


def test_a_hundred_orders_race_for_the_last_credits(unit_of_work: UnitsOfWork) -> None:
    poor = World.of(unit_of_work, available=10)

    def buy(n: int) -> bool:
        return isinstance(create(poor, f"k{n}").outcome, Generation)

    with ThreadPoolExecutor(20) as pool:
        assert Counter(pool.map(buy, range(100))) == {True: 1, False: 99}
    assert poor.wallet() == Wallet(0, 10, 10, 0)


def test_orders_that_cannot_be_paid_are_counted_for_each_leaves_its_answer(unit_of_work: UnitsOfWork) -> None:
    poor = World.of(unit_of_work, available=9)
    for n in range(ORDERS_PER_HOUR):
        assert isinstance(create(poor, f"k{n}").outcome, NotEnoughCredits)
    for n in range(3):
        with pytest.raises(TooManyRequests) as caught:
            create(poor, f"beyond {n}")
        assert caught.value.code == "too_many_orders"
        assert 0 < caught.value.metadata["retry_after_s"] <= 3_600
    assert counts(poor)["idempotency"] == ORDERS_PER_HOUR
    assert create(poor, "k0").replayed, "what was answered is answered still"
    with poor.unit_of_work() as uow:
        wallet.grant(uow, "top-up", poor.user, 1, kind=EntryKind.PURCHASE, reason="")
        uow.commit()
    assert create(poor, "paid").unwrap().price == 10


def test_open_generations_are_limited_exactly(world: World) -> None:
    def buy(n: int) -> str:
        try:
            return str(create(world, f"k{n}").unwrap().state)
        except Conflict as error:
            return error.code

    with ThreadPoolExecutor(OPEN_GENERATIONS_PER_USER + 4) as pool:
        outcomes = Counter(pool.map(buy, range(OPEN_GENERATIONS_PER_USER + 4)))
    assert outcomes == {"running": OPEN_GENERATIONS_PER_USER, "too_many_open_generations": 4}
    assert world.wallet().reserved == 10 * OPEN_GENERATIONS_PER_USER

    world.sql("UPDATE outbox SET claimed_until = NULL")
    with world.unit_of_work() as uow:
        one = generations.of_project(uow, world.user, world.project, limit=1)[0]
        generations.cancel(uow, world.user, one.id)
        uow.commit()
    refused = next(n for n in range(OPEN_GENERATIONS_PER_USER + 4) if not _has_key(world, f"k{n}"))
    assert create(world, f"k{refused}").unwrap().state == "running"  # that refusal was not kept


def test_orders_of_an_hour_are_limited_though_each_is_cancelled(world: World) -> None:
    """Order, cancel, repeat: it holds no credits and runs nothing for long, and it has an end."""
    for n in range(ORDERS_PER_HOUR):
        ordered = create(world, f"k{n}").unwrap()
        with world.unit_of_work() as uow:
            generations.cancel(uow, world.user, ordered.id)
            uow.commit()
    with pytest.raises(TooManyRequests) as caught:
        create(world, "one more")
    assert caught.value.code == "too_many_orders"
    assert 3_500 < caught.value.metadata["retry_after_s"] <= 3_600
    assert create(world, "k0").replayed
    world.sql(
        "UPDATE generations SET created_at = created_at - interval '1 hour' WHERE id IN"
        " (SELECT id FROM generations ORDER BY created_at LIMIT 1)"
    )
    assert create(world, "one more").unwrap().state == "running"


def _has_key(world: World, key: str) -> bool:
    return bool(world.sql("SELECT FROM idempotency WHERE key = :key", key=key))


@pytest.mark.parametrize(
    ("spec", "field"),
    [
        (SPEC | {"count": 0}, "count"),
        (SPEC | {"count": OUTPUTS_PER_GENERATION + 1}, "count"),
        (SPEC | {"count": "many"}, "count"),
        (SPEC | {"price": 0}, "price"),
        (SPEC | {"fps": 31}, "fps"),
    ],
)
def test_a_wrong_spec_says_which_field(world: World, spec: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        create(world, spec=spec)
    assert caught.value.code == "invalid_spec"
    assert {fault["field"].split(".")[0] for fault in caught.value.metadata["fields"]} == {field}
    assert set(counts(world).values()) == {0}


def test_more_than_is_possible_says_how_many_are(world: World) -> None:
    with pytest.raises(InvalidInput) as caught:
        create(world, spec=SPEC | {"count": 13})
    assert caught.value.code == "too_many_outputs"
    assert caught.value.metadata["possible"] == 12
    assert set(counts(world).values()) == {0}
    assert create(world, spec=SPEC | {"count": 12}).unwrap().outputs_total == 12


@pytest.mark.parametrize("key", ["", "x" * (IDEMPOTENCY_KEY_CHARACTERS + 1), "line\nbreak"])
def test_keys_that_are_none(world: World, key: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        create(world, key)
    assert caught.value.code == "invalid_idempotency_key"


def test_the_longest_key_is_one(world: World) -> None:
    assert create(world, "x" * IDEMPOTENCY_KEY_CHARACTERS).unwrap().state == "running"


def test_strangers_find_nothing(unit_of_work: UnitsOfWork, world: World) -> None:
    ordered = create(world).unwrap()
    stranger = World.of(unit_of_work)
    acts: list[Callable[[SqlUnitOfWork], object]] = [
        lambda uow: generations.read(uow, stranger.user, ordered.id),
        lambda uow: generations.output(uow, stranger.user, ordered.id, 1),
        lambda uow: generations.of_project(uow, stranger.user, world.project),
        lambda uow: generations.cancel(uow, stranger.user, ordered.id),
        lambda uow: generations.output(uow, world.user, ordered.id, 6),
    ]
    for act in acts:
        with pytest.raises(NotFound), world.unit_of_work() as uow:
            act(uow)
    with pytest.raises(NotFound):
        create(stranger, project_id=world.project)
    with pytest.raises(NotFound):
        ordering.quote(stranger.transaction, world.registry, stranger.user, world.project, SPEC)
    assert stranger.wallet() == Wallet(1_000, 0, 1_000, 0)


def test_lists_come_in_pages(world: World) -> None:
    ids = [world.order(f"k{n}").id for n in range(3)]
    with world.unit_of_work() as uow:
        first = generations.of_project(uow, world.user, world.project, limit=2)
        rest = generations.of_project(uow, world.user, world.project, before=first[-1].id)
        outputs = uow.history.outputs(ids[0], frozenset(), after=3, limit=100)
    assert [generation.id for generation in [*first, *rest]] == ids[::-1]
    assert [output.n for output in outputs] == [4, 5]


def test_a_seed_of_its_own_is_one_javascript_can_read(world: World) -> None:
    spec = {name: value for name, value in SPEC.items() if name != "seed"}
    one, two = create(world, "1", spec).unwrap(), create(world, "2", spec).unwrap()
    assert one.seed != two.seed
    assert max(one.seed, two.seed) < 2**53
    assert create(world, "3").unwrap().seed == 7


def test_all_or_nothing(world: World) -> None:
    """A fault in the very last step leaves no trace of the order; the key can be used again."""

    def fail(*_: object) -> None:
        raise InvariantBroken("at the last moment")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(IdempotencyRepository, "answer", fail)
        with pytest.raises(InvariantBroken):
            create(world)
    assert set(counts(world).values()) == {0}
    assert world.wallet() == Wallet(1_000, 0, 1_000, 0)
    assert not create(world).replayed


def test_a_thousand_outputs_are_one_order(unit_of_work: UnitsOfWork) -> None:
    world = World.of(unit_of_work, clips=8, available=10_000)
    ordered = world.order(count=OUTPUTS_PER_GENERATION, clips_per_video=None)
    assert counts(world)["outputs"] == OUTPUTS_PER_GENERATION
    assert {command.joins for command in world.pending()} == {False}
    with world.unit_of_work() as uow:
        generations.cancel(uow, world.user, ordered.id)
        uow.commit()


def test_what_changes_while_a_quote_is_made_is_not_ordered_by_mistake(world: World) -> None:
    """A clip goes while the app counts: the order was for another project than there is now."""
    usual = world.registry.get("video_mixer").quote

    class Slow:
        def __getattr__(self, name: str) -> Any:
            return getattr(world.registry.get("video_mixer"), name)

        def quote(self, spec: Any, library: Library) -> Quote:
            with world.unit_of_work() as uow:
                uow.library.delete_clips(world.user, [world.clips[0]])
                uow.commit()
            return usual(spec, library)

    registry = Registry({"video_mixer": cast(App, Slow())})
    with pytest.raises(Conflict) as caught:
        ordering.create(
            world.transaction,
            registry,
            TimeOrderedIds(),
            user_id=world.user,
            project_id=world.project,
            spec=SPEC,
            key="k",
        )
    assert caught.value.code == "library_changed"
    assert set(counts(world).values()) == {0}


def test_who_cannot_pay_or_has_too_many_open_is_refused_before_anything_is_counted(
    unit_of_work: UnitsOfWork, world: World
) -> None:
    class NoQuote:
        def __getattr__(self, name: str) -> Any:
            if name in {"quote", "plan"}:
                raise AssertionError(f"{name} was asked for")
            return getattr(registry().get("video_mixer"), name)

    poor = World.of(unit_of_work, available=9)
    poor.registry = Registry({"video_mixer": cast(App, NoQuote())})
    assert isinstance(create(poor).outcome, NotEnoughCredits)
    for n in range(OPEN_GENERATIONS_PER_USER):
        create(world, f"k{n}")
    world.registry = poor.registry
    with pytest.raises(Conflict) as caught:
        create(world, "one more")
    assert caught.value.code == "too_many_open_generations"


def test_an_order_of_too_many_pieces_is_refused_with_the_limit(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ordering, "PLAN_PIECES", quote(world).pieces - 1)
    with pytest.raises(InvalidInput) as caught:
        create(world)
    assert caught.value.code == "plan_too_large"
    assert caught.value.metadata == {"pieces": quote(world).pieces, "limit": quote(world).pieces - 1}
    monkeypatch.setattr(ordering, "PLAN_PIECES", quote(world).pieces)
    assert create(world).unwrap().state == "running"


# --- an app that does not keep its promises ---------------------------------------------------------------


def _output(n: int, fingerprint: str | None = None, price: int = 3) -> PlannedOutput:
    return PlannedOutput(n, f"Video {n}", "video/mp4", 10, price, fingerprint or str(n), {})


def _task(index: int, *outputs: int, makes: tuple[int, ...] = (), needs: tuple[int, ...] = ()) -> PlannedTask:
    return PlannedTask(index, "render", "render", "Clip", 1, outputs, {}, makes, needs)


FIRST, SECOND, THIRD = _task(0, 1, 2), _task(1, 1, makes=(1,), needs=(0,)), _task(2, 2, makes=(2,), needs=(0,))
GOOD = Plan(1, 1, (_output(1), _output(2)), (FIRST, SECOND, THIRD))


@pytest.mark.parametrize(
    ("plan", "fault"),
    [
        (replace(GOOD, outputs=()), "outputs are not"),
        (replace(GOOD, outputs=(_output(1), _output(3))), "outputs are not"),
        (replace(GOOD, outputs=(_output(1), _output(2), _output(3))), "outputs are not"),
        (replace(GOOD, outputs=(_output(1, "x"), _output(2, "x"))), "the same"),
        (replace(GOOD, outputs=(_output(1), replace(_output(2), work=0))), "no work"),
        (replace(GOOD, tasks=()), "exactly one task"),
        (replace(GOOD, tasks=(FIRST, THIRD, SECOND)), "in order"),
        (replace(GOOD, tasks=(_task(0, 1, 2, 3), SECOND, THIRD)), "unknown outputs"),
        (replace(GOOD, tasks=(FIRST, SECOND, _task(2, 1, makes=(2,), needs=(0,)))), "what it is not for"),
        (replace(GOOD, tasks=(FIRST, SECOND)), "exactly one task"),
        (replace(GOOD, tasks=(FIRST, SECOND, _task(2, 1, 2, makes=(1, 2)))), "exactly one task"),
        (replace(GOOD, tasks=(FIRST, SECOND, THIRD, _task(3))), "for no output"),
        (replace(GOOD, tasks=(FIRST, SECOND, THIRD, _task(3, 1))), "of no use"),
        (replace(GOOD, tasks=(replace(FIRST, needs=(1,)), SECOND, THIRD)), "does not come before"),
        (replace(GOOD, tasks=(replace(FIRST, needs=(0,)), SECOND, THIRD)), "does not come before"),
        (replace(GOOD, tasks=(replace(FIRST, work=0), SECOND, THIRD)), "no weight"),
        (replace(GOOD, tasks=(replace(FIRST, lane="facts"), SECOND, THIRD)), "unknown lane"),
        (replace(GOOD, outputs=(_output(1), _output(2, price=4))), "prices"),
        (replace(GOOD, outputs=(_output(1, price=6), _output(2, price=0))), "prices"),
    ],
)
def test_a_plan_the_core_cannot_run_is_refused(plan: Plan, fault: str) -> None:
    assert check_plan(GOOD, 6, 2, LANES) is GOOD
    with pytest.raises(InvariantBroken, match=fault) as caught:
        check_plan(plan, 6, 2, LANES)
    assert caught.value.code == "wrong_plan"
