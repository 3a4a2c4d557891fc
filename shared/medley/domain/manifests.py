"""The manifest of a generation: everything it takes to know what its videos are made of, as JSON and as CSV."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final
from uuid import UUID

from medley.domain.pairs import Shown, pair_tables
from medley.domain.reports import Origin, Timeline, TimelineEntry
from medley.sentences import parameters_of

FORMAT: Final = 4
Json = dict[str, Any]
_COLUMNS: Final = (
    *("video", "title", "state", "file", "video_s", "size_bytes", "video_sha256"),
    *("position", "at_s", "clip", "clip_id", "clip_sha256", "start_s", "duration_s", "at_frame", "start_frame"),
    *("frames", "speed", "look", "transition", "transition_frames", "group", "caption"),
    *("seed", "engine", "planner", "ffmpeg"),
)
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")  # what a spreadsheet takes for the beginning of one


@dataclass(frozen=True)
class Video:
    """One output: its timeline, if it is a video of clips, and what became of it. `file` is the name it is saved under;
    `frames` is its size in the app's unit."""

    n: int
    title: str
    frames: int
    state: str
    timeline: Timeline | None
    file: str | None = None
    size_bytes: int | None = None
    samples: int | None = None
    sha256: str | None = None
    code: str | None = None
    message: str | None = None


def manifest(
    origin: Origin,
    videos: Iterable[Video],
    prints: Mapping[str, Sequence[str]],
    *,
    seed: int,
    spec: Mapping[str, Any],
    ffmpeg: str | None = None,
) -> Json:
    """The manifest as JSON values. Frames count on the canvas's grid; seconds are frames over its rate.

    Args:
        origin: what the videos were planned from.
        videos: all of them, by number.
        prints: by segment; a PDQ hash (256 bits, in hex) for each of its seconds.
        seed: with the same clips and spec it gives the same videos.
        spec: what was asked, as JSON values.
        ffmpeg: the release that encoded, if it is known.
    """
    names = {clip.id: clip.name for clip in origin.clips}
    told = list(videos)
    return {
        "format": FORMAT,
        "versions": {"engine": origin.engine_version, "planner": origin.planner_version, "ffmpeg": ffmpeg},
        "seed": seed,
        "spec": dict(spec),
        "clips": [{"clip_id": str(clip.id), "name": clip.name, "sha256": clip.sha256} for clip in origin.clips],
        "outputs": [_output(video, names) for video in told],
        "pairs": [
            {
                "groups": list(table.groups),
                "rows": [str(clip) for clip in table.rows],
                "columns": [str(clip) for clip in table.columns],
                "videos": [list(row) for row in table.videos],
            }
            for table in pair_tables([_shown(video.timeline) for video in told if video.timeline])
        ],
        "prints": {digest: list(hashes) for digest, hashes in prints.items()},
    }


def _shown(timeline: Timeline) -> Shown:
    return [(entry.group, entry.clip_id) for entry in timeline.entries]


def _output(video: Video, names: Mapping[UUID, str]) -> Json:
    timeline = video.timeline
    return {
        "n": video.n,
        "title": video.title,
        "state": video.state,
        "file": video.file,
        "frames": video.frames,
        "duration_s": _seconds(video.frames, timeline.fps) if timeline else None,
        "size_bytes": video.size_bytes,
        "samples": video.samples,
        "sha256": video.sha256,
        "reason": _reason(video),
        "shots": shots(timeline, names) if timeline else [],
        "segments": [{"digest": use.digest, "frames": use.frames} for use in timeline.segments] if timeline else [],
    }


def shots(timeline: Timeline, names: Mapping[UUID, str]) -> list[Json]:
    """The clips of a video in order, each with its name; seconds besides frames."""
    return [_shot(entry, names, timeline.fps) for entry in timeline.entries]


def _reason(video: Video) -> Json | None:
    message = video.message or ""
    return {"code": video.code, "message": message, "parameters": parameters_of(message)} if video.code else None


def _shot(entry: TimelineEntry, names: Mapping[UUID, str], fps: Fraction) -> Json:
    passage = {"kind": entry.transition, "frames": entry.transition_frames} if entry.transition else None
    return {
        "clip_id": str(entry.clip_id),
        "name": names.get(entry.clip_id, ""),
        "at_frame": entry.at_frame,
        "at_s": _seconds(entry.at_frame, fps),
        "start_frame": entry.start_frame,
        "start_s": _seconds(entry.start_frame, fps),
        "frames": entry.frames,
        "duration_s": _seconds(entry.frames, fps),
        "speed": entry.speed,
        "look": entry.look,
        "transition": passage,
        "group": entry.group,
        "caption": entry.caption,
    }


def _seconds(frames: int, fps: Fraction) -> float:
    return float(frames / fps)


def as_csv(told: Mapping[str, Any]) -> str:
    """The same manifest as a table, one row for each clip of each video, for spreadsheets: UTF-8 with a mark that says
    so, and no text that could be taken for a formula."""
    table = io.StringIO()
    writer = csv.DictWriter(table, _COLUMNS, lineterminator="\r\n")
    table.write("\ufeff")
    writer.writeheader()
    contents = {clip["clip_id"]: clip["sha256"] for clip in told["clips"]}
    about = {"seed": told["seed"], **told["versions"]}
    for output in told["outputs"]:
        for position, entry in enumerate(output["shots"], start=1):
            row = {**_of_video(output), **_of_shot(entry), "clip_sha256": contents.get(entry["clip_id"]), **about}
            writer.writerow({name: _cell(value) for name, value in (row | {"position": position}).items()})
    return table.getvalue()


def _of_video(output: Json) -> Json:
    return {
        "video": output["n"],
        "title": output["title"],
        "state": output["state"],
        "file": output["file"],
        "video_s": output["duration_s"],
        "size_bytes": output["size_bytes"],
        "video_sha256": output["sha256"],
    }


def _of_shot(entry: Json) -> Json:
    passage = entry["transition"] or {"kind": None, "frames": None}
    same = ("at_s", "start_s", "duration_s", "at_frame", "start_frame", "frames", "look", "group", "caption")
    return {
        "clip": entry["name"],
        "clip_id": entry["clip_id"],
        "speed": float(Fraction(entry["speed"])),  # 5/4 would be read as a date
        "transition": passage["kind"],
        "transition_frames": passage["frames"],
        **{name: entry[name] for name in same},
    }


def _cell(value: object) -> object:
    """A value as it may stand in a cell: seconds to the microsecond, text that begins like a formula marked as text."""
    if isinstance(value, float):
        return round(value, 6)
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
