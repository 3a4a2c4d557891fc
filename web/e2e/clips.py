"""Clips: files for the browser's tests, in a folder: real ones of odd names, short ones, one twice, one that
is none, one large.

`python clips.py FOLDER` writes them and says no word.
"""

import struct
import subprocess
import sys
from pathlib import Path

from medley.media.sandbox import ffmpeg

X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
VP8 = ("-c:v", "libvpx", "-deadline", "realtime")
SHORT = ("hook-1", "hook-2", "hook-3", "body-1", "body-2", "body-3", "cta-1", "cta-2")
LARGE_BYTES = 85_000_000  # more than one request sends

CLIPS = {
    "épée “spring” 100%.mp4": ("testsrc2=size=320x568:rate=30:duration=1.6", True, X264),
    "夏日 🍋 #1.mov": ("mandelbrot=size=640x360:rate=25,trim=duration=1.5", True, X264),
    "a&b=c;d+e.webm": (
        "smptebars=size=480x480:rate=24:duration=1.2",
        False,
        VP8,
    ),
    "rgb.mkv": ("rgbtestsrc=size=640x480:rate=30:duration=1.3", True, X264),
    "life.mp4": ("life=size=320x180:rate=25:mold=10:ratio=0.3:seed=3,trim=duration=1.4,scale=640:360", True, X264),
    "sierpinski.mp4": ("sierpinski=size=360x640:rate=24:seed=5,trim=duration=1.5", True, X264),
}


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, (name, (picture, sound, encoder)) in enumerate(CLIPS.items()):
        tone = ("-f", "lavfi", "-i", f"sine=frequency={220 + 60 * number}:duration=1.6", "-shortest") if sound else ()
        make(folder / name, "-f", "lavfi", "-i", picture, *tone, *encoder)
    for number, name in enumerate(SHORT):
        picture = f"gradients=size=320x180:rate=24:duration=1:speed=0.1:seed={number}"
        make(folder / f"{name}.mp4", "-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", "sine=duration=1", *X264)
    make(folder / "bed.mp3", "-f", "lavfi", "-i", "sine=duration=3")
    make(folder / "logo.png", "-f", "lavfi", "-i", "color=c=orange:size=200x100", "-frames:v", "1")
    small = (folder / "life.mp4").read_bytes()
    (folder / "twin.mp4").write_bytes(small)
    (folder / "shopping list.mp4").write_bytes(b"lemons, sugar, water\n" * 50)
    with (folder / "large.mp4").open("wb") as file:
        file.write(small + struct.pack(">I4s", LARGE_BYTES - len(small), b"free"))
        file.truncate(LARGE_BYTES)


def make(path: Path, *arguments: str) -> None:
    subprocess.run([ffmpeg.executable(), "-v", "error", "-y", *arguments, str(path)], check=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
