"""The report of `medley mix`: what a run came to, as JSON, and where its files go."""

import contextlib
import filecmp
import json
import shutil
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from cli.clip_files import LocalClip, RefusedFile, readable
from medley.apps.video_mixer.reports import recipes
from medley.apps.video_mixer.reports.distinctness import distinctness
from medley.apps.video_mixer.spec import MixSpec
from medley.contracts.assets import AssetSource
from medley.contracts.engine import ENGINE_VERSION
from medley.contracts.facts import reason
from medley.domain.generations import Plan, PlannedOutput
from medley.domain.manifests import Video, as_csv, manifest
from medley.domain.names import file_stem
from medley.domain.quotes import Quote
from medley.domain.reports import NamedClip, Origin, Timeline
from medley.sentences import as_json


@dataclass(frozen=True)
class MadeFile:
    """A finished video."""

    n: int
    path: Path
    frames: int
    samples: int
    size_bytes: int
    sha256: str


@dataclass
class Report:
    """Grows during the run. Times are seconds; CPU seconds are of this process and its children.

    Outputs neither made nor failed were not made because the run was stopped.
    """

    spec: MixSpec
    seed: int
    ffmpeg: str
    workers: int
    clips: list[LocalClip]
    refused: list[RefusedFile]
    quote: Quote
    plan: Plan
    assets: dict[Path, AssetSource] = field(default_factory=dict)
    made: dict[int, MadeFile] = field(default_factory=dict)
    failed: dict[int, tuple[str, str]] = field(default_factory=dict)  # output -> code, message
    found: int = 0  # of those made: were there before, the same to the byte
    stopped: str | None = None  # why it ended before its time
    details: list[Mapping[str, Any]] = field(default_factory=list)  # of the finished tasks
    segments_encoded: int = 0
    segments_reused: int = 0
    phases: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0
    cpu_seconds: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """The manifest of the videos, and what else the run came to; JSON values. `capacity` is a decimal string, since
        it may have hundreds of digits."""
        prints = recipes.prints(self.details)
        timelines = {output.n: recipes.timeline(self.spec, output.recipe) for output in self.plan.outputs}
        told = manifest(
            origin(self.plan, self.clips),
            [self._video(output, timelines[output.n]) for output in self.plan.outputs],
            prints,
            seed=self.seed,
            spec=self.spec.model_dump(mode="json"),
            ffmpeg=self.ffmpeg,
        )
        files = [
            {"path": readable(str(clip.path)), "facts": clip.source.facts.model_dump(mode="json")}
            for clip in self.clips
        ]
        made = {n: timeline for n, timeline in timelines.items() if n in self.made}
        return told | {
            "capacity": str(self.quote.capacity),
            "binding": self.quote.binding.as_json(),
            "notes": [note.as_json() for note in self.quote.notes],
            "workers": self.workers,
            "seconds": round(self.seconds, 3),
            "cpu_seconds": round(self.cpu_seconds, 3),
            "phases": {name: round(seconds, 3) for name, seconds in self.phases.items()},
            "segments": {"encoded": self.segments_encoded, "reused": self.segments_reused},
            "clips": [clip | file for clip, file in zip(told["clips"], files, strict=True)],
            "refused": [{"path": readable(str(file.path)), **reason(file.code, file.message)} for file in self.refused],
            "distinctness": as_json(asdict(distinctness(made, prints))),
        }

    def _video(self, output: PlannedOutput, timeline: Timeline) -> Video:
        about: dict[str, Any] = {"n": output.n, "title": output.title, "frames": output.work}
        if output.n in self.failed:
            code, message = self.failed[output.n]
            return Video(**about, state="failed", timeline=timeline, code=code, message=message)
        if output.n not in self.made:
            return Video(**about, state="cancelled", timeline=timeline, code="stopped", message=self.stopped)
        made = self.made[output.n]
        about |= {"file": readable(str(made.path)), "size_bytes": made.size_bytes}
        return Video(**about, state="made", timeline=timeline, samples=made.samples, sha256=made.sha256)

    def write(self, path: Path) -> None:
        """Write the JSON; the file appears whole."""
        write_json(self.as_json(), path)

    def write_table(self, path: Path) -> None:
        """Write the manifest as CSV; the file appears whole."""
        _write(as_csv(self.as_json()), path)


def origin(plan: Plan, clips: Sequence[LocalClip]) -> Origin:
    """What a plan's videos are made of, and by which versions."""
    sources = [clip.source for clip in clips]
    named = tuple(NamedClip(source.clip_id, source.name, source.facts.sha256) for source in sources)
    return Origin(ENGINE_VERSION, plan.planner_version, named)


def write_json(values: dict[str, Any], path: Path) -> None:
    """Write a report; the file appears whole."""
    _write(json.dumps(values, indent=1, ensure_ascii=False) + "\n", path)


def _write(text: str, path: Path) -> None:
    partial = path.with_name(f".{uuid4().hex}.partial")
    try:
        partial.write_text(text, encoding="utf-8", newline="")
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def publish(made: Path, folder: Path, title: str, others: Collection[Path] = ()) -> tuple[Path, bool]:
    """Move a finished file into `folder` under its title: whole or not at all, and never in place of another file.

    A file there that is the same to the byte is taken for it, unless it is one of the `others` of this run. Returns
    where it is, and whether it was there already.
    """
    stem = file_stem(title)
    number = 1
    while True:
        target = folder / (f"{stem}{made.suffix}" if number == 1 else f"{stem} ({number}){made.suffix}")
        found = False
        try:
            _place(made, target)
        except FileExistsError:
            found = target not in others and target.is_file() and filecmp.cmp(made, target, shallow=False)
            if not found:
                number += 1
                continue
        made.unlink()
        return target, found


def _place(made: Path, target: Path) -> None:
    """Raises: FileExistsError."""
    try:
        target.hardlink_to(made)
    except FileExistsError:
        raise
    except OSError:  # another file system, or one without links
        if target.exists():
            raise FileExistsError(target) from None
        partial = target.with_name(f".{uuid4().hex}.partial")
        try:
            shutil.copyfile(made, partial)
            _rename(partial, target)
        finally:
            partial.unlink(missing_ok=True)


def _rename(partial: Path, target: Path) -> None:
    """Give a file its name, which another run may be taking too. Raises: FileExistsError."""
    try:
        target.hardlink_to(partial)
    except FileExistsError:
        raise
    except OSError:  # a file system without links: the name is taken first
        try:
            target.touch(exist_ok=False)
            partial.replace(target)
        except FileExistsError:
            raise
        except BaseException:  # stopped, too
            _give_up(target)
            raise


def _give_up(target: Path) -> None:
    """Take back a name that no video has got."""
    with contextlib.suppress(FileNotFoundError):
        if not target.stat().st_size:
            target.unlink()
