"""Small sounds and images to damage, as they are uploaded to go with clips."""

import os
from pathlib import Path

from tests.media.clips import picture, run, tone

SOUNDS = {
    "song.wav": ("-c:a", "pcm_s16le"),
    "song.mp3": ("-c:a", "libmp3lame", "-metadata", "title=A song"),
    "song.flac": ("-c:a", "flac"),
    "song.ogg": ("-c:a", "libvorbis"),
    "song.m4a": ("-c:a", "aac"),
}
IMAGES = {
    "image.png": ("-c:v", "png", "-pix_fmt", "rgba"),
    "image.jpg": ("-c:v", "mjpeg", "-pix_fmt", "yuvj420p"),
    "image.webp": ("-c:v", "libwebp", "-pix_fmt", "yuva420p"),
}
NAMES = (*SOUNDS, *IMAGES)


def asset(folder: Path, name: str) -> Path:
    """The asset of this name, made on first use; atomically, since several processes may."""
    path = folder / name
    if not path.exists():
        made = folder / f"{os.getpid()}-{name}"
        if name in SOUNDS:
            run(*tone(8_000, seconds="0.4"), *SOUNDS[name], str(made))
        else:
            run(*picture("64x48"), "-frames:v", "1", "-update", "1", *IMAGES[name], str(made))
        made.replace(path)
    return path
