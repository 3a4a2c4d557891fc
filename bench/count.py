"""The planner against an enumeration that shares no code with it, over many small orders made at random.

    python bench/count.py [--orders 20000] [--seed 1]

For each order: how many videos are possible, that one more is refused, and where there are few, that a plan of all has
each once and every one exact to the frame. `make test` does the same with a thousand. Exit status 1 if any differs.
"""

import argparse
import sys
import time
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.apps.random_orders import random_order
from tests.apps.test_independent_count import compare


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--orders", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    chance = Random(arguments.seed)  # noqa: S311 - a choice of orders is no secret
    started, different = time.process_time(), 0
    for _ in range(arguments.orders):
        spec, library = random_order(chance)
        difference = compare(spec, library)
        if difference:
            different += 1
            print(f"{difference}\n  {spec.model_dump(mode='json', exclude_unset=True)}")
            print(f"  {[(clip.name, clip.facts.video.frames) for clip in library.clips]}")
    print(f"{arguments.orders} orders, {different} different, {time.process_time() - started:.0f} CPU-s")
    return int(different > 0)


if __name__ == "__main__":
    sys.exit(main())
