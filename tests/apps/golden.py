"""What the video mixer made of fixed seeds when it was written down: `golden_*.json`, which no change may change.

    python -m tests.apps.golden

writes them anew. That is right only with a new ENGINE_VERSION or PLANNER_VERSION, or where plans are to ask for other
encodings or cuts; fingerprints, titles and numbers stay as they are even then.
"""

import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli import mix_run
from cli.main import app
from medley.apps.registry import Library
from medley.apps.video_mixer import APP
from medley.apps.video_mixer.operations import RENDER, RenderSegments
from medley.media.sandbox import ffmpeg
from tests.apps.builders import clip, clip_id, library

HERE = Path(__file__).parent
PLANS, MIX = HERE / "golden_plans.json", HERE / "golden_mix.json"
SEVEN = library("abcdefg", {"hook": "ab", "body": "cde", "cta": "fg"})
LONG = Library((clip("a", seconds=400, size=(1920, 1080)), clip("b", seconds=3), clip("c", seconds=5, sound=False)))
SPECS: dict[str, tuple[Library, dict[str, Any]]] = {
    "plain": (SEVEN, {"count": 40}),
    "groups": (SEVEN, {"mode": "groups", "count": 12, "resolution": 1080, "quality": "high"}),
    "passages": (
        SEVEN,
        {
            "mode": "groups",
            "order": "shuffled",
            "count": 30,
            "transition": "dissolve",
            "transition_frames": 9,
            "caption": "{opening} {n} of {count}",
            "title": "{n} {opening}",
        },
    ),
    "variants": (
        SEVEN,
        {
            "count": 60,
            "skip": 15,
            "seed": 7,
            "clips_per_video": 3,
            "speeds": ["1", "1.25"],
            "looks": ["none", "warm"],
            "trim": "spread",
            "window_s": "0.8",
            "windows": 3,
            "never_adjacent": [[str(clip_id("a")), str(clip_id("b"))]],
            "aspect": "9:16",
            "fps": "29.97",
            "codec": "hevc",
        },
    ),
    "exact": (
        SEVEN,
        {"count": 25, "duration_s": "6.5", "share": "smart", "first_clip": str(clip_id("c")), "choose": "random"},
    ),
    "long": (LONG, {"count": 6, "resolution": 1080, "quality": "high", "audio": "keep"}),
}
MIX_OPTIONS = (
    *("--count", "4", "--seed", "11", "--resolution", "480", "--quality", "draft"),
    *("--transition", "wipe", "--transition-frames", "8"),
)


def plans() -> dict[str, Any]:
    """By the name of a spec: digests of what its plan makes, and of what is said of each video."""
    found = {}
    for name, (given, options) in SPECS.items():
        spec = APP.spec.model_validate(options)
        plan = APP.plan(spec, given, 7)
        rendered = [RenderSegments.model_validate(task.payload) for task in plan.tasks if task.operation == RENDER]
        segments = [part.digest(each.canvas, each.encoding) for each in rendered for part in each.segments]
        sounds = [sound.digest() for each in rendered for sound in each.sounds]
        found[name] = {
            "outputs": len(plan.outputs),
            "segments": _digest(sorted(segments)),
            "sounds": _digest(sorted(sounds)),
            "recipes": _digest([output.recipe for output in plan.outputs]),
            "fingerprints": _digest([output.fingerprint for output in plan.outputs]),
            "titles": _digest([output.title for output in plan.outputs]),
        }
    return found


def mix(folder: Path, patch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A real mix of three clips, as `medley mix` tells of it; without what differs from place to place."""
    clips = [
        _clip(folder / f"{colour}.mp4", colour, tone) for colour, tone in (("red", 220), ("blue", 0), ("gold", 550))
    ]
    patch.setattr(mix_run, "usable_cores", lambda: 1)  # the encoder's bytes depend on its threads
    report, cache = folder / "report.json", folder / "cache"
    where = ["--out", str(folder / "out"), "--json", str(report), "--cache", str(cache), "--workers", "1"]
    told = CliRunner().invoke(app, ["mix", *map(str, clips), *MIX_OPTIONS, *where], catch_exceptions=False)
    assert told.exit_code == 0, told.output
    text = report.read_text()
    for number, listed in enumerate(json.loads(text)["clips"]):
        text = text.replace(listed["clip_id"], f"clip {number}")  # which are made of its path
    found = json.loads(text.replace(f"{folder}/", ""))
    left_out = {"seconds", "cpu_seconds", "phases"}
    stored = sorted(path for path in (cache / "segments").rglob("*.*") if path.suffix != ".seal")
    return {
        "clips": {path.name: _sha256(path) for path in clips},
        "stored": {path.name: _sha256(path) for path in stored},
        "videos": {output["title"]: output["sha256"] for output in found["outputs"]},
        "manifest": {name: value for name, value in found.items() if name not in left_out},
    }


def _clip(path: Path, colour: str, tone: int) -> Path:
    sound = ["-f", "lavfi", "-i", f"sine=frequency={tone}:duration=1", "-c:a", "aac"] if tone else []
    picture = f"color=c={colour}:size=160x120:rate=30:duration=1[c];testsrc2=size=80x60:rate=30[t];[c][t]overlay"
    command = [ffmpeg.executable(), "-v", "error", "-threads", "1", "-f", "lavfi", "-i", picture, *sound, "-t", "1"]
    command += ["-c:v", "libx264", "-threads", "1", "-preset", "ultrafast", "-pix_fmt", "yuv420p", str(path)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    return path


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        for path, found in ((PLANS, plans()), (MIX, mix(Path(name), patch))):
            (folder / path.name).write_text(json.dumps(found, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
