"""Medley's engine against FFmpeg's own concat filter: the same clips, orders, canvas, x264 preset and CRF.

    python bench/mix.py [--outputs 100] [--baseline 100]

Eight clips of 3.5 seconds that differ in size, rate and codec become `--outputs` videos, each with all eight in an
order of its own, 1280x720 at 30 frames per second. Medley encodes each clip once and joins by copying; the baseline
runs one FFmpeg per video, whose filter graph scales, concatenates and encodes. Both run one video at a time with two
threads, each side in a process of its own, so that CPU time and memory are counted apart. With a `--baseline` below
`--outputs` only so many videos are encoded and the rest is extrapolated, which the table then says.

Exit status 1 if Medley does not need 12 times less CPU time, or any process of it more than 600 MB.
"""

import argparse
import itertools
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import footage
from rich.console import Console
from rich.table import Table

from medley.contracts.media import Canvas, Encoding, Rational, Segment, available_frames
from medley.media import assembly, commands, probe, segments

CANVAS = Canvas(width=1280, height=720, fps=Rational(num=30), fit="crop")
ENCODING = Encoding(quality="standard")
THREADS = 2
RATIO_MIN = 12
MEMORY_MAX_MB = 600
ORDERS_APART = 401  # of the 40,320 orders of eight clips, every so many-th is used: they differ from the start


@dataclass(frozen=True)
class Measured:
    """What one side used. `videos` were really made; `first_cpu_s` is the part before the first of them."""

    videos: int
    cpu_s: float
    wall_s: float
    peak_mb: float
    size_bytes: int
    first_cpu_s: float = 0.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--outputs", type=int, default=100, help="videos to make (100)")
    parser.add_argument("--baseline", type=int, help="videos the baseline really encodes (all)")
    options = parser.parse_args()
    orders = list(itertools.islice(itertools.permutations(range(len(footage.CLIPS))), 0, None, ORDERS_APART))[
        : options.outputs
    ]
    console = Console()
    with tempfile.TemporaryDirectory(prefix="medley-bench-") as name:
        folder = Path(name)
        with console.status("Making eight clips ..."):
            clips = footage.make_all(folder)
        with console.status(f"Medley: {len(orders)} videos ..."):
            ours = apart(medley, clips, orders, folder)
        with console.status("FFmpeg's concat filter: this takes minutes ..."):
            theirs = apart(concat_filter, clips, orders[: options.baseline], folder)
    return report(console, ours, theirs)


Side = Callable[[list[Path], Sequence[tuple[int, ...]], Path], Measured]


def apart(side: Side, clips: list[Path], orders: Sequence[tuple[int, ...]], folder: Path) -> Measured:
    """Run one side in a fresh process."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(side, clips, orders, folder).result()


def medley(clips: list[Path], orders: Sequence[tuple[int, ...]], folder: Path) -> Measured:
    """Probe and encode each clip once, then join by copying."""
    started = time.monotonic()
    pieces = [_segment(clip, folder) for clip in clips]
    first_cpu_s = cpu_s()
    size_bytes = 0
    for n, order in enumerate(orders):
        out = folder / f"medley{n}.mp4"
        made = assembly.assemble([pieces[k] for k in order], CANVAS, out, title=f"Mix {n}", workdir=folder)
        size_bytes += made.size_bytes
        out.unlink()
    return Measured(len(orders), cpu_s(), time.monotonic() - started, peak_mb(), size_bytes, first_cpu_s)


def _segment(clip: Path, folder: Path) -> assembly.AssemblyPiece:
    facts = probe.probe(clip)
    frames = available_frames(facts, CANVAS.fps, Rational(num=1))
    segment = Segment(clip_sha256=facts.sha256, frames=frames)
    video, audio = folder / f"{clip.stem}-segment.mp4", folder / f"{clip.stem}-segment.wav"
    segments.render(clip, facts, segment, CANVAS, ENCODING, video_out=video, audio_out=audio, threads=THREADS)
    return assembly.AssemblyPiece(video, audio, frames)


def concat_filter(clips: list[Path], orders: Sequence[tuple[int, ...]], folder: Path) -> Measured:
    """One FFmpeg per video, as its documentation shows."""
    started = time.monotonic()
    size_bytes = 0
    for n, order in enumerate(orders):
        out = folder / f"filter{n}.mp4"
        footage.run(*concat_arguments([clips[k] for k in order]), str(out))
        size_bytes += out.stat().st_size
        out.unlink()
    return Measured(len(orders), cpu_s(), time.monotonic() - started, peak_mb(), size_bytes)


def concat_arguments(clips: Sequence[Path]) -> Iterator[str]:
    """Scale, crop, set rate and format of every input, concatenate, encode: the encoder's settings are Medley's."""
    settings = commands.X264_SETTINGS[ENCODING.quality]
    size = f"{CANVAS.width}:{CANVAS.height}"
    fit = f"scale={size}:force_original_aspect_ratio=increase,crop={size},setsar=1,fps={CANVAS.fps},format=yuv420p"
    graph = ""
    for n, clip in enumerate(clips):
        yield from ("-i", str(clip))
        graph += f"[{n}:v]{fit}[v{n}];[{n}:a]aresample=48000,aformat=channel_layouts=stereo[a{n}];"
    graph += "".join(f"[v{n}][a{n}]" for n in range(len(clips))) + f"concat=n={len(clips)}:v=1:a=1[v][a]"
    yield from ("-filter_complex", graph, "-map", "[v]", "-map", "[a]", "-threads", str(THREADS))
    yield from ("-c:v", "libx264", "-preset", settings.preset, "-crf", str(settings.crf))
    yield from ("-c:a", "aac", "-aac_coder", "fast", "-b:a", "160k", "-movflags", "+faststart")


def cpu_s() -> float:
    """CPU seconds of this process and all its children so far."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def peak_mb() -> float:
    """The largest resident memory any of them had, in megabytes."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return max(usage.ru_maxrss for usage in used) * 1024 / 1e6


def report(console: Console, ours: Measured, theirs: Measured) -> int:
    """Print the table; returns the exit status."""
    scale = ours.videos / theirs.videos
    ratio = theirs.cpu_s * scale / ours.cpu_s
    clips = f"{len(footage.CLIPS)} clips of {footage.SECONDS} s"
    title = f"{ours.videos} videos of {clips}, {CANVAS.width}x{CANVAS.height} at {CANVAS.fps}"
    table = Table(title=title)
    table.add_column("", no_wrap=True)
    for heading in ("CPU s", "each", "wall s", "peak MB", "MB each"):
        table.add_column(heading, justify="right", no_wrap=True)
    joining = ours.cpu_s - ours.first_cpu_s
    table.add_row("Medley: segments, once", f"{ours.first_cpu_s:.1f}", "", "", "", "")
    table.add_row("Medley: joining", f"{joining:.1f}", f"{joining / ours.videos:.2f}", "", "", "")
    for name, side, factor in (("Medley", ours, 1.0), ("FFmpeg's concat filter", theirs, scale)):
        table.add_row(
            name if factor == 1 else f"{name}, {theirs.videos} x {factor:g}",
            f"{side.cpu_s * factor:.1f}",
            f"{side.cpu_s / side.videos:.2f}",
            f"{side.wall_s * factor:.1f}",
            f"{side.peak_mb:.0f}",
            f"{side.size_bytes / side.videos / 1e6:.1f}",
            style="bold",
        )
    console.print(table)
    console.print(f"CPU time: {ratio:.1f} times less (at least {RATIO_MIN} wanted).")
    console.print(f"Memory: {ours.peak_mb:.0f} MB at most in one process (under {MEMORY_MAX_MB} wanted).")
    return 0 if ratio >= RATIO_MIN and ours.peak_mb < MEMORY_MAX_MB else 1


if __name__ == "__main__":
    sys.exit(main())
