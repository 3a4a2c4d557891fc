"""The engine's CPU time, step by step: each step of making a segment and of joining a video, by itself.

    python bench/steps.py [--rounds 5] [--footage FOLDER]

Eight clips of 3.5 seconds become segments of 1280x720 at 30 frames per second, and those a video of 28 seconds. What
FFmpeg does while it joins is measured by commands that only start, only copy, or only encode sound. Figures are means
over the rounds in milliseconds of CPU, of this process and of the children it waited for.
"""

import argparse
import hashlib
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage

import footage
from rich.console import Console
from rich.table import Table

from medley.contracts.engine import Canvas, Encoding, Segment, Shot, Tags, available_frames
from medley.contracts.media import Rational
from medley.media.intake import probe
from medley.media.output import assembly, segments, verify
from medley.media.picture import posters
from medley.media.sandbox import ffmpeg
from medley.media.sandbox.input_options import SourceFile
from medley.media.sound import pcm
from medley.media.sound.pcm import SoundPart

CANVAS = Canvas(width=1280, height=720, fps=Rational(num=30))
ENCODING = Encoding()
QUIET = ("-nostdin", "-v", "error", "-y")
PCM = ("-f", "s16le", "-ar", "48000", "-ac", "2", "-i", "pipe:0")

Step = tuple[str, Callable[[], object]]


@dataclass(frozen=True)
class Piece:
    """A clip, and where the segment and sound made of it are."""

    source: SourceFile
    video: Path
    sound: Path

    @property
    def frames(self) -> int:
        return available_frames(self.source.facts, CANVAS.fps, Rational(num=1))

    def render(self) -> None:
        sha256 = self.source.facts.sha256
        segments.render(
            Segment(shot=Shot(clip_sha256=sha256, frames=self.frames)),
            CANVAS,
            ENCODING,
            sources={sha256: self.source},
            images={},
            video_out=self.video,
            sound_out=self.sound,
            threads=1,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="times each step is done (5)")
    parser.add_argument("--footage", type=Path, help="folder the clips are made in, and kept for the next time")
    options = parser.parse_args()
    console = Console()
    table = Table(title="CPU milliseconds")
    for heading in ("", "here", "children", "in all"):
        table.add_column(heading, justify="right" if heading else "left", no_wrap=True)
    with tempfile.TemporaryDirectory(prefix="medley-bench-") as name:
        folder = Path(name)
        with console.status("Making eight clips ..."):
            clips = footage.make_all(options.footage or folder)
        pieces = [piece_of(clip, folder) for clip in clips]
        table.add_row("One segment", style="bold")
        for title, work in of_a_segment():
            table.add_row(title, *measured([partial(work, piece) for piece in pieces], options.rounds))
        table.add_row("One video", style="bold")
        for title, step in of_a_video(pieces, folder):
            table.add_row(title, *measured([step], options.rounds))
    console.print(table)


def piece_of(clip: Path, folder: Path) -> Piece:
    return Piece(SourceFile(clip, probe.probe(clip)), folder / f"{clip.stem}-made.mp4", folder / f"{clip.stem}.wav")


def measured(calls: Sequence[Callable[[], object]], rounds: int) -> Iterator[str]:
    """Milliseconds of one call: here, in children, in all."""
    before = cpu_s()
    for _ in range(rounds):
        for call in calls:
            call()
    mine, children = (
        (after - began) * 1000 / rounds / len(calls) for began, after in zip(before, cpu_s(), strict=True)
    )
    yield from (f"{ms:.1f}" for ms in (mine, children, mine + children))


def cpu_s() -> tuple[float, float]:
    """Seconds so far, of this process and of its children."""
    mine, children = (getrusage(who) for who in (RUSAGE_SELF, RUSAGE_CHILDREN))
    return mine.ru_utime + mine.ru_stime, children.ru_utime + children.ru_stime


def of_a_segment() -> Iterator[tuple[str, Callable[[Piece], object]]]:
    """Encoding comes first: the others look at what it made."""
    yield "encode picture and sound, prints, verify", Piece.render
    yield "  verify", lambda piece: verify.segment(piece.video, piece.frames, CANVAS, ENCODING)
    yield "poster", lambda piece: posters.poster(piece.video, CANVAS, piece.video.with_suffix(".jpg"))
    yield "read the clip's facts", lambda piece: probe.probe(piece.source.path)


def of_a_video(pieces: Sequence[Piece], folder: Path) -> Iterator[tuple[str, Callable[[], object]]]:
    """Joining as the worker does it, then what it is made of."""
    out, bare = folder / "video.mp4", f"file:{folder / 'bare.mp4'}"
    frames = sum(piece.frames for piece in pieces)
    parts = [SoundPart(piece.sound, piece.frames) for piece in pieces]
    listing = folder / "list.ffconcat"
    listing.write_text(
        assembly.concat_list([piece.video.name for piece in pieces], [piece.frames for piece in pieces], CANVAS.fps)
    )
    parameters = assembly.common_parameters({piece.video for piece in pieces})
    copied = ("-f", "concat", "-safe", "0", "-i", f"file:{listing}", "-map", "0:v", "-c:v", "copy")

    def join() -> None:
        made = [assembly.AssemblyPiece(piece.video, piece.frames) for piece in pieces]
        assembly.assemble(made, parts, CANVAS, ENCODING, out, tags=Tags(title="Video"), workdir=folder)

    def sound() -> Iterable[bytes]:
        return pcm.joined(parts, CANVAS.fps)

    yield "join, verify, hash", join
    yield "  start FFmpeg, confined", lambda: run("-version")
    yield "  the same, and copy the picture", lambda: run(*copied, bare)
    yield "  the same, its index in front", lambda: run(*copied, "-movflags", "+faststart", bare)
    yield "  join the sound as PCM", lambda: sum(map(len, sound()))
    for coder in ("fast", "twoloop"):
        encoded = (*PCM, "-c:a", "aac", "-aac_coder", coder, "-b:a", "160k", bare)
        yield f"  start FFmpeg, encode the sound, {coder}", partial(run_with, sound, *encoded)
    yield "  verify", lambda: verify.output(out, frames, CANVAS, ENCODING, parameters)
    yield "  hash", lambda: hashlib.sha256(out.read_bytes()).hexdigest()


def run(*arguments: str) -> None:
    ffmpeg.run([ffmpeg.executable(), *QUIET, *arguments])


def run_with(feed: Callable[[], Iterable[bytes]], *arguments: str) -> None:
    """The same, with what `feed` gives on its standard input."""
    ffmpeg.run([ffmpeg.executable(), *QUIET, *arguments], feed=feed())


if __name__ == "__main__":
    main()
