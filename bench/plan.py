"""Time and memory to choose 1,000 videos: the planner alone, each case in a fresh process.

    python bench/plan.py [--videos 1000]

The bar is set for 40 groups of 200 clips each, in their order and in any, with and without variants: under 2 seconds
and 200 MB. The other cases are printed to be seen. Seconds are of CPU, which on an idle machine are those of a clock,
since the planner is one thread; memory is the most the process ever held, with the interpreter and all its imports.
`alike` is the most that two of the first 100 videos share, of all they could, as `diversity` counts it; `random` is the
same where videos are not chosen.

Exit status 1 if a bar is missed.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import Any, Literal

from rich.console import Console
from rich.table import Table

from medley.apps.video_mixer.planning.arrangements import Arrangements, Video, capacity_of
from medley.apps.video_mixer.planning.block_counting import Block
from medley.apps.video_mixer.planning.blocks import BlocksInAnyOrder, BlocksInOrder
from medley.apps.video_mixer.planning.diversity import ARRANGEMENT_PLANE, FOOTAGE_POINTS, Earlier, Footage
from medley.apps.video_mixer.planning.planner import Numbering
from medley.apps.video_mixer.planning.ranked_combinations import Choices

CPU_S_MAX = 2.0
MEMORY_MB_MAX = 200
SEED = 7
COMPARED = 100


def groups(count: int, size: int, picked: int = 1) -> list[Block]:
    return [Block(tuple(range(place * size, (place + 1) * size)), picked) for place in range(count)]


def weights(clips: int, most: int) -> dict[int, int]:
    """From one variant to `most` of each clip."""
    return {clip: 1 + clip % most for clip in range(clips)}


MEASURED: dict[str, Callable[[], Arrangements]] = {
    "40 groups of 200": lambda: BlocksInOrder(groups(40, 200)),
    "40 groups of 200, variants": lambda: BlocksInOrder(groups(40, 200), weights(8_000, 7)),
    "40 groups of 200, any order": lambda: BlocksInAnyOrder(groups(40, 200)),
    "40 groups of 200, any order, variants": lambda: BlocksInAnyOrder(groups(40, 200), weights=weights(8_000, 7)),
}
SEEN: dict[str, Callable[[], Arrangements]] = {
    "40 groups of 200, two of each": lambda: BlocksInOrder(groups(40, 200, 2)),
    "40 groups of 200, sets apart": lambda: BlocksInOrder(
        groups(40, 200), {}, {clip: 1 + clip % 3 for clip in range(4_000)}
    ),
    "all of 8": lambda: BlocksInOrder((Block(tuple(range(8)), 8),)),
    "all of 40, ten sets of 4 apart": lambda: BlocksInOrder(
        (Block(tuple(range(40)), 40),), {}, {clip: 1 + clip // 4 for clip in range(40)}
    ),
    "40 of 200, variants": lambda: BlocksInOrder((Block(tuple(range(200)), 40),), weights(200, 4)),
    "all of 200": lambda: BlocksInOrder((Block(tuple(range(200)), 200),)),
    "40 of 200 in their order": lambda: Choices(tuple(range(200)), 40),
    "3 groups of 6, three speeds": lambda: BlocksInOrder(groups(3, 6), dict.fromkeys(range(18), 3)),
    "4 groups of 6": lambda: BlocksInOrder(groups(4, 6)),
    "all of 200, six sets of 20 apart": lambda: BlocksInOrder(
        (Block(tuple(range(200)), 200),), {}, {clip: 1 + clip // 20 for clip in range(120)}
    ),
}


def alike(videos: list[Video], footage: Footage) -> float:
    """The most that two of the first videos share, from 0 to 1."""
    earlier = Earlier(footage)
    worst = 0
    for video in videos[:COMPARED]:
        worst = max(worst, earlier.likeness(video).points)
        earlier.add(video)
    clips = len(videos[0])
    arrangement = 1 << ARRANGEMENT_PLANE
    return worst / (clips * (FOOTAGE_POINTS + arrangement) + (clips - 1) * arrangement)


def plan(name: str, videos: int) -> dict[str, Any]:
    """One case, in this process."""
    started = time.process_time()
    arrangements = (MEASURED | SEEN)[name]()
    numbering = Numbering(arrangements, SEED)
    count = min(videos, capacity_of(arrangements))
    found = [numbering[number] for number in range(count)]
    cpu_s = time.process_time() - started
    memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    assert len(set(found)) == count
    used = Counter(pick.clip for pick in chain.from_iterable(found))
    times = [used[clip] for pool in arrangements.pools for clip in pool.clips]
    footage = Footage.of(arrangements, None)
    choose: Literal["random"] = "random"
    drawn = Numbering(arrangements, SEED, choose=choose)
    return {
        "cpu_s": cpu_s,
        "memory_mb": memory_mb,
        "used": f"{min(times)}-{max(times)}",
        "alike": alike(found, footage),
        "random": alike([drawn[number] for number in range(min(COMPARED, count))], footage),
    }


def measure(name: str, videos: int) -> dict[str, Any]:
    """One case, in a process of its own."""
    command = [sys.executable, str(Path(__file__)), "--videos", str(videos), "--case", name]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--videos", type=int, default=1_000)
    parser.add_argument("--case", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.case:
        print(json.dumps(plan(options.case, options.videos)))
        return 0
    table = Table("case", "CPU s", "MB", "uses of a clip", "alike", "random", title=f"{options.videos} videos")
    missed = []
    for name in (*MEASURED, *SEEN):
        found = measure(name, options.videos)
        within = found["cpu_s"] < CPU_S_MAX and found["memory_mb"] < MEMORY_MB_MAX
        if name in MEASURED and not within:
            missed.append(name)
        figures = (f"{found['cpu_s']:.2f}", f"{found['memory_mb']:.0f}", found["used"])
        table.add_row(name, *figures, f"{found['alike']:.2f}", f"{found['random']:.2f}")
    console = Console()
    console.print(table)
    for name in missed:
        console.print(f"[red]missed: {name} takes {CPU_S_MAX} s or {MEMORY_MB_MAX} MB or more[/red]")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
