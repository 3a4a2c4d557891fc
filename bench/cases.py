"""The cases of the comparison, and Medley's side of each: the command as a user runs it."""

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import footage
from edits import Edit, edits
from measure import Used, run

FPS = 30
WORKERS = 2
SEED = 7  # the same videos each time


@dataclass(frozen=True)
class Case:
    """So many outputs of one canvas. `clips` makes the footage in a folder and gives the arguments that name it."""

    title: str
    outputs: int
    width: int
    height: int
    clips: Callable[[Path], list[str]]
    options: tuple[str, ...]

    def edits(self, report: Mapping[str, Any]) -> list[Edit]:
        """The videos of a report, for the others to make."""
        return edits(report, width=self.width, height=self.height, fps=FPS)


@dataclass(frozen=True)
class Mixed:
    """A run of `medley mix`: what it used, and its report."""

    used: Used
    report: Mapping[str, Any]

    @property
    def outputs(self) -> int:
        return len(self.report["outputs"])

    @property
    def size_bytes(self) -> int:
        return sum(output["size_bytes"] for output in self.report["outputs"])

    @property
    def segments(self) -> dict[str, int]:
        """Frames shown of each distinct segment, by digest."""
        shown = [segment for output in self.report["outputs"] for segment in output["segments"]]
        return {segment["digest"]: segment["frames"] for segment in shown}


def _plain(count: int) -> Callable[[Path], list[str]]:
    return lambda folder: [str(path) for path in footage.make_all(folder, count)]


def _grouped(folder: Path) -> list[str]:
    groups = footage.make_groups(folder)
    return ["--groups", *(f"{name}={','.join(map(str, paths))}" for name, paths in groups.items())]


def _real(folder: Path) -> list[str]:
    return [str(path) for path in footage.make_real(folder)]


DISSOLVES = ("--transition=dissolve", f"--transition-frames={FPS // 2}")
SPEEDS = ("--order=fixed", "--speeds=1,1.25,1.5")
CASES = {
    "a": Case("8 clips, any order: 100 videos of 28 s, 720p30", 100, 1280, 720, _plain(8), ("--resolution=720",)),
    "b": Case(
        "3 groups of 6 clips, 3 speeds: 200 videos, 9:16, 1080p30",
        200,
        1080,
        1920,
        _grouped,
        ("--aspect=9:16", "--resolution=1080", *SPEEDS),
    ),
    "c": Case(
        "10 clips, any order, dissolves of 0.5 s: 100 videos, 720p30",
        100,
        1280,
        720,
        _plain(10),
        ("--resolution=720", *DISSOLVES),
    ),
    "e": Case("6 real clips, any order: 100 videos of 24 s, 720p30", 100, 1280, 720, _real, ("--resolution=720",)),
    "f": Case(
        "6 real clips, any order, dissolves of 0.5 s: 100 videos, 720p30",
        100,
        1280,
        720,
        _real,
        ("--resolution=720", *DISSOLVES),
    ),
    "g": Case(
        "4 of 6 real clips, proportional shares of exactly 14 s: 100 videos, 720p30",
        100,
        1280,
        720,
        _real,
        ("--resolution=720", "--clips-per-video=4", "--duration-s=14", "--share=proportional"),
    ),
    "d": Case("8 clips: one video of 28 s, 720p30", 1, 1280, 720, _plain(8), ("--resolution=720",)),
}


def mix(case: Case, clips: list[str], outputs: int, folder: Path, *, cache: Path | None = None) -> Mixed:
    """Run `medley mix`, without a cache unless one is given; the videos are looked at and thrown away."""
    with TemporaryDirectory(dir=folder) as name:
        report = Path(name) / "report.json"
        options = [f"--count={outputs}", f"--workers={WORKERS}", f"--seed={SEED}", f"--fps={FPS}", "--quality=standard"]
        options += ["--no-cache" if cache is None else f"--cache={cache}", *case.options]
        command = [str(Path(sys.executable).with_name("medley")), "mix", *clips, *options]
        used = run([*command, f"--out={Path(name) / 'videos'}", f"--json={report}"])
        return Mixed(used, json.loads(report.read_text()))
