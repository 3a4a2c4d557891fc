"""Eight clips of 3.5 seconds, unlike in size, rate, codec and sound, for the benchmarks."""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from medley.media import ffmpeg

SECONDS = 3.5

H264 = ("-c:v", "libx264", "-preset", "veryfast", "-crf", "18", "-pix_fmt", "yuv420p", "-c:a", "aac")
HEVC = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error", "-tag:v", "hvc1", "-c:a", "aac")
VP9 = ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "4M", "-c:a", "libopus")
GRAIN = "noise=alls=5:allf=t"


@dataclass(frozen=True)
class Clip:
    """A clip to make: a lavfi picture with detail and motion, an encoder, a container."""

    picture: str
    encoder: Sequence[str]
    suffix: str = "mp4"


# At the canvas's size and quality they take 0.3 to 6 Mbit/s, 4 on average: what real footage takes.
CLIPS = (
    Clip("mandelbrot=size=960x540:rate=30:end_pts=200,scale=1920:1080", H264),
    Clip(f"testsrc2=size=1280x720:rate=25,{GRAIN}", H264),
    Clip("life=size=80x45:rate=10:mold=10:ratio=0.3:death_color=#c83232:life_color=#00ff00,scale=1280:720", H264),
    Clip("mandelbrot=size=540x960:rate=30:start_scale=1:end_scale=0.05,scale=1080:1920", HEVC, "mov"),
    Clip("gradients=size=1280x720:rate=60:n=6:speed=0.004:seed=5", H264),
    Clip(f"mandelbrot=size=640x360:rate=24000/1001:start_scale=0.3:end_scale=0.02,scale=1280:720,{GRAIN}", H264, "mkv"),
    Clip("testsrc2=size=854x480:rate=30000/1001,rotate=t/3", VP9, "webm"),
    Clip("mandelbrot=size=640x360:rate=25:start_scale=0.5:end_scale=0.01,hue=h=90,scale=1280:720", H264),
)


def make_all(folder: Path) -> list[Path]:
    """Make the clips in a folder; returns their paths."""
    return [make(clip, folder / f"clip{n}.{clip.suffix}") for n, clip in enumerate(CLIPS)]


def make(clip: Clip, path: Path) -> Path:
    """Sound is as broad as speech and music are: AAC's rate control spends far longer on a bare tone."""
    hum = f"sine=frequency={220 + 40 * int(path.stem[-1])}:sample_rate=48000"
    hiss = f"anoisesrc=color=pink:amplitude=0.2:sample_rate=48000:seed={path.stem[-1]}"
    mixed = "[1][2]amix=inputs=2,tremolo=f=5,aformat=channel_layouts=stereo,extrastereo=1.5[a]"
    sources = [word for source in (clip.picture, hum, hiss) for word in ("-f", "lavfi", "-i", source)]
    run(*sources, "-filter_complex", mixed, "-map", "0", "-map", "[a]", "-t", str(SECONDS), *clip.encoder, str(path))
    return path


def run(*args: str) -> None:
    subprocess.run([ffmpeg.executable(), "-v", "error", "-nostdin", "-y", *args], check=True)
