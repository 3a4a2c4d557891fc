"""Quotes of the hardest specs: how much CPU the dearest orders cost to price.

    python bench/quotes.py [--orders 400] [--seed 1]

First orders each of which is as hard as an option or two can make it, then many at random of projects up to their
limits (`hard_specs`): 200 clips, in 40 groups or in groups of unlike sizes, one or many clips of each, with sets of
clips that never follow each other, variants, windows, exact lengths and transitions in any combination. What a quote
refuses, it refuses within the same time. The dearest are shown. Exit status 1 if one costs more than 1 CPU-second.
"""

import argparse
import gc
import json
import random
import sys
import time
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parent.parent))

from hard_specs import HARDEST, Order, at_random

from medley.apps.video_mixer import APP
from medley.errors import InvalidInput

QUOTE_S = 1.0
SHOWN = 12


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--orders", type=int, default=400, help="how many are priced at random (400)")
    parser.add_argument("--seed", type=int, default=1, help="of the choice (1)")
    options = parser.parse_args()
    chance = random.Random(options.seed)  # noqa: S311 - a choice of orders is no secret
    priced = [(*_priced(build(chance)), name) for name, build in HARDEST.items()]
    priced += [(*_priced(order := at_random(chance)), _told(order)) for _ in range(options.orders)]
    priced.sort(key=lambda each: -each[0])
    refused = sum(outcome != "quoted" for _, outcome, _ in priced)
    table = Table("CPU-s", "outcome", "order", title=f"{len(priced)} orders, {refused} of them refused")
    for seconds, outcome, told in priced[:SHOWN]:
        table.add_row(f"{seconds:.2f}", outcome, told)
    Console(width=160).print(table)
    return int(priced[0][0] > QUOTE_S)


def _priced(order: Order) -> tuple[float, str]:
    """CPU seconds of one quote, the spec read included, and what came of it."""
    project, spec = order
    gc.collect()
    began, outcome = time.process_time(), "quoted"
    try:
        APP.quote(APP.spec.model_validate(spec), project)
    except ValidationError:
        outcome = "not legal"
    except InvalidInput as error:
        outcome = error.code
    return time.process_time() - began, outcome


def _told(order: Order) -> str:
    spec: dict[str, Any] = order[1]
    told = {name: value if len(str(value)) < 40 else f"{len(value)} of them" for name, value in spec.items()}
    return json.dumps(told)


if __name__ == "__main__":
    sys.exit(main())
