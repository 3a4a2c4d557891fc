"""Memory of joining must not grow with the output: one minute against one hour, with and without a mixdown.

    python bench/long_output.py

Pieces of a few seconds are joined into outputs of a minute and of an hour, 320x180 at 30 frames per second, each in a
process of its own whose peak is read. FFmpeg's is the largest of its children. Exit status 1 if an hour takes 400 MB in
one process.
"""

import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import footage
from rich.console import Console
from rich.table import Table

from medley.contracts.assets import AssetSource, AudioAssetFacts
from medley.contracts.engine import Canvas, Encoding, Mixdown, Music, Segment, Shot, Tags
from medley.contracts.media import Rational
from medley.media.intake import probe
from medley.media.output import assembly, segments
from medley.media.sandbox.input_options import SourceFile
from medley.media.sound.pcm import SoundPart

CANVAS = Canvas(width=320, height=180, fps=Rational(num=30))
ENCODING = Encoding(quality="draft")
PIECE_FRAMES = 18 * 30  # 200 pieces, the most an output may have, make an hour
MINUTE_PIECES, HOUR_PIECES = 4, 200
MEMORY_MAX_MB = 400
SONG = AudioAssetFacts(
    container="wav", codec="pcm_s16le", sample_rate=48_000, channels=2, duration_us=1, size_bytes=1, sha256="a" * 64
)
MUSIC = Music(asset=AssetSource(asset_id=UUID(int=1), key="assets/1", name="song", facts=SONG))
MIXDOWNS = {
    "as it comes": Mixdown(),
    "music, -14 LUFS": Mixdown(music=MUSIC, loudness_lufs=-14),
}


@dataclass(frozen=True)
class Measured:
    """One output; memory in MB, of this process and of the largest FFmpeg."""

    cpu_s: float
    wall_s: float
    python_mb: float
    ffmpeg_mb: float
    size_mb: float


def main() -> int:
    console = Console()
    table = Table(title=f"Outputs of {PIECE_FRAMES // 30} s pieces, {CANVAS.width}x{CANVAS.height} at {CANVAS.fps}")
    for heading in ("", "minutes", "CPU s", "wall s", "Python MB", "FFmpeg MB", "file MB"):
        table.add_column(heading, justify="right" if heading else "left", no_wrap=True)
    most = 0.0
    with tempfile.TemporaryDirectory(prefix="medley-bench-") as name:
        folder = Path(name)
        with console.status("Making a piece ..."):
            _apart(_make_piece, folder)
        for title, mixdown in MIXDOWNS.items():
            for pieces in (MINUTE_PIECES, HOUR_PIECES):
                with console.status(f"{title}: {pieces} pieces ..."):
                    one = _apart(_join, folder, pieces, mixdown)
                minutes = f"{pieces * PIECE_FRAMES / 30 / 60:.1f}"
                figures = (one.cpu_s, one.wall_s, one.python_mb, one.ffmpeg_mb, one.size_mb)
                table.add_row(title, minutes, *(f"{figure:.1f}" for figure in figures))
                most = max(most, one.python_mb, one.ffmpeg_mb)
    console.print(table)
    console.print(f"Memory: {most:.0f} MB at most in one process (under {MEMORY_MAX_MB} wanted).")
    return 0 if most < MEMORY_MAX_MB else 1


def _apart(work: Callable[..., Measured], *arguments: object) -> Measured:
    """In a fresh process, so that its peak is its own."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *arguments).result()


def _make_piece(folder: Path) -> Measured:
    path, seconds = folder / "clip.mp4", str(PIECE_FRAMES // 30)
    sources = (f"testsrc2=size={CANVAS.width}x{CANVAS.height}:rate=30", "anoisesrc=color=pink:amplitude=0.3")
    inputs = [word for source in sources for word in ("-f", "lavfi", "-i", source)]
    footage.run(*inputs, "-t", seconds, *footage.H264, str(path))
    facts = probe.probe(path)
    segments.render(
        Segment(shot=Shot(clip_sha256=facts.sha256, frames=PIECE_FRAMES)),
        CANVAS,
        ENCODING,
        sources={facts.sha256: SourceFile(path, facts)},
        images={},
        video_out=folder / "piece.mp4",
        sound_out=folder / "piece.wav",
        threads=2,
    )
    return _measured(folder / "piece.mp4", time.monotonic())


def _join(folder: Path, count: int, mixdown: Mixdown) -> Measured:
    started, out = time.monotonic(), folder / "out.mp4"
    assembly.assemble(
        [assembly.AssemblyPiece(folder / "piece.mp4", PIECE_FRAMES)] * count,
        [SoundPart(folder / "piece.wav", PIECE_FRAMES)] * count,
        CANVAS,
        ENCODING,
        out,
        tags=Tags(title="Long"),
        mixdown=mixdown,
        assets={SONG.sha256: folder / "piece.wav"},
        workdir=folder,
    )
    return _measured(out, started)


def _measured(out: Path, started: float) -> Measured:
    mine, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return Measured(
        cpu_s=sum(usage.ru_utime + usage.ru_stime for usage in (mine, children)),
        wall_s=time.monotonic() - started,
        python_mb=mine.ru_maxrss * 1024 / 1e6,
        ffmpeg_mb=children.ru_maxrss * 1024 / 1e6,
        size_mb=out.stat().st_size / 1e6,
    )


if __name__ == "__main__":
    sys.exit(main())
