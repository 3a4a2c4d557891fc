"""The policy for failure: attempts bound poison, nothing bounds an outage here, old attempts say nothing."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medley.domain import retries
from medley.domain.retries import (
    Acknowledge,
    Dead,
    Event,
    Fail,
    GiveUp,
    Ignore,
    Interrupted,
    PlanLost,
    Postpone,
    QueuesLost,
    SendAgain,
    Silent,
    Standing,
    Trouble,
)
from medley.errors import Broken, FFmpegFailed, NotFound, StorageUnavailable, Unavailable
from medley.limits import RETRY_S_MAX, TASK_ATTEMPTS, TASK_UNSTARTED_SENDS

SENT = Standing(sent=True, attempt=3, started=True)
COUNT = st.integers(0, 50)
STANDINGS = st.builds(
    Standing,
    sent=st.booleans(),
    attempt=st.integers(1, 50),
    started=st.booleans(),
    faults=st.integers(0, TASK_ATTEMPTS - 1),
    outages=COUNT,
    redelivered_unstarted=st.integers(0, TASK_UNSTARTED_SENDS),
)
EVENTS: Any = st.one_of(
    st.just(Silent()),
    st.just(QueuesLost()),
    st.builds(Dead, st.integers(1, 50)),
    st.builds(Interrupted, st.integers(1, 50), st.sampled_from(Trouble), st.booleans()),
    st.builds(PlanLost, st.integers(1, 50), st.booleans()),
)


def sent_again(task: Standing, event: Event) -> Standing:
    outcome = retries.decide(task, event)
    assert isinstance(outcome, SendAgain)
    return outcome.standing


@given(STANDINGS, EVENTS)
def test_of_an_old_attempt_or_an_ended_task_nothing_follows(task: Standing, event: Event) -> None:
    outcome = retries.decide(task, event)
    stale = isinstance(event, Dead | Interrupted | PlanLost) and event.attempt != task.attempt
    if stale or not task.sent:
        assert isinstance(outcome, Ignore)


@given(STANDINGS, EVENTS)
def test_a_task_that_is_sent_again_stands_where_it_stood_or_further(task: Standing, event: Event) -> None:
    match retries.decide(task, event):
        case SendAgain(after_s, after):
            assert after_s >= 0
            assert after.sent
            assert not after.started
            assert after.attempt - task.attempt in {0, 1}
            assert after.faults < TASK_ATTEMPTS
            if after.attempt == task.attempt:  # the very same message: it may be worked on by either
                assert isinstance(event, Silent | QueuesLost)


@given(st.lists(st.sampled_from([Trouble.OUTAGE, Trouble.OUT_OF_TIME]), min_size=20, max_size=60))
def test_no_outage_is_too_long_and_no_work_that_gets_on_takes_too_many_turns(troubles: list[Trouble]) -> None:
    task = SENT
    for trouble in troubles:
        outcome = retries.decide(task, Interrupted(task.attempt, trouble, further=trouble is Trouble.OUT_OF_TIME))
        assert isinstance(outcome, SendAgain)
        assert outcome.after_s <= RETRY_S_MAX
        task = replace(outcome.standing, started=True)


@given(st.lists(st.sampled_from(["silent", "dead", "broken", "outage"]), min_size=1, max_size=40))
def test_poison_is_given_up_whatever_comes_between(kinds: list[str]) -> None:
    task, faults = SENT, 0
    for kind in kinds:
        events: dict[str, Event] = {
            "silent": Silent(),
            "dead": Dead(task.attempt),
            "broken": Interrupted(task.attempt, Trouble.BROKEN),
            "outage": Interrupted(task.attempt, Trouble.OUTAGE),
        }
        faults += kind != "outage"
        outcome = retries.decide(task, events[kind])
        if faults == TASK_ATTEMPTS:
            assert outcome == GiveUp("gave_up")
            return
        assert isinstance(outcome, SendAgain)
        task = replace(outcome.standing, started=True)


def test_getting_further_wipes_the_slate() -> None:
    nearly = replace(SENT, faults=TASK_ATTEMPTS - 1)
    assert isinstance(retries.decide(nearly, Interrupted(3, Trouble.BROKEN)), GiveUp)
    assert sent_again(nearly, Interrupted(3, Trouble.BROKEN, further=True)).faults == 1
    assert sent_again(nearly, Interrupted(3, Trouble.OUT_OF_TIME, further=True)).faults == 0


def test_a_plan_that_is_lost_is_waited_for_and_lost_again_it_is_given_up() -> None:
    task, waits = replace(SENT, faults=TASK_ATTEMPTS - 1), []
    for _ in range(20):
        outcome = retries.decide(task, PlanLost(task.attempt, mended=False))
        assert isinstance(outcome, SendAgain)
        waits.append(outcome.after_s)
        task = outcome.standing
    assert task.faults == TASK_ATTEMPTS - 1
    assert (waits[0], max(waits)) == (5, RETRY_S_MAX)
    assert retries.decide(task, PlanLost(task.attempt, mended=True)) == GiveUp("plan_gone")


def test_a_task_nobody_began_is_sent_again_twice_and_then_waits() -> None:
    task = replace(SENT, started=False)
    for _ in range(TASK_UNSTARTED_SENDS):
        task = sent_again(task, Silent())
        assert (task.attempt, task.faults) == (3, 0)
    assert isinstance(retries.decide(task, Silent()), Ignore)
    assert sent_again(task, QueuesLost()).attempt == 3


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (StorageUnavailable("down"), Trouble.OUTAGE),
        (Unavailable("no time", code="out_of_time"), Trouble.OUT_OF_TIME),
        (Unavailable("disk", code="disk_full"), Trouble.OUTAGE),
        (FFmpegFailed("x"), Trouble.BROKEN),
        (KeyError("x"), Trouble.BROKEN),
    ],
)
def test_what_stopped_a_worker(error: Exception, trouble: Trouble) -> None:
    assert retries.trouble_of(error) is trouble


def test_a_message_is_postponed_by_an_outage_however_long_and_dies_of_a_fault() -> None:
    waits = [retries.of_message(StorageUnavailable("x"), received=1, postponed=n) for n in (0, 1, 2, 10**6)]
    assert waits == [Postpone(5), Postpone(10), Postpone(20), Postpone(RETRY_S_MAX)]
    faults = [retries.of_message(Broken("x"), received=n, postponed=0) for n in (1, 2, 10**6)]
    assert faults == [Fail(2), Fail(4), Fail(RETRY_S_MAX)]
    assert retries.of_message(NotFound("x"), received=1, postponed=0) == Acknowledge()
