"""The cost of one more output when every segment is there, against the bare FFmpeg command for the same output."""

import wave
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from cases import FPS, Case, mix
from measure import run
from peers import AUDIO_BITRATE

from medley.contracts import keys
from medley.contracts.engine import SAMPLE_RATE, Sound
from medley.contracts.media import Rational
from medley.media.sandbox import ffmpeg
from medley.media.sound import pcm
from medley.media.sound.pcm import SoundPart

OWNER = UUID(int=0)  # of everything `medley mix` keeps
BARE_RUNS = 10


@dataclass(frozen=True)
class Marginal:
    """CPU-seconds of one more output: `medley` is a mean of `outputs`, `bare` of `runs`."""

    medley: float
    outputs: int
    bare: float
    runs: int


def marginal(case: Case, clips: list[str], outputs: int, folder: Path) -> Marginal:
    """Twice as many outputs less so many, all segments cached; videos of whole clips, joined by cuts."""
    with TemporaryDirectory(dir=folder) as name:
        cache = Path(name) / "cache"
        mix(case, clips, 1, folder, cache=cache)
        few = mix(case, clips, outputs, folder, cache=cache)
        many = mix(case, clips, 2 * outputs, folder, cache=cache)
        assert few.report["segments"]["encoded"] == many.report["segments"]["encoded"] == 0
        each = (many.used.cpu_s - few.used.cpu_s) / (many.outputs - few.outputs)
        videos = many.report["outputs"][:: max(1, many.outputs // BARE_RUNS)]
        sources = {clip["clip_id"]: clip["sha256"] for clip in many.report["clips"]}
        bare = [_bare_cpu_s(video, sources, cache, Path(name)) for video in videos]
    return Marginal(each, many.outputs - few.outputs, fmean(bare), len(bare))


def _bare_cpu_s(video: Mapping[str, Any], sources: Mapping[str, str], cache: Path, folder: Path) -> float:
    """Copy the segments' pictures and encode their joined sound, as anybody would on a command line."""
    listing, sound, out = folder / "list.txt", folder / "sound.wav", folder / "bare.mp4"
    pictures = [cache / keys.segment(OWNER, segment["digest"], "mp4") for segment in video["segments"]]
    listing.write_text("".join(f"file '{picture}'\n" for picture in pictures))
    _join([_part(shot, sources[shot["clip_id"]], cache) for shot in video["shots"]], sound)
    inputs = ["-f", "concat", "-safe", "0", "-i", str(listing), "-i", str(sound), "-map", "0:v", "-map", "1:a"]
    output = ["-c:v", "copy", "-c:a", "aac", "-b:a", AUDIO_BITRATE, "-movflags", "+faststart", str(out)]
    return run([ffmpeg.executable(), "-v", "error", "-nostdin", "-y", *inputs, *output]).cpu_s


def _part(shot: Mapping[str, Any], sha256: str, cache: Path) -> SoundPart:
    sound = Sound(clip_sha256=sha256, frames=shot["frames"], fps=Rational(num=FPS))
    return SoundPart(cache / keys.segment(OWNER, sound.digest(), "wav"), shot["frames"])


def _join(parts: list[SoundPart], out: Path) -> None:
    with wave.open(str(out), "wb") as file:
        file.setparams((pcm.CHANNELS, 2, SAMPLE_RATE, 0, "NONE", "NONE"))
        for chunk in pcm.joined(parts, Rational(num=FPS)):
            file.writeframes(chunk)
