"""Tally of many people's requests and pushes, and what is said of it in the end."""

import math
import statistics
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table


@dataclass
class Tally:
    """Milliseconds by kind of request, and what went wrong."""

    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: Counter[str] = field(default_factory=Counter)
    pushes: Counter[str] = field(default_factory=Counter)
    ends_pushed: int = 0

    def p95(self, kind: str) -> float:
        """Milliseconds; infinite of what nobody was answered."""
        took = self.took[kind] or [math.inf]
        return statistics.quantiles(took, n=20)[-1] if len(took) > 1 else took[0]


def tell(goals: dict[str, bool], tally: Tally, console: Console) -> bool:
    """Say what went wrong and which goals are met; returns whether all are."""
    wrong = Table("what went wrong", "times", box=None)
    for what, times in tally.errors.most_common(10):
        wrong.add_row(what, str(times))
    if tally.errors:
        console.print(wrong)
    for goal, met in goals.items():
        console.print(f"{'met   ' if met else 'MISSED'} {goal}")
    return all(goals.values())
