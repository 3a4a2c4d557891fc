"""Sample clips for tests: eight short scenes unlike in look and sound, their names burnt in, so that order shows.

They differ as a user's clips do: sizes, shapes, frame rates, codecs, one without sound, one mono at 22 kHz.
"""

import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont


@dataclass(frozen=True)
class Scene:
    """One scene: what FFmpeg draws and plays. `chord` is in Hz; an empty one means no audio track."""

    group: str
    name: str
    picture: str  # a lavfi source or chain; takes {size} and {rate}
    size: tuple[int, int]  # pixels
    rate: str  # frames per second
    seconds: float
    chord: tuple[float, ...] = ()
    beat_hz: float = 2.0
    encoder: tuple[str, ...] = ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "18", "-pix_fmt", "yuv420p")
    audio_encoder: tuple[str, ...] = ("-c:a", "aac", "-b:a", "128k")
    suffix: str = "mp4"

    @property
    def file_name(self) -> str:
        return f"{self.group}-{self.name.lower()}.{self.suffix}"


_VP8 = ("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "4M", "-pix_fmt", "yuv420p")

SCENES: tuple[Scene, ...] = (
    Scene(
        "hook",
        "Sunrise",
        "gradients=s={size}:r={rate}:c0=0xff5f6d:c1=0xffc371:c2=0x2c3e50:n=3:speed=0.02:seed=4",
        (1280, 720),
        "30",
        3.0,
        (261.6, 329.6, 392.0),
    ),
    Scene(
        "hook",
        "Fractal",
        "mandelbrot=s=640x360:r={rate}:start_scale=2.4:end_scale=0.6:end_pts=90,scale={size}",
        (1280, 720),
        "30",
        2.8,
        (220.0, 277.2, 329.6),
        3.0,
    ),
    Scene(
        "hook",
        "Portrait",
        "gradients=s={size}:r={rate}:c0=0x11998e:c1=0x38ef7d:c2=0x0f2027:n=3:speed=0.03:type=spiral:seed=9",
        (720, 1280),
        "30",
        3.2,
        (293.7, 370.0, 440.0),
        1.5,
    ),
    Scene(
        "body",
        "Colonies",
        "life=s=320x180:r={rate}:mold=12:ratio=0.35:seed=11:life_color=0xf7971e:death_color=0x3a1c71:"
        "mold_color=0x1b0f3b,scale={size}:flags=neighbor",
        (1280, 720),
        "25",
        3.0,
        (196.0, 246.9, 293.7),
        4.0,
    ),
    Scene(
        "body",
        "Orbit",
        "gradients=s={size}:r={rate}:c0=0x00c6ff:c1=0x0072ff:c2=0x000428:n=3:speed=0.04:type=circular:seed=2",
        (1920, 1080),
        "30000/1001",
        2.6,
        (174.6, 220.0, 261.6),
        1.0,
    ),
    Scene(
        "body",
        "Silence",
        "sierpinski=s=640x360:r={rate}:type=carpet:seed=5,hue=h=200*t:s=2,scale={size}",
        (1280, 720),
        "24",
        3.0,
    ),
    Scene(
        "cta",
        "Bars",
        "testsrc2=s={size}:r={rate}",
        (854, 480),
        "50",
        2.5,
        (329.6, 415.3, 493.9),
        6.0,
        audio_encoder=("-c:a", "aac", "-ar", "22050", "-ac", "1"),
    ),
    Scene(
        "cta",
        "Tunnel",
        "gradients=s={size}:r={rate}:c0=0xfc466b:c1=0x3f5efb:c2=0xffffff:n=3:speed=0.06:type=square:seed=7",
        (1280, 720),
        "30",
        2.4,
        (246.9, 311.1, 370.0),
        8.0,
        _VP8,
        ("-c:a", "libvorbis"),
        "webm",
    ),
)


def make(folder: Path, ffmpeg: str, scenes: Sequence[Scene] = SCENES) -> list[Path]:
    """Write every scene that is not there yet into `folder`; returns their paths in the scenes' order.

    Raises:
        subprocess.CalledProcessError: FFmpeg failed; its message is in `stderr`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda scene: _make_one(scene, folder, ffmpeg), scenes))


def _make_one(scene: Scene, folder: Path, ffmpeg: str) -> Path:
    path = folder / scene.file_name
    if path.exists():
        return path
    label = folder / f".{scene.file_name}.png"
    _draw_label(scene, label)
    partial = path.with_stem(f".partial-{path.stem}")
    subprocess.run(_command(scene, label, partial, ffmpeg), check=True, capture_output=True)
    partial.replace(path)
    label.unlink()
    return path


def _command(scene: Scene, label: Path, out: Path, ffmpeg: str) -> list[str]:
    width, height = scene.size
    picture = scene.picture.format(size=f"{width}x{height}", rate=scene.rate)
    command = [ffmpeg, "-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", picture, "-i", str(label)]
    if scene.chord:
        voices = "+".join(f"sin(2*PI*{hz}*t)" for hz in scene.chord)
        tone = f"0.12*({voices})*(0.55+0.45*cos(2*PI*{scene.beat_hz}*t))"
        command += ["-f", "lavfi", "-i", f"aevalsrc='{tone}':s=48000", "-map", "2:a", *scene.audio_encoder]
    return [
        *command,
        "-filter_complex",
        "[0:v][1:v]overlay=0:0[v]",
        "-map",
        "[v]",
        *scene.encoder,
        "-t",
        str(scene.seconds),
        str(out),
    ]


def _draw_label(scene: Scene, path: Path) -> None:
    """A transparent picture of the scene's size with its name and group, for an overlay: no font file is needed."""
    width, height = scene.size
    image = Image.new("RGBA", scene.size, (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    big, small = ImageFont.load_default(min(width, height) // 5), ImageFont.load_default(min(width, height) // 14)
    center = (width // 2, height // 2)
    shade = (0, 0, 0, 120)
    box = draw.textbbox(center, scene.name, font=big, anchor="mm")
    pad = min(width, height) // 24
    draw.rounded_rectangle((box[0] - 2 * pad, box[1] - pad, box[2] + 2 * pad, box[3] + pad), pad, fill=shade)
    draw.text(center, scene.name, font=big, anchor="mm", fill=(255, 255, 255, 255))
    draw.text(
        (width // 2, box[3] + 3 * pad),
        scene.group.upper(),
        font=small,
        anchor="mm",
        fill=(255, 255, 255, 230),
        stroke_width=2,
        stroke_fill=(0, 0, 0, 160),
    )
    image.save(path)
