"""Previews of plans: how much CPU the first 24 videos of an order cost, and its quote.

    python bench/previews.py

The bar is 0.3 CPU-seconds above the quote, for a project of 200 clips in 40 groups. More of an order of a thousand is
printed to be seen: it chooses those before it anew. Exit status 1 if the bar is missed.
"""

import sys
import time
from collections.abc import Callable
from typing import Any

from rich.console import Console
from rich.table import Table

from medley.apps.video_mixer import APP
from medley.limits import CLIPS_PER_PROJECT, GROUPS_PER_PROJECT, PREVIEWED_VIDEOS
from tests.apps.builders import library

ABOVE_QUOTE_S = 0.3
MEASURED: dict[str, dict[str, Any]] = {
    "a clip of each group, in order": {"mode": "groups", "count": 100},
    "in any order, with variants": {
        "mode": "groups",
        "order": "shuffled",
        "count": 100,
        "speeds": ["1", "5/4"],
        "looks": ["none", "mirror"],
    },
    "20 of 200 clips, 1,000 videos": {"clips_per_video": 20, "count": 1_000},
    "20 of 200 clips, windows": {"clips_per_video": 20, "count": 100, "trim": "spread", "window_s": 1},
}
SEEN: dict[str, dict[str, Any]] = {
    "after 1,000 others": {"clips_per_video": 20, "count": 100, "skip": 1_000, "seed": 7}
}


def cpu_s(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def main() -> int:
    names = [f"clip {n}" for n in range(CLIPS_PER_PROJECT)]
    size = CLIPS_PER_PROJECT // GROUPS_PER_PROJECT
    groups = {f"group {n}": names[n * size : (n + 1) * size] for n in range(GROUPS_PER_PROJECT)}
    project = library(names, groups)
    table = Table("order", "quote, CPU-s", "first videos, CPU-s")
    missed = False
    for name, options in (MEASURED | SEEN).items():
        spec = APP.spec.model_validate(options)
        quote_s = cpu_s(lambda spec=spec: APP.quote(spec, project))  # type: ignore[misc]
        first_s = cpu_s(lambda spec=spec: APP.first(spec, project, 7, PREVIEWED_VIDEOS))  # type: ignore[misc]
        missed |= name in MEASURED and first_s > quote_s + ABOVE_QUOTE_S
        table.add_row(name, f"{quote_s:.2f}", f"{first_s:.2f}")
    Console().print(table)
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
