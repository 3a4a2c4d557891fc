"""The plan of a retry: what is left of a generation's plan for the outputs that were not made."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from medley.domain.generations import Output, OutputState, Plan
from medley.domain.quotes import PriceLine

AGAIN = ("again", "Made again")


def not_made(outputs: Iterable[Output]) -> list[Output]:
    """The outputs of a generation that has ended which are not made: they failed or were cancelled."""
    return [output for output in outputs if output.state in {OutputState.FAILED, OutputState.CANCELLED}]


def only(plan: Plan, wanted: Collection[int]) -> Plan:
    """The plan of these outputs alone, numbered anew from 1 in their order, with the tasks that are for any of them.

    What a task's payload says stays as it is, so it may make more than they need.
    """
    numbers = {n: place for place, n in enumerate(sorted(wanted), start=1)}
    kept = [task for task in plan.tasks if numbers.keys() & set(task.outputs)]
    indexes = {task.index: place for place, task in enumerate(kept)}
    return replace(
        plan,
        outputs=tuple(
            replace(output, n=numbers[output.n])
            for output in sorted(plan.outputs, key=lambda output: output.n)
            if output.n in numbers
        ),
        tasks=tuple(
            replace(
                task,
                index=indexes[task.index],
                outputs=tuple(numbers[n] for n in task.outputs if n in numbers),
                makes=tuple(numbers[n] for n in task.makes if n in numbers),
                needs=tuple(indexes[need] for need in task.needs if need in indexes),
            )
            for task in kept
        ),
    )


def price_lines(lines: Sequence[PriceLine], outputs: Sequence[Output]) -> tuple[PriceLine, ...]:
    """What these outputs of an order cost: as its own lines have it, or where they cost unlike amounts, in one line."""
    fewer = tuple(replace(line, quantity=len(outputs)) for line in lines)
    price = sum(output.price for output in outputs)
    return fewer if sum(line.total for line in fewer) == price else (PriceLine(*AGAIN, price, 1),)
