"""Quotes of the hardest specs: how much CPU the dearest of many random orders of the largest projects costs to price.

    python bench/quotes.py [--orders 400] [--seed 1]

The orders are of projects up to their limits: 200 clips, in 40 groups or in groups of unlike sizes, with sets of clips
that never follow each other, variants, windows, exact lengths and transitions in any combination. What a quote refuses,
it refuses within the same time. The five dearest are shown. Exit status 1 if one costs more than 1 CPU-second.
"""

import argparse
import json
import random
import sys
import time
from itertools import pairwise
from typing import Any

from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from medley.apps.registry import Library
from medley.apps.video_mixer import APP
from medley.domain.projects import Group
from medley.errors import InvalidInput
from medley.limits import CLIPS_PER_PROJECT, GROUPS_PER_PROJECT
from tests.apps.builders import clip, clip_id

QUOTE_S = 1.0
SHOWN = 5
LOOKS = ("none", "mirror", "zoom_103", "zoom_106", "warm", "cool", "mono")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--orders", type=int, default=400, help="how many are priced (400)")
    parser.add_argument("--seed", type=int, default=1, help="of the choice (1)")
    options = parser.parse_args()
    chance = random.Random(options.seed)  # noqa: S311
    priced = sorted((_priced(chance) for _ in range(options.orders)), key=lambda each: -each[0])
    refused = sum(outcome != "quoted" for _, outcome, _ in priced)
    table = Table("CPU-s", "outcome", "order", title=f"{options.orders} orders, {refused} of them refused")
    for seconds, outcome, spec in priced[:SHOWN]:
        told = {name: value if len(str(value)) < 40 else f"{len(value)} of them" for name, value in spec.items()}
        table.add_row(f"{seconds:.2f}", outcome, json.dumps(told))
    Console(width=160).print(table)
    return int(priced[0][0] > QUOTE_S)


def _priced(chance: random.Random) -> tuple[float, str, dict[str, Any]]:
    """CPU seconds of one quote, the spec read included; what came of it, and of what."""
    names = [f"clip {n}" for n in range(chance.choice((20, 60, CLIPS_PER_PROJECT, CLIPS_PER_PROJECT)))]
    clips = tuple(clip(name, seconds=chance.choice((2, 4, chance.uniform(1, 600)))) for name in names)
    groups = (Group(title, tuple(map(clip_id, members))) for title, members in _groups(names, chance).items())
    project = Library(clips, tuple(groups))
    spec = _spec(names, project, chance)
    began, outcome = time.process_time(), "quoted"
    try:
        APP.quote(APP.spec.model_validate(spec), project)
    except ValidationError:
        outcome = "not legal"
    except InvalidInput as error:
        outcome = error.code
    return time.process_time() - began, outcome, spec


def _groups(names: list[str], chance: random.Random) -> dict[str, list[str]]:
    """Up to the most groups there may be, of equal or of unlike sizes."""
    many = chance.choice((2, 8, 20, GROUPS_PER_PROJECT))
    cuts = [0, *sorted(chance.sample(range(1, len(names)), min(many, len(names)) - 1)), len(names)]
    if chance.random() < 0.5:
        cuts = [round(len(names) * place / many) for place in range(many + 1)]
    return {f"group {n}": names[begin:end] for n, (begin, end) in enumerate(pairwise(cuts)) if end > begin}


def _spec(names: list[str], project: Library, chance: random.Random) -> dict[str, Any]:
    ids = [str(clip.clip_id) for clip in project.clips]
    spec: dict[str, Any] = {"count": chance.choice((1, 100, 1_000)), "mode": chance.choice(("automatic", "groups"))}
    spec["order"] = chance.choice(("shuffled", "shuffled", "fixed"))
    if spec["mode"] == "automatic" and chance.random() < 0.7:
        spec["clips_per_video"] = chance.randint(1, min(len(names), 120))
    if chance.random() < 0.6:
        chance.shuffle(ids)
        size = chance.choice((2, 3, 7, 20, 40))
        held = ids[: chance.randint(2, len(ids))]
        sets = [held[at : at + size] for at in range(0, len(held), size)]
        spec["never_adjacent"] = [each for each in sets if len(each) > 1]
    if chance.random() < 0.3:
        spec["first_clip"] = chance.choice(ids)
    if chance.random() < 0.4:
        spec["speeds"] = chance.sample(["1/2", "3/4", "1", "5/4", "3/2", "2"], chance.randint(1, 4))
    if chance.random() < 0.4:
        spec["looks"] = chance.sample(LOOKS, chance.randint(1, 4))
    if chance.random() < 0.4:
        spec |= {"trim": chance.choice(("head", "spread")), "window_s": chance.choice((1, 2))}
        if spec["trim"] == "spread":
            spec["windows"] = chance.randint(2, 8)
    if chance.random() < 0.4:
        spec |= {"duration_s": chance.choice((15, 60, 600)), "share": chance.choice(("equal", "proportional", "smart"))}
    if chance.random() < 0.4:
        spec |= {"transition": chance.choice(("dissolve", "fade")), "transition_frames": chance.choice((2, 10, 30))}
    return spec


if __name__ == "__main__":
    sys.exit(main())
