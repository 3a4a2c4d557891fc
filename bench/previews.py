"""Previews of plans: how much CPU the first 24 videos of an order cost, and its quote.

    python bench/previews.py

The bar is 0.3 CPU-seconds above the quote, for a project of 200 clips in 40 groups, also after others of the same
order, which are chosen before it anew: of too many it is said that they are too far, within the bar as well. Exit
status 1 if it is missed.
"""

import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from rich.console import Console
from rich.table import Table

from medley.apps.registry import Library
from medley.apps.video_mixer import APP
from medley.apps.video_mixer.spec import MixSpec
from medley.errors import InvalidInput
from medley.limits import CLIPS_PER_PROJECT, GROUPS_PER_PROJECT, PREVIEW_CHOICES, PREVIEWED_VIDEOS
from tests.apps.builders import library

ABOVE_QUOTE_S = 0.3
Result = TypeVar("Result")
SKIPPING: dict[str, Any] = {"clips_per_video": 20, "count": 100, "seed": 7}
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
    "after as many others as can be": SKIPPING | {"skip": PREVIEW_CHOICES // 32},
    "after 1,000 others": SKIPPING | {"skip": 1_000},
    "after 1,000 others, at random": SKIPPING | {"skip": 1_000, "choose": "random"},
}


def cpu_s(work: Callable[[], Result]) -> tuple[float, Result]:
    """What it took, and what it came to."""
    began = time.process_time()
    result = work()
    return time.process_time() - began, result


def seen(spec: MixSpec, project: Library) -> int:
    """How many of the first videos are shown; none where they are too far behind others."""
    try:
        return len(APP.first(spec, project, 7, PREVIEWED_VIDEOS))
    except InvalidInput as refused:
        if refused.code != "preview_too_far":
            raise
        return 0


def main() -> int:
    names = [f"clip {n}" for n in range(CLIPS_PER_PROJECT)]
    size = CLIPS_PER_PROJECT // GROUPS_PER_PROJECT
    groups = {f"group {n}": names[n * size : (n + 1) * size] for n in range(GROUPS_PER_PROJECT)}
    project = library(names, groups)
    table = Table("order", "quote, CPU-s", "first videos, CPU-s", "shown")
    missed = False
    for name, options in MEASURED.items():
        spec = APP.spec.model_validate(options)
        quote_s, _ = cpu_s(partial(APP.quote, spec, project))
        first_s, shown = cpu_s(partial(seen, spec, project))
        missed |= first_s > quote_s + ABOVE_QUOTE_S
        table.add_row(name, f"{quote_s:.2f}", f"{first_s:.2f}", str(shown))
    Console().print(table)
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
