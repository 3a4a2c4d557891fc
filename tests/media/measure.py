"""What is really in a file, by decoding it: the other side of `medley.media.output.verify`.

Pictures are decoded in this process: to start FFmpeg takes many times as long as to decode a short clip.
"""

import hashlib
import json
import subprocess
import wave
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from medley.media.sandbox import ffmpeg
from tests.media.clips import run

BITS = 8


def frame_hashes(path: Path) -> list[str]:
    """One hash per decoded picture."""
    with av.open(str(path)) as container:
        return [hashlib.sha256(frame.to_ndarray().tobytes()).hexdigest() for frame in container.decode(video=0)]


def decode_errors(path: Path) -> str:
    """What FFmpeg says of a file it decodes whole, stopping at the first error."""
    command = [ffmpeg.executable(), "-v", "error", "-xerror", "-i", str(path), "-f", "null", "-"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stderr


def samples(path: Path) -> NDArray[np.int64]:
    """The decoded left channel."""
    if path.suffix == ".wav":
        with wave.open(str(path), "rb") as file:
            channels, pcm = file.getnchannels(), file.readframes(file.getnframes())
    else:
        channels, pcm = 2, run("-i", str(path), "-map", "0:a:0", "-f", "s16le", "-ac", "2", "-")
    return np.frombuffer(pcm, "<i2")[::channels].astype(np.int64)


def loudness(path: Path) -> tuple[float, float]:
    """Integrated loudness in LUFS and true peak in dBTP, by a meter other than the one the engine uses."""
    meter = ["-af", "loudnorm=print_format=json", "-vn", "-f", "null", "-"]
    command = [ffmpeg.executable(), "-hide_banner", "-nostats", "-i", str(path), *meter]
    messages = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    found = json.loads(messages[messages.rindex("{") : messages.rindex("}") + 1])
    return float(found["input_i"]), float(found["input_tp"])


def greys(path: Path) -> Iterator[NDArray[np.uint8]]:
    """The brightness of each picture, its whole range from 0 to 255."""
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            yield frame.to_ndarray(format="gray")


def luma(path: Path) -> list[int]:
    """The mean brightness of each picture."""
    return [round(float(grey.mean())) for grey in greys(path)]


def corner(path: Path) -> int:
    """The brightness at the lower right of the first picture, 0 to 255."""
    return round(float(next(greys(path))[-8:, -8:].mean()))


def numbers(path: Path) -> list[int]:
    """The number each picture of a `numbered` clip carries."""
    columns = (np.array_split(grey.mean(axis=0), BITS) for grey in greys(path))
    return [sum(int(bar.mean() > 128) << bit for bit, bar in enumerate(bars)) for bars in columns]


def numbered(path: Path, rate: str, frames: int, *more: str) -> Path:
    """A clip whose picture n shows n in binary, as eight bars; `more` are output options."""
    bars = [f"drawbox=x={20 * bit}:w=20:color=white:t=fill:enable='mod(floor(n/{2**bit}),2)'" for bit in range(BITS)]
    source = ",".join((f"color=black:size=160x120:rate={rate}", "format=yuv420p", *bars))
    run("-f", "lavfi", "-i", source, "-frames:v", str(frames), *more, str(path))
    return path
