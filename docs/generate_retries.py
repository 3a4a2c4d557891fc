"""Write the tables of docs/decisions/one-policy-for-failure.md from `medley.domain.retries`. Run by `make docs`.

Each cell is what the function answers to the same thing happening again and again, so the page cannot drift: a test
compares it with what this would write.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from infra.rows import MAX_RECEIVE_COUNT
from medley.domain import retries
from medley.domain.retries import (
    Dead,
    Event,
    GiveUp,
    Ignore,
    Interrupted,
    MessageOutcome,
    PlanLost,
    QueuesLost,
    SendAgain,
    Silent,
    Standing,
    Trouble,
)
from medley.errors import Broken, InvalidInput, StorageUnavailable

PAGE = Path(__file__).parent / "decisions" / "one-policy-for-failure.md"
BEGIN, END = "<!-- tasks and messages, written by `make docs` -->", "<!-- end -->"
REPEATS: Final = 8
SENT = Standing(sent=True, attempt=2, started=True)

Happening = Callable[[Standing], Event]


def interrupted(trouble: Trouble, *, further: bool = False) -> Happening:
    return lambda task: Interrupted(task.attempt, trouble, further)


TASKS: tuple[tuple[str, str, Standing, Happening], ...] = (
    ("the worker stops and says so", "outage", SENT, interrupted(Trouble.OUTAGE)),
    ("", "outage, having got further", SENT, interrupted(Trouble.OUTAGE, further=True)),
    ("", "out of time, having got further", SENT, interrupted(Trouble.OUT_OF_TIME, further=True)),
    ("", "out of time, no further", SENT, interrupted(Trouble.OUT_OF_TIME)),
    ("", "broken", SENT, interrupted(Trouble.BROKEN)),
    ("", "broken, having got further", SENT, interrupted(Trouble.BROKEN, further=True)),
    ("", "said of an earlier attempt", SENT, lambda task: Interrupted(task.attempt - 1, Trouble.BROKEN)),
    ("the worker does not find its plan", "not made anew yet", SENT, lambda task: PlanLost(task.attempt, False)),
    ("", "lost again after that", SENT, lambda task: PlanLost(task.attempt, True)),
    ("nothing is heard", "a worker had begun", SENT, lambda _: Silent()),
    ("", "nobody had begun", Standing(sent=True, attempt=2, started=False), lambda _: Silent()),
    ("the command is a dead letter", "of this attempt", SENT, lambda task: Dead(task.attempt)),
    ("", "of an earlier attempt", SENT, lambda task: Dead(task.attempt - 1)),
    ("the queues are lost", "", SENT, lambda _: QueuesLost()),
    ("any of these", "the task has ended", Standing(sent=False, attempt=2, started=True), lambda _: Silent()),
)
MESSAGES = (
    ("refused for good", InvalidInput("x")),
    ("outage", StorageUnavailable("x")),
    ("broken, or any other error", Broken("x")),
)


def render() -> str:
    """The tables, as Markdown."""
    rows = [f"| {what} | {kind} | {_again_and_again(task, happens)} |" for what, kind, task, happens in TASKS]
    tasks = "\n".join(["| what happens | class | what becomes of the task |", "| --- | --- | --- |", *rows])
    lines = [f"| {kind} | {_received_again_and_again(error)} |" for kind, error in MESSAGES]
    messages = "\n".join(["| what its handler raises | what becomes of the message |", "| --- | --- |", *lines])
    return f"{tasks}\n\nOf messages that are no commands, facts, S3's events and dead letters:\n\n{messages}"


def page() -> str:
    """The whole page, its tables as they should be."""
    before, rest = PAGE.read_text().split(BEGIN)
    after = rest.split(END)[1]
    return f"{before}{BEGIN}\n\n{render()}\n\n{END}{after}"


def _again_and_again(task: Standing, happens: Happening) -> str:
    delays: list[int] = []
    attempt, started, last = task.attempt, task.started, ""
    for _ in range(REPEATS):
        match retries.decide(task, happens(task)):
            case SendAgain(after_s, standing):
                delays.append(after_s)
                task = Standing(**{**vars(standing), "started": started})
            case GiveUp(reason):
                last = f"given up: `{reason}`"
                break
            case Ignore(why):
                last = f"nothing: {why}"
                break
    said = [_delays(delays, task.attempt > attempt, endless=not last)] if delays else []
    return "; then ".join([*said, last] if last else said)


def _delays(delays: list[int], fresh: bool, *, endless: bool) -> str:
    which = "a new attempt" if fresh else "the same attempt"
    if set(delays) == {0}:
        often = "each time" if endless else f"{len(delays)} times"
        return f"{which} at once, {often}"
    if len(set(delays)) == 1:
        return f"{which} after {delays[0]} s, each time"
    shown = ", ".join(str(delay) for delay in delays) + (" ..." if endless else "")
    return f"{which} after {shown} s"


def _received_again_and_again(error: Exception) -> str:
    first = retries.of_message(error, received=1, postponed=0)
    if isinstance(first, retries.Acknowledge):
        return "acknowledged and logged"
    if isinstance(first, retries.Postpone):
        outcomes = [retries.of_message(error, received=1, postponed=n) for n in range(REPEATS)]
        return f"comes again as a new message after {_said(outcomes)} ... s"
    outcomes = [retries.of_message(error, received=n, postponed=0) for n in range(1, MAX_RECEIVE_COUNT)]
    return f"received again after {_said(outcomes)} s; then a dead letter"


def _said(outcomes: list[MessageOutcome]) -> str:
    return ", ".join(str(each.after_s) for each in outcomes if not isinstance(each, retries.Acknowledge))


if __name__ == "__main__":
    PAGE.write_text(page())
