"""Samples: the clips that Medley brings along, an advertisement of our own making, drawn by `web/tools/samples`."""

from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parents[1] / "web" / "public" / "samples"
GROUPS: Final = {
    "Hook": ("sunrise", "dive", "spark"),
    "Body": ("pour", "fizz", "picnic"),
    "Call to action": ("logo", "offer"),
}


def paths() -> list[Path]:
    """All of them, in the order of their groups."""
    return [FOLDER / f"{name}.mp4" for names in GROUPS.values() for name in names]
