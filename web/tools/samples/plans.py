"""Plans of the sample clips: for each choice on the welcome page, what the planner itself says of them.

`python web/tools/samples/plans.py` writes `web/src/features/welcome/plans.json`: how many different videos are possible
with these options, and the shots of the first ones. The page counts nothing by itself.
"""

import json
import subprocess
import sys
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

WEB = Path(__file__).parents[2]
SAMPLES = WEB / "public" / "samples"
GROUPS = {
    "hook": ("sunrise", "dive", "spark"),
    "body": ("pour", "fizz", "picnic"),
    "call-to-action": ("logo", "offer"),
}
OPTIONS = {
    "order": ("--order", "shuffled"),
    "speeds": ("--speeds", "1,1.25"),
    "looks": ("--looks", "none,warm"),
    "windows": ("--trim", "spread", "--window-s", "1.5", "--windows", "2"),
}
SHOWN = 6
SEED = 7


def plan(chosen: tuple[str, ...]) -> dict[str, Any]:
    groups = [f"{group}={','.join(f'{name}.mp4' for name in names)}" for group, names in GROUPS.items()]
    options = [word for name in chosen for word in OPTIONS[name]]
    with TemporaryDirectory() as folder:
        found = Path(folder) / "plan.json"
        named = [word for group in groups for word in ("--groups", group)]
        command = ("plan", *named, *options, "--aspect", "9:16", "--count", str(SHOWN), "--seed", str(SEED))
        medley = Path(sys.executable).with_name("medley")
        subprocess.run([medley, *command, "--json", str(found)], cwd=SAMPLES, check=True, capture_output=True)
        told = json.loads(found.read_text())
    videos = [[_shot(shot) for shot in output["shots"]] for output in told["outputs"]]
    return {"capacity": str(told["capacity"]), "videos": videos}


def _shot(shot: dict[str, Any]) -> list[Any]:
    """Clip, where it begins and how long it shows (seconds), its speed, its look."""
    above, _, below = shot["speed"].partition("/")
    speed = int(above) / int(below or 1)
    return [shot["name"].removesuffix(".mp4"), shot["start_s"], shot["duration_s"], speed, shot["look"]]


def main() -> None:
    plans = {}
    for switches in product((False, True), repeat=len(OPTIONS)):
        chosen = tuple(name for name, on in zip(OPTIONS, switches, strict=True) if on)
        plans["+".join(chosen)] = plan(chosen)
    lines = ",\n".join(f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in plans.items())
    (WEB / "src" / "features" / "welcome" / "plans.json").write_text(f"{{\n{lines}\n}}\n")


if __name__ == "__main__":
    main()
