"""The ledger on real PostgreSQL: every change once, whole, and never below zero, however many come at once."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import IntegrityError

from medley.db.tables import entries, holds, users
from medley.db.unit_of_work import SqlUnitOfWork
from medley.domain.credits import EntryKind, HoldState, Resolution, Wallet, resolution
from medley.errors import Conflict, InvalidInput
from medley.limits import CREDITS_MAX
from medley.services import wallet

UnitsOfWork = Callable[[], SqlUnitOfWork]
THREADS = 100


@pytest.fixture
def user(unit_of_work: UnitsOfWork) -> UUID:
    user_id = uuid4()
    with unit_of_work() as uow:
        uow.connection.execute(insert(users).values(id=user_id, email=f"{user_id}@x.io", name="A", password_hash="-"))
        uow.commit()
    return user_id


def grant(unit_of_work: UnitsOfWork, user: UUID, amount: int, op_key: str = "bonus:1") -> bool:
    with unit_of_work() as uow:
        added = wallet.grant(uow, op_key, user, amount, kind=EntryKind.BONUS, reason="test")
        uow.commit()
    return added


def reserve(unit_of_work: UnitsOfWork, user: UUID, amount: int, hold: UUID | None = None) -> UUID | None:
    hold = hold or uuid4()
    with unit_of_work() as uow:
        if uow.ledger.reserve(hold, user, amount, lifetime_s=60) is None:
            return None
        uow.commit()
    return hold


def resolve(unit_of_work: UnitsOfWork, hold: UUID, how: Resolution) -> bool:
    with unit_of_work() as uow:
        won = uow.ledger.resolve(hold, how) is not None
        uow.commit()
    return won


def balance(unit_of_work: UnitsOfWork, user: UUID) -> Wallet:
    with unit_of_work() as uow:
        return wallet.balance(uow, user)


def kinds(unit_of_work: UnitsOfWork, user: UUID) -> list[EntryKind]:
    with unit_of_work() as uow:
        return [entry.kind for entry in wallet.entries(uow, user)]


@pytest.fixture(autouse=True)
def books_balance(unit_of_work: UnitsOfWork) -> Iterator[None]:
    """After every test here: I1 to I5 hold."""
    yield
    with unit_of_work() as uow:
        found = uow.invariants.broken(sample=5)
    assert [found[number] for number in ("I1", "I2", "I3", "I4", "I5")] == [[], [], [], [], []]


def at_once(count: int, act: Callable[[int], object]) -> Counter[object]:
    """Do `act(0)`, `act(1)`, ... in as many threads; how often each result came, exceptions by their class."""

    def safely(n: int) -> object:
        try:
            return act(n)
        except Conflict as error:
            return type(error)

    with ThreadPoolExecutor(count) as pool:
        return Counter(pool.map(safely, range(count)))


def test_a_hold_moves_credits_and_says_so(unit_of_work: UnitsOfWork, user: UUID) -> None:
    assert grant(unit_of_work, user, 100)
    hold = reserve(unit_of_work, user, 30)
    assert balance(unit_of_work, user) == Wallet(70, 30, 100, 0)
    assert hold is not None
    assert resolve(unit_of_work, hold, resolution(30, 12))
    assert balance(unit_of_work, user) == Wallet(88, 0, 100, 12)
    with unit_of_work() as uow:
        newest, reserved, bonus = wallet.entries(uow, user)
    assert (newest.kind, newest.available, newest.reserved, newest.spent) == (EntryKind.CAPTURE, 18, -30, 12)
    assert (reserved.kind, reserved.available, reserved.reserved, reserved.balance) == (EntryKind.RESERVE, -30, 30, 70)
    assert (bonus.kind, bonus.seq, bonus.balance) == (EntryKind.BONUS, 1, 100)


@pytest.mark.parametrize(
    ("how", "kind", "state"),
    [
        (resolution(30, 0), EntryKind.RELEASE, HoldState.RELEASED),
        (resolution(30, 0, expired=True), EntryKind.EXPIRE, HoldState.EXPIRED),
        (resolution(30, 30), EntryKind.CAPTURE, HoldState.CAPTURED),
        (resolution(30, 30, expired=True), EntryKind.CAPTURE, HoldState.CAPTURED),
    ],
)
def test_each_way_a_hold_ends(
    unit_of_work: UnitsOfWork, user: UUID, how: Resolution, kind: EntryKind, state: HoldState
) -> None:
    grant(unit_of_work, user, 100)
    hold = reserve(unit_of_work, user, 30)
    assert hold is not None
    assert resolve(unit_of_work, hold, how)
    assert not resolve(unit_of_work, hold, how)
    assert kinds(unit_of_work, user)[0] is kind
    with unit_of_work() as uow:
        stored = uow.ledger.hold(hold)
    assert stored is not None
    assert (stored.state, stored.captured) == (state, how.captured)


def test_one_credit_short_is_refused_and_moves_nothing(unit_of_work: UnitsOfWork, user: UUID) -> None:
    grant(unit_of_work, user, 29)
    assert reserve(unit_of_work, user, 30) is None
    assert balance(unit_of_work, user) == Wallet(29, 0, 29, 0)
    assert reserve(unit_of_work, user, 29) is not None


def test_nobody_without_a_wallet_can_reserve(unit_of_work: UnitsOfWork, user: UUID) -> None:
    assert reserve(unit_of_work, user, 1) is None
    assert balance(unit_of_work, user) == Wallet(0, 0, 0, 0)


def test_a_hundred_race_for_the_last_credits(unit_of_work: UnitsOfWork, user: UUID) -> None:
    grant(unit_of_work, user, 10)
    outcomes = at_once(THREADS, lambda n: reserve(unit_of_work, user, 10) is not None)
    assert outcomes == {True: 1, False: THREADS - 1}
    assert balance(unit_of_work, user) == Wallet(0, 10, 10, 0)


def test_what_of_everybody_is_held_and_was_captured_of_late(unit_of_work: UnitsOfWork, user: UUID) -> None:
    assert grant(unit_of_work, user, 100)
    ended = reserve(unit_of_work, user, 30)
    assert ended is not None
    assert resolve(unit_of_work, ended, resolution(30, 12))
    reserve(unit_of_work, user, 20)
    reserve(unit_of_work, user, 5)
    with unit_of_work() as uow:
        assert (uow.ledger.held(), uow.ledger.captured(60), uow.ledger.captured(0)) == (25, 12, 0)


def test_capture_release_and_expiry_race_for_one_hold(unit_of_work: UnitsOfWork, user: UUID) -> None:
    grant(unit_of_work, user, 100)
    ways = [resolution(40, 25), resolution(40, 0), resolution(40, 0, expired=True)]
    for _ in range(5):
        hold = reserve(unit_of_work, user, 40)
        assert hold is not None
        before = balance(unit_of_work, user)
        outcomes = at_once(12, lambda n, hold=hold: resolve(unit_of_work, hold, ways[n % 3]))  # type: ignore[misc]  # mypy cannot type a lambda's default
        assert outcomes == {True: 1, False: 11}
        after = balance(unit_of_work, user)
        assert after.reserved == 0
        assert after.available - before.available in {15, 40}
        grant(unit_of_work, user, 40 - (after.available - before.available) or 1, f"refill:{hold}")


def test_two_holds_with_one_id_are_one(unit_of_work: UnitsOfWork, user: UUID) -> None:
    grant(unit_of_work, user, 100)
    hold = uuid4()
    outcomes = at_once(8, lambda n: reserve(unit_of_work, user, 10, hold))
    assert outcomes == {hold: 1, Conflict: 7}
    assert balance(unit_of_work, user) == Wallet(90, 10, 100, 0)


def test_a_grant_is_made_once_for_ever(unit_of_work: UnitsOfWork, user: UUID) -> None:
    """Also when the wallet does not exist yet: then the later ones may be told to come again, and are told no."""
    outcomes = at_once(50, lambda n: grant(unit_of_work, user, 100))
    assert outcomes[True] == 1
    assert not grant(unit_of_work, user, 100)
    assert at_once(50, lambda n: grant(unit_of_work, user, 100)) == {False: 50}
    assert at_once(50, lambda n: grant(unit_of_work, user, 1, "bonus:2")) == {True: 1, False: 49}
    assert balance(unit_of_work, user) == Wallet(101, 0, 101, 0)


def test_grants_and_holds_of_one_wallet_from_many_threads(unit_of_work: UnitsOfWork, user: UUID) -> None:
    grant(unit_of_work, user, 50)

    def act(n: int) -> object:
        if n % 4 == 0:
            return grant(unit_of_work, user, 7, f"g{n}")
        hold = reserve(unit_of_work, user, 3 + n % 5)
        return hold is not None and resolve(unit_of_work, hold, resolution(3 + n % 5, n % 3))

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(act, range(200)))
    final = balance(unit_of_work, user)
    assert final.earned == 50 + 7 * 50
    assert final.available + final.spent == final.earned
    assert final.reserved == 0


def test_the_welcome_bonus_comes_once(unit_of_work: UnitsOfWork, user: UUID) -> None:
    for expected in (True, False):
        with unit_of_work() as uow:
            assert wallet.grant_bonus(uow, user, 100) is expected
            uow.commit()
    with unit_of_work() as uow:
        assert not wallet.grant_bonus(uow, user, 0)


@pytest.mark.parametrize("amount", [0, -1, CREDITS_MAX + 1, 2**63, 1.5, True, "10"])
def test_amounts_that_are_none(unit_of_work: UnitsOfWork, user: UUID, amount: int) -> None:
    with pytest.raises(InvalidInput) as caught:
        grant(unit_of_work, user, amount)
    assert caught.value.code == "invalid_amount"
    assert kinds(unit_of_work, user) == []


def test_the_largest_amount_is_one(unit_of_work: UnitsOfWork, user: UUID) -> None:
    assert grant(unit_of_work, user, CREDITS_MAX)
    assert balance(unit_of_work, user).available == CREDITS_MAX


def test_entries_come_in_pages_newest_first(unit_of_work: UnitsOfWork, user: UUID) -> None:
    for n in range(5):
        grant(unit_of_work, user, 1, f"g{n}")
    with unit_of_work() as uow:
        first = wallet.entries(uow, user, limit=2)
        second = wallet.entries(uow, user, before=first[-1].seq, limit=10)
    assert [entry.seq for entry in [*first, *second]] == [5, 4, 3, 2, 1]
    assert [entry.balance for entry in first] == [5, 4]


def test_the_database_itself_refuses_what_must_not_be(unit_of_work: UnitsOfWork, user: UUID) -> None:
    """The second guard: were our code wrong, these would still fail."""
    grant(unit_of_work, user, 100)
    hold = reserve(unit_of_work, user, 30)
    wrong = {
        "i1_zero_sum": insert(entries).values(
            user_id=user, seq=9, op_key="x", kind="adjust", d_available=5, d_external=-4, balance=5
        ),
        "i2_available": text("UPDATE wallets SET available = -1"),
        "i2_reserved": text("UPDATE wallets SET reserved = -1"),
        "i4_captured": update(holds).values(captured=31, state="captured"),
        "i4_state": update(holds).values(state="captured"),
        "op_key": insert(entries).values(user_id=user, seq=9, op_key="bonus:1", kind="adjust", balance=0),
        "pk_entries": insert(entries).values(user_id=user, seq=1, op_key="y", kind="adjust", balance=0),
    }
    for constraint, statement in wrong.items():
        with pytest.raises(IntegrityError, match=constraint), unit_of_work() as uow:
            uow.connection.execute(statement)
    with unit_of_work() as uow:
        resolved = {"user_id": user, "d_available": 30, "d_reserved": -30, "hold_id": hold, "balance": 100}
        uow.connection.execute(insert(entries).values(seq=3, op_key="release:1", kind="release", **resolved))
        with pytest.raises(IntegrityError, match="i4_one_resolution"):
            uow.connection.execute(insert(entries).values(seq=4, op_key="expire:1", kind="expire", **resolved))


def test_the_audit_finds_what_is_wrong(unit_of_work: UnitsOfWork, user: UUID) -> None:
    """Each of I2 to I5 is broken behind the constraints' back; the query of that number says where."""
    grant(unit_of_work, user, 100)
    hold = reserve(unit_of_work, user, 30)
    damage = {
        "I2": text("UPDATE wallets SET available = 71"),
        "I3": text("UPDATE holds SET amount = 31"),
        "I4": text("UPDATE holds SET state = 'released'"),
        "I5": text("UPDATE entries SET balance = 99 WHERE seq = 1"),
    }
    for number, statement in damage.items():
        with unit_of_work() as uow:
            uow.connection.execute(statement)
            found = uow.invariants.broken(sample=5)
        assert found[number], number
        assert all("None" not in row for row in found[number])
    assert hold is not None


def test_balance_of_a_stranger_is_empty(unit_of_work: UnitsOfWork, user: UUID) -> None:
    grant(unit_of_work, user, 5)
    with unit_of_work() as uow:
        assert wallet.balance(uow, uuid4()) == Wallet(0, 0)
        assert wallet.entries(uow, uuid4()) == []
        assert uow.ledger.hold(uuid4()) is None
        assert uow.connection.execute(select(entries.c.seq)).scalars().all() == [1]
