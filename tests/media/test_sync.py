"""Picture and sound stay together through every container, cut, speed and join (T6, T7 of the engine)."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from medley.contracts.engine import Canvas, Tags
from medley.contracts.media import Rational
from medley.media.output import assembly
from medley.media.output.assembly import AssemblyPiece
from medley.media.sound.pcm import SoundPart
from tests.media import measure
from tests.media.clips import AAC, X264, run
from tests.media.conftest import CANVAS, DRAFT, Render

BOUNDS = [0, 9, 20, 33, 47, 60]  # where pieces begin, and the end, in frames
HALF_FRAME = 800  # samples, at 30 frames per second
FLASH = "color=black:size=160x120:rate=30:duration=1.5,drawbox=color=white:t=fill:enable='eq(n,15)'"
BEEP = "aevalsrc='if(between(t,0.5,0.55),sin(2*PI*1000*t),0)':sample_rate={rate}:duration=1.5"
BOTH = ("-f", "lavfi", "-i", FLASH, "-f", "lavfi", "-i", BEEP.format(rate=48_000))
LOW = ("-f", "lavfi", "-i", FLASH, "-f", "lavfi", "-i", BEEP.format(rate=22_050))
VP8 = ("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8")

CLIPS = {
    "AAC in MP4": ("clip.mp4", (*BOTH, *X264, *AAC)),
    "B-frames": ("clip.mp4", (*BOTH, "-c:v", "libx264", "-bf", "3", *AAC)),
    "22 kHz": ("clip.mp4", (*LOW, *X264, *AAC)),
    "Opus in Matroska": ("clip.mkv", (*BOTH, *X264, "-c:a", "libopus")),
    "Vorbis in WebM": (
        "clip.webm",
        (*BOTH, *VP8, "-c:a", "libvorbis"),
    ),
    "AAC in a transport stream": ("clip.ts", (*BOTH, *X264, *AAC)),
    "PCM in AVI": ("clip.avi", (*BOTH, "-c:v", "mpeg4", "-q:v", "3", "-c:a", "pcm_s16le")),
    "PCM in QuickTime": ("clip.mov", (*BOTH, *X264, "-c:a", "pcm_s16le")),
    "fragments": ("clip.mp4", (*BOTH, *X264, *AAC, "-movflags", "frag_keyframe+empty_moov+delay_moov")),
}


def flashes(path: Path) -> list[int]:
    """The numbers of white pictures."""
    return [n for n, light in enumerate(measure.luma(path)) if light > 150]


def onsets(samples: NDArray[np.int64]) -> list[int]:
    """Where a beep begins after at least 100 ms without one."""
    loud = np.flatnonzero(np.abs(samples) > samples.max() // 5)
    return [int(at) for at, gap in zip(loud, np.diff(loud, prepend=-48_000), strict=True) if gap > 4_800]


def offsets(pictures: list[int], beeps: list[int], canvas: Canvas) -> list[float]:
    """Samples by which each beep comes after its flash."""
    assert len(pictures) == len(beeps) > 0
    return [beep - float(n * 48_000 / canvas.fps.fraction) for n, beep in zip(pictures, beeps, strict=True)]


@pytest.mark.parametrize("name", CLIPS)
def test_flash_and_beep_come_together(name: str, tmp_path: Path, render: Render) -> None:
    file, args = CLIPS[name]
    run(*args, str(tmp_path / file))
    for start in (0, 7):
        made = render(tmp_path / file, start_frame=start, frames=34)
        assert made.sound is not None
        assert flashes(made.video) == [15 - start]
        (offset,) = offsets(flashes(made.video), onsets(measure.samples(made.sound)), CANVAS)
        assert abs(offset) < HALF_FRAME


@pytest.mark.parametrize(("speed", "tolerance"), [("9/10", 200), ("11/10", 200), ("2", 600), ("1/2", 1920)])
def test_speed_moves_both_alike(speed: str, tolerance: int, tmp_path: Path, render: Render) -> None:
    run(*BOTH, *X264, *AAC, str(tmp_path / "clip.mp4"))
    made = render(tmp_path / "clip.mp4", frames=21, start_frame=5 if speed == "1/2" else 1, speed=Rational.of(speed))
    assert made.sound is not None
    (beep,) = onsets(measure.samples(made.sound))
    shot = made.segment.shot
    due_s = (0.5 - shot.start_frame / 30) / float(shot.speed.fraction)
    assert flashes(made.video)[0] == int(due_s * 30 + 0.5)
    assert abs(beep - due_s * 48_000) < tolerance


@pytest.mark.parametrize("delay", ["0.5", "-0.25"])
def test_an_offset_of_the_source_is_kept(delay: str, tmp_path: Path, render: Render) -> None:
    """Sound recorded late or early by its container comes late or early, whichever stream begins first."""
    run(
        "-f", "lavfi", "-i", FLASH, "-itsoffset", delay, *BOTH[4:], *X264, "-c:a", "libopus", str(tmp_path / "clip.mkv")
    )
    made = render(tmp_path / "clip.mkv", frames=40)
    assert made.sound is not None
    (offset,) = offsets(flashes(made.video), onsets(measure.samples(made.sound)), CANVAS)
    assert abs(offset - float(delay) * 48_000) < HALF_FRAME


def test_forty_joins_do_not_drift(tmp_path: Path, render: Render) -> None:
    canvas = CANVAS.model_copy(update={"fps": Rational(num=30_000, den=1001)})
    run(*BOTH, *X264, *AAC, str(tmp_path / "clip.mp4"))
    made = render(tmp_path / "clip.mp4", canvas=canvas)
    lengths = [31 + k % 7 for k in range(41)]
    out = tmp_path / "out.mp4"
    pieces = [AssemblyPiece(made.video, length) for length in lengths]
    sounds = [SoundPart(made.sound, length) for length in lengths]
    assembly.assemble(pieces, sounds, canvas, DRAFT, out, tags=Tags(title=""), workdir=tmp_path)
    found = offsets(flashes(out), onsets(measure.samples(out)), canvas)
    assert len(found) == 41
    assert max(map(abs, found)) < HALF_FRAME
    assert max(found) - min(found) < 48  # a millisecond, with no trend to find


def test_no_gap_and_no_click_at_joins(tmp_path: Path, render: Render) -> None:
    """A tone in pieces: no silence over 2 ms, no jump larger than the tone's own."""
    black = ("-f", "lavfi", "-i", "color=black:size=160x120:rate=30:duration=2")
    tone = ("-f", "lavfi", "-i", "sine=frequency=1000:sample_rate=48000:duration=2,volume=4")
    run(*black, *tone, *X264, "-c:a", "pcm_s16le", str(tmp_path / "c.mov"))
    starts = [0, 3, 0, 11, 5]
    lengths = [end - start for start, end in pairwise(BOUNDS)]
    parts = [render(tmp_path / "c.mov", start_frame=at, frames=n) for at, n in zip(starts, lengths, strict=True)]
    sounds = [SoundPart(part.sound, part.frames) for part in parts]
    pieces = [part.piece for part in parts]
    out = tmp_path / "out.mp4"
    assembly.assemble(pieces, sounds, CANVAS, DRAFT, out, tags=Tags(title=""), workdir=tmp_path)
    heard = measure.samples(out)[: BOUNDS[-1] * 1600]
    audible = np.flatnonzero(np.abs(heard) >= heard.max() / 50)
    assert np.diff(audible, prepend=-1, append=len(heard)).max() <= 96
    steps = np.abs(np.diff(heard))
    assert steps.max() < steps[: BOUNDS[1] * 1600 - 481].max() * 1.2
