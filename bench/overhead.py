"""What the embedded cloud costs: Generate to the last video, against `medley mix` for the same plan.

    python bench/overhead.py [--outputs 20] [--rounds 3]

Eight clips of 3.5 seconds become 20 videos with all eight in an order of their own, 1280x720 at 30 frames per second,
with two workers and no segment kept from before. `medley mix` is timed as a user sees it, from its start to its end;
the cloud from the request that orders the videos until the API says that all are made. Every round has a fresh cloud,
into which the same clips are uploaded first, so its workers have never run.

Exit status 1 if the cloud's median is more than 1.5 times that of `medley mix`.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import footage
import psycopg
from rich.console import Console
from rich.table import Table

from local.cloud import Cloud
from local.data_directory import DataDirectory
from medley_client import Client, Json, ids

SPEC: Json = {"mode": "automatic", "order": "shuffled", "resolution": 720, "fps": 30, "quality": "standard", "seed": 7}
WORKERS = 2
RATIO_MAX = 1.5
PHASES = ("before the first segment", "segments", "from segments to videos", "videos", "after the last video")

# The moments of one generation, in seconds since 1970. A worker says how long a task took, and when it was over.
MOMENTS = """
    SELECT min(extract(epoch FROM closed_at) - wall_ms / 1000.0) FILTER (WHERE stage = 0),
           max(extract(epoch FROM closed_at)) FILTER (WHERE stage = 0),
           min(extract(epoch FROM closed_at) - wall_ms / 1000.0) FILTER (WHERE stage = 1),
           max(extract(epoch FROM closed_at)) FILTER (WHERE stage = 1)
    FROM tasks WHERE generation_id = %s
"""


@dataclass(frozen=True)
class Timed:
    """One run: seconds in all, by phase, and the videos' recipes without what differs between two libraries."""

    seconds: float
    phases: dict[str, float]
    plan: list[list[str]]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--outputs", type=int, default=20, help="videos to make (20)")
    parser.add_argument("--rounds", type=int, default=3, help="times each side runs, in turns (3)")
    options = parser.parse_args()
    console = Console()
    with tempfile.TemporaryDirectory(prefix="medley-bench-") as name:
        folder = Path(name)
        with console.status("Making eight clips ..."):
            clips = footage.make_all(folder)
        mixes, clouds = [], []
        for number in range(options.rounds):
            with console.status(f"Round {number + 1} of {options.rounds} ..."):
                mixes.append(medley_mix(clips, options.outputs, folder))
                clouds.append(embedded_cloud(clips, options.outputs, folder))
    if any(run.plan != mixes[0].plan for run in mixes + clouds):
        console.print("The plans differ, so the times cannot be compared.", style="red")
        return 1
    return report(console, median(mixes), median(clouds), options.outputs)


def medley_mix(clips: list[Path], outputs: int, folder: Path) -> Timed:
    """The command, in a process of its own, without a cache."""
    with tempfile.TemporaryDirectory(dir=folder) as out:
        path = Path(out) / "report.json"
        options = [f"--{name}={value}" for name, value in SPEC.items() if name != "mode"]
        command = [str(Path(sys.executable).with_name("medley")), "mix", *map(str, clips), *options]
        command += [f"--count={outputs}", f"--out={out}", f"--json={path}", f"--workers={WORKERS}", "--no-cache"]
        began = time.perf_counter()
        run = subprocess.run(command, check=False, capture_output=True, text=True)
        seconds = time.perf_counter() - began
        if run.returncode:
            raise SystemExit(f"medley mix failed: {run.stderr[-2000:]}")
        told = json.loads(path.read_text())
    segments, videos = told["phases"]["segments"], told["phases"]["videos"]
    phases = {PHASES[0]: seconds - segments - videos, PHASES[1]: segments, PHASES[3]: videos}
    return Timed(seconds, phases, [[shot["name"] for shot in output["shots"]] for output in told["outputs"]])


def embedded_cloud(clips: list[Path], outputs: int, folder: Path) -> Timed:
    """A new cloud with the clips uploaded and read; the order is timed."""
    data = folder / "cloud"
    try:
        with Cloud(data, durable=False, workers=WORKERS) as cloud, Client(cloud.api_url) as client:
            client.sign_up("bench@example.com", "a long enough secret", "Bench")
            project = client.call("POST", "/projects", {"name": "Bench", "app": "video_mixer"})
            for number, path in enumerate(clips):
                client.upload(project["id"], path)
                client.settled_clips(project["id"], number + 1)
            began = time.time()
            generation = client.generate(project["id"], SPEC | {"count": outputs})
            *_, last = client.watch(generation["id"])
            ended = time.time()
            if last["generation"]["outputs_done"] != outputs:
                raise SystemExit(f"Only {last['generation']['outputs_done']} of {outputs} videos were made.")
            names = dict(zip(ids(client.all_items(f"/projects/{project['id']}/clips")), clips, strict=True))
            with psycopg.connect(cloud.database_url) as connection:
                moments = connection.execute(MOMENTS, [generation["id"]]).fetchone()
                recipes = connection.execute(
                    "SELECT recipe FROM outputs WHERE generation_id = %s ORDER BY n", [generation["id"]]
                ).fetchall()
    finally:
        DataDirectory(data).forget()
    marks = [began, *map(float, moments or ()), ended]
    phases = {name: later - earlier for name, (earlier, later) in zip(PHASES, pairwise(marks), strict=True)}
    plan = [[names[shot["clip"]].name for shot in recipe["shots"]] for (recipe,) in recipes]
    return Timed(ended - began, phases, plan)


def median(runs: list[Timed]) -> Timed:
    """The run whose time is in the middle."""
    middle = statistics.median_low(run.seconds for run in runs)
    return next(run for run in runs if run.seconds == middle)


def report(console: Console, mix: Timed, cloud: Timed, outputs: int) -> int:
    """Print the table; returns the exit status."""
    table = Table(title=f"{outputs} videos of eight clips of {footage.SECONDS} s, {WORKERS} workers, no cache: seconds")
    for name in ("", "medley mix", "embedded cloud", "difference"):
        table.add_column(name, justify="right" if name else "left")
    for name in PHASES:
        one, other = mix.phases.get(name, 0.0), cloud.phases.get(name, 0.0)
        table.add_row(name, f"{one:.2f}", f"{other:.2f}", f"{other - one:+.2f}")
    table.add_section()
    table.add_row("in all", f"{mix.seconds:.2f}", f"{cloud.seconds:.2f}", f"{cloud.seconds - mix.seconds:+.2f}")
    console.print(table)
    ratio = cloud.seconds / mix.seconds
    console.print(f"The cloud takes {ratio:.2f} times as long (at most {RATIO_MAX}).")
    return int(ratio > RATIO_MAX)


if __name__ == "__main__":
    sys.exit(main())
