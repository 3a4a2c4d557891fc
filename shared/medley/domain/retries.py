"""Retries: what becomes of work when something goes wrong. The one policy, pure, for tasks and for messages.

The task's row is the only budget. Attempts bound poison: work that fails, or takes its worker down, TASK_ATTEMPTS
times without getting any further is given up. The generation's deadline bounds outages: what nobody can do now is sent
again for as long as there is time. A message says of which attempt it speaks; of an earlier one it says nothing.

`docs/decisions/one-policy-for-failure.md` has the tables of what these functions answer, written from them.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from medley.errors import Rejected, Unavailable
from medley.limits import RETRY_S, RETRY_S_MAX, TASK_ATTEMPTS, TASK_FAULT_S, TASK_UNSTARTED_SENDS


class Trouble(StrEnum):
    """Why a worker did not finish what it began, as it says itself."""

    OUTAGE = "outage"  # storage, queue or disk: it passes by itself
    OUT_OF_TIME = "out_of_time"  # the function's time was up; what was made is kept
    BROKEN = "broken"  # our fault, or the work's: nobody knows


# --- what happened ---


@dataclass(frozen=True)
class Silent:
    """Nothing was heard of the task for longer than a worker, or a queue, is silent."""


@dataclass(frozen=True)
class Interrupted:
    """A worker stopped at `attempt` and said so. `further`: it had made something that was not there before."""

    attempt: int
    trouble: Trouble
    further: bool = False


@dataclass(frozen=True)
class Dead:
    """The command of `attempt` was received as often as its queue allows, and no worker lived to acknowledge it."""

    attempt: int


@dataclass(frozen=True)
class PlanLost:
    """A worker did not find the task at `attempt`: its plan is lost, or damaged. `mended`: that had been made anew when
    the attempt was sent, so it was lost twice."""

    attempt: int
    mended: bool


@dataclass(frozen=True)
class QueuesLost:
    """The queues have forgotten their messages."""


Event = Silent | Interrupted | Dead | PlanLost | QueuesLost


# --- how a task stands, and what becomes of it ---


@dataclass(frozen=True)
class Standing:
    """As much of a task as counts here.

    `sent`: it is under way. `attempt`: of the command sent last, from 1. `started`: a worker gave a sign of life since.
    `faults`: attempts in a row that may have failed by the work's own fault. `outages`: likewise by no fault of it.
    `redelivered_unstarted`: how often it was sent again because nobody had begun it.
    """

    sent: bool
    attempt: int
    started: bool
    faults: int = 0
    outages: int = 0
    redelivered_unstarted: int = 0


@dataclass(frozen=True)
class SendAgain:
    """Send the task's command again after so many seconds; from then on it stands so."""

    after_s: int
    standing: Standing


@dataclass(frozen=True)
class GiveUp:
    """Fail the task; `reason` is a stable code."""

    reason: str


@dataclass(frozen=True)
class Ignore:
    """Nothing happens; `why` is for the log."""

    why: str


Outcome = SendAgain | GiveUp | Ignore
GAVE_UP: Final = "gave_up"
PLAN_GONE: Final = "plan_gone"


def decide(task: Standing, event: Event) -> Outcome:
    """What becomes of a task."""
    if not task.sent or (isinstance(event, Interrupted | Dead | PlanLost) and event.attempt != task.attempt):
        return Ignore("another attempt is under way" if task.sent else "the task is not under way")
    match event:
        case Silent():
            return _silent(task)
        case Interrupted():
            return _interrupted(task, event)
        case Dead():
            return _counted(task, task.faults)
        case PlanLost():  # no fault of the task's: once it waits until the plan is there, or cannot be had
            waits = _interrupted(task, Interrupted(event.attempt, Trouble.OUTAGE))
            return GiveUp(PLAN_GONE) if event.mended else waits
        case QueuesLost():
            return SendAgain(0, replace(task, started=False))


def _silent(task: Standing) -> Outcome:
    if task.started:
        return _counted(task, task.faults, at_once=True)
    if task.redelivered_unstarted >= TASK_UNSTARTED_SENDS:
        return Ignore("it waits for a worker, at most until the deadline")
    # The same attempt: its message is lost, or its lane is busy.
    return SendAgain(0, replace(task, redelivered_unstarted=task.redelivered_unstarted + 1))


def _interrupted(task: Standing, event: Interrupted) -> Outcome:
    """An outage is no fault; having got further, a task begins to count anew."""
    faults, outages = (0, 0) if event.further else (task.faults, task.outages)
    if event.trouble is Trouble.OUTAGE:
        return SendAgain(outage_s(outages), _next(task, faults=faults, outages=outages + 1))
    if event.trouble is Trouble.OUT_OF_TIME:
        return SendAgain(0, _next(task)) if event.further else _counted(task, faults, at_once=True)
    return _counted(task, faults)


def _counted(task: Standing, faults: int, *, at_once: bool = False) -> Outcome:
    """One more attempt, unless as many have failed as a task may have."""
    if faults + 1 >= TASK_ATTEMPTS:
        return GiveUp(GAVE_UP)
    after_s = 0 if at_once else TASK_FAULT_S << faults
    return SendAgain(after_s, _next(task, faults=faults + 1))


def _next(task: Standing, *, faults: int = 0, outages: int = 0) -> Standing:
    """The next attempt, which nobody has begun."""
    return replace(
        task, attempt=task.attempt + 1, started=False, faults=faults, outages=outages, redelivered_unstarted=0
    )


def outage_s(before: int) -> int:
    """Seconds until something is tried again that an outage stopped, and had stopped `before` times already.

    Soon at first, then often enough that all goes on within a minute or so of the outage's end.
    """
    return min(RETRY_S << min(before, 10), RETRY_S_MAX)


# --- messages that are no commands: facts, S3's events, dead letters ---


@dataclass(frozen=True)
class Acknowledge:
    """It is done with: it would never work as it stands."""


@dataclass(frozen=True)
class Postpone:
    """It comes again after so many seconds as a message of its own, so that its receives count for nothing."""

    after_s: int


@dataclass(frozen=True)
class Fail:
    """It is received once more after so many seconds, or is a dead letter."""

    after_s: int


MessageOutcome = Acknowledge | Postpone | Fail


def of_message(error: Exception, *, received: int, postponed: int) -> MessageOutcome:
    """What becomes of a message that failed with `error` when it was received for the `received`-th time, having been
    postponed so often before. Receives are a guard against crashes, not the measure of an outage."""
    match error:
        case Rejected():
            return Acknowledge()
        case Unavailable():
            return Postpone(outage_s(postponed))
        case _:
            return Fail(min(1 << min(received, 10), RETRY_S_MAX))


# --- uploads, which have no task: sweep looks for them again ---


def of_dead_upload(faults: int) -> GiveUp | Ignore:
    """What becomes of an upload that ingest did not survive, `faults` times by now with all its receives. If it is not
    given up it is expected as before, so that it is looked for and announced again."""
    return GiveUp("ingest_gave_up") if faults >= TASK_ATTEMPTS else Ignore("it is looked for again")


def trouble_of(error: Exception) -> Trouble:
    """What stopped a worker."""
    if not isinstance(error, Unavailable):
        return Trouble.BROKEN
    return Trouble.OUT_OF_TIME if error.code == "out_of_time" else Trouble.OUTAGE
