"""A few tiny clips made by FFmpeg, each to be told from the others by its colour and tone."""

import subprocess
from pathlib import Path

from medley.media.sandbox import ffmpeg

SILENT = "blue"  # the one without sound
SCENES = {"red": 220, "green": 330, SILENT: None, "gold": 550}  # colour -> Hz


def make(folder: Path, *, seconds: float = 1.0, size: str = "160x120") -> dict[str, Path]:
    """All scenes as `folder/<colour>.mp4`, 30 frames per second; by colour."""
    folder.mkdir(parents=True, exist_ok=True)
    clips = {}
    for colour, tone in SCENES.items():
        clips[colour] = folder / f"{colour}.mp4"
        picture = (
            f"color=c={colour}:size={size}:rate=30:duration={seconds}[c];testsrc2=size=80x60:rate=30[t];[c][t]overlay"
        )
        sound = (
            () if tone is None else ("-f", "lavfi", "-i", f"sine=frequency={tone}:duration={seconds}", "-c:a", "aac")
        )
        command = [ffmpeg.executable(), "-v", "error", "-f", "lavfi", "-i", picture, *sound]
        command += ["-t", str(seconds), "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"]
        subprocess.run([*command, str(clips[colour])], check=True, stdin=subprocess.DEVNULL)
    return clips
