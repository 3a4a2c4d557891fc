"""The cost of the embedded cloud: Generate to the first and to the last video, against `medley mix` for the same plan.

    python bench/overhead.py [--rounds 3]

Clips of 3.5 seconds become videos of 1280x720 at 30 frames per second, with two workers and no segment kept from
before: 20 videos with all of 8 clips in an order of their own, and 50 videos with 5 of 20 clips each. `medley mix` is
timed as a user sees it, from its start; the cloud from the request that orders the videos until the API says that all
are made. Every round has a fresh cloud, into which the same clips are uploaded first, so its workers have never run.

Before, every video waited for every segment, so the first could not come before the last segment: both moments are
printed, as before and now. Exit status 1 if the cloud's median for the 20 videos is more than 1.5 times that of
`medley mix`, or if the first of the 50 videos does not come three times earlier than the last segment.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import footage
import psycopg
from rich.console import Console
from rich.table import Table

from local.cloud import Cloud
from local.data_directory import DataDirectory
from medley_client import Client, Json

SPEC: Json = {"mode": "automatic", "order": "shuffled", "resolution": 720, "fps": 30, "quality": "standard", "seed": 7}
WORKERS = 2
RICH = {"ACCOUNT_SIGN_UP_BONUS": "1000"}
RATIO_MAX = 1.5
EARLIER_MIN = 3
MARKS = ("first segment begun", "first video", "last segment", "last video", "all said to be done")

# The moments of one generation, in seconds since 1970. A worker says how long a task took, and when it was over.
MOMENTS = """
    SELECT (SELECT min(extract(epoch FROM reported_at) - wall_ms / 1000.0) FROM tasks t WHERE t.generation_id = g.id),
           (SELECT min(extract(epoch FROM settled_at)) FROM outputs o WHERE o.generation_id = g.id),
           (SELECT max(extract(epoch FROM reported_at)) FROM tasks t
            WHERE t.generation_id = g.id AND t.operation = 'render'),
           (SELECT max(extract(epoch FROM settled_at)) FROM outputs o WHERE o.generation_id = g.id)
    FROM generations g WHERE g.id = %s
"""


@dataclass(frozen=True)
class Order:
    """So many videos of so many clips each, out of so many."""

    outputs: int
    clips: int
    picked: int

    @property
    def spec(self) -> Json:
        return SPEC | {"count": self.outputs} | ({"clips_per_video": self.picked} if self.picked < self.clips else {})

    @property
    def title(self) -> str:
        return f"{self.outputs} videos of {self.picked} out of {self.clips} clips"


ORDERS = (Order(20, 8, 8), Order(50, 20, 5))


@dataclass(frozen=True)
class Timed:
    """One run: seconds from its beginning to each of the MARKS it knows, and the clips of its videos by name."""

    marks: dict[str, float]
    plan: list[list[str]]

    @property
    def seconds(self) -> float:
        return self.marks[MARKS[-1]]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3, help="times each side runs, in turns (3)")
    options = parser.parse_args()
    console = Console()
    missed = False
    for order in ORDERS:
        with tempfile.TemporaryDirectory(prefix="medley-bench-") as name:
            folder = Path(name)
            with console.status("Making clips ..."):
                clips = footage.make_many(folder, order.clips)
            mixes, clouds = [], []
            for number in range(options.rounds):
                with console.status(f"{order.title}: round {number + 1} of {options.rounds} ..."):
                    mixes.append(medley_mix(clips, order, folder))
                    clouds.append(embedded_cloud(clips, order, folder))
        if any(run.plan != mixes[0].plan for run in mixes + clouds):
            console.print("The plans differ, so the times cannot be compared.", style="red")
            return 1
        mix, cloud = median(mixes), median(clouds)
        ratio, earlier = report(console, mix, cloud, order), first_video(console, cloud)
        missed = missed or (ratio > RATIO_MAX if order.picked == order.clips else earlier < EARLIER_MIN)
    return int(missed)


def medley_mix(clips: list[Path], order: Order, folder: Path) -> Timed:
    """The command, in a process of its own, without a cache."""
    with tempfile.TemporaryDirectory(dir=folder) as out:
        path = Path(out) / "report.json"
        options = [f"--{name.replace('_', '-')}={value}" for name, value in order.spec.items() if name != "mode"]
        command = [str(Path(sys.executable).with_name("medley")), "mix", *map(str, clips), *options]
        command += [f"--out={out}", f"--json={path}", f"--workers={WORKERS}", "--no-cache"]
        began = time.time()
        run = subprocess.run(command, check=False, capture_output=True, text=True)
        seconds = time.time() - began
        if run.returncode:
            raise SystemExit(f"medley mix failed: {run.stderr[-2000:]}")
        told = json.loads(path.read_text())
        written = [Path(output["file"]).stat().st_mtime - began for output in told["outputs"]]
    marks = {MARKS[1]: min(written), MARKS[3]: max(written), MARKS[4]: seconds}
    marks[MARKS[2]] = sum(told["phases"][phase] for phase in ("clips", "plan", "segments"))
    return Timed(marks, shown(told))


def embedded_cloud(clips: list[Path], order: Order, folder: Path) -> Timed:
    """A new cloud with the clips uploaded and read; the order is timed."""
    data = folder / "cloud"
    try:
        with Cloud(data, durable=False, workers=WORKERS, settings=RICH) as cloud, Client(cloud.api_url) as client:
            client.sign_up("bench@example.com", "a long enough secret", "Bench")
            project = client.call("POST", "/projects", {"name": "Bench", "app": "video_mixer"})
            for number, path in enumerate(clips):
                client.upload(project["id"], path)
                client.settled_clips(project["id"], number + 1)
            began = time.time()
            generation = client.generate(project["id"], order.spec)
            *_, last = client.watch(generation["id"])
            ended = time.time()
            if last["generation"]["outputs_made"] != order.outputs:
                raise SystemExit(f"Only {last['generation']['outputs_made']} of {order.outputs} videos were made.")
            told = client.call("GET", f"/generations/{generation['id']}/manifest")
            with psycopg.connect(cloud.database_url) as connection:
                moments = connection.execute(MOMENTS, [generation["id"]]).fetchone() or ()
    finally:
        DataDirectory(data).forget()
    marks = {name: float(moment) - began for name, moment in zip(MARKS, (*moments, ended), strict=True)}
    return Timed(marks, shown(told))


def shown(manifest: Json) -> list[list[str]]:
    """The clips of each video, by name."""
    return [[shot["name"] for shot in output["shots"]] for output in manifest["outputs"]]


def median(runs: list[Timed]) -> Timed:
    """The run whose time is in the middle."""
    middle = statistics.median_low(run.seconds for run in runs)
    return next(run for run in runs if run.seconds == middle)


def report(console: Console, mix: Timed, cloud: Timed, order: Order) -> float:
    """Print the table; returns how many times as long as `medley mix` the cloud takes."""
    title = f"{order.title} of {footage.SECONDS} s, {WORKERS} workers, no cache: seconds from the beginning"
    table = Table(title=title, title_justify="left")
    for name in ("", "medley mix", "embedded cloud"):
        table.add_column(name, justify="right" if name else "left")
    for name in MARKS:
        table.add_row(name, *(f"{run.marks[name]:.2f}" if name in run.marks else "-" for run in (mix, cloud)))
    console.print(table)
    ratio = cloud.seconds / mix.seconds
    console.print(f"The cloud takes {ratio:.2f} times as long.")
    return ratio


def first_video(console: Console, cloud: Timed) -> float:
    """Print when the first video comes, and when it came at the earliest while each waited for every segment; returns
    how many times earlier that is."""
    now, before = cloud.marks[MARKS[1]], cloud.marks[MARKS[2]]
    console.print(f"The first video comes after {now:.1f} s; were all segments waited for, after {before:.1f} s at the")
    console.print(f"earliest: it is {before / now:.1f} times earlier.")
    return before / now


if __name__ == "__main__":
    sys.exit(main())
