"""What is really in a file, by decoding it with FFmpeg: the other side of `medley.media.output.verify`."""

import array
import json
import subprocess
from pathlib import Path

from medley.media.sandbox import ffmpeg
from tests.media.clips import run

BITS = 8


def frame_hashes(path: Path) -> list[str]:
    """One hash per decoded picture."""
    lines = run("-i", str(path), "-map", "0:v:0", "-f", "framemd5", "-").decode().splitlines()
    return [line.rsplit(",", 1)[1].strip() for line in lines if not line.startswith("#")]


def decode_errors(path: Path) -> str:
    """What FFmpeg says of a file it decodes whole, stopping at the first error."""
    command = [ffmpeg.executable(), "-v", "error", "-xerror", "-i", str(path), "-f", "null", "-"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stderr


def samples(path: Path) -> list[int]:
    """The decoded left channel."""
    pcm = array.array("h", run("-i", str(path), "-map", "0:a:0", "-f", "s16le", "-ac", "2", "-"))
    return pcm.tolist()[::2]


def loudness(path: Path) -> tuple[float, float]:
    """Integrated loudness in LUFS and true peak in dBTP, by a meter other than the one the engine uses."""
    meter = ["-af", "loudnorm=print_format=json", "-vn", "-f", "null", "-"]
    command = [ffmpeg.executable(), "-hide_banner", "-nostats", "-i", str(path), *meter]
    messages = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    found = json.loads(messages[messages.rindex("{") : messages.rindex("}") + 1])
    return float(found["input_i"]), float(found["input_tp"])


def luma(path: Path) -> list[int]:
    """The mean brightness of each picture."""
    return list(run("-i", str(path), "-map", "0:v:0", "-vf", "scale=1:1:flags=area,format=gray", "-f", "rawvideo", "-"))


def corner(path: Path) -> int:
    """The brightness at the lower right of the first picture, 0 to 255."""
    view = "crop=8:8:iw-8:ih-8,scale=1:1:flags=area,format=gray"
    return run("-i", str(path), "-vf", view, "-frames:v", "1", "-f", "rawvideo", "-")[0]


def numbers(path: Path) -> list[int]:
    """The number each picture of a `numbered` clip carries."""
    bars = run("-i", str(path), "-map", "0:v:0", "-vf", f"scale={BITS}:1:flags=area,format=gray", "-f", "rawvideo", "-")
    pictures = (bars[at : at + BITS] for at in range(0, len(bars), BITS))
    return [sum((bar > 128) << bit for bit, bar in enumerate(picture)) for picture in pictures]


def numbered(path: Path, rate: str, frames: int, *more: str) -> Path:
    """A clip whose picture n shows n in binary, as eight bars; `more` are output options."""
    bars = "geq=lum='if(mod(floor(N/pow(2,floor(X/20))),2),235,16)':cb=128:cr=128"
    source = f"color=gray:size=160x120:rate={rate},format=yuv420p,{bars}"
    run("-f", "lavfi", "-i", source, "-frames:v", str(frames), *more, str(path))
    return path
