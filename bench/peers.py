"""The others: FFmpeg's own filters, MoviePy 2 and MLT, each as its documentation has it done.

All of them decode, scale, join and encode every video from the clips; the x264 preset, the CRF and the AAC bit rate are
Medley's.
"""

import json
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from edits import Edit, Shot

from medley.media.output import encoders
from medley.media.sandbox import ffmpeg

EFFORT = encoders.EFFORTS["h264"]["standard"]
AUDIO_BITRATE = "160k"
THREADS = 2

Commands = Callable[[Sequence[Edit], Path], Iterator[list[str]]]


@dataclass(frozen=True)
class Peer:
    """`commands` make each edit in a folder, as `0.mp4`, `1.mp4` and so on. `missing` says why it cannot be run."""

    name: str
    commands: Commands
    missing: str | None = None


def all_peers() -> list[Peer]:
    melt = shutil.which("melt")
    return [
        concat_filter(),
        Peer("MoviePy 2", _moviepy),
        Peer("MLT (melt)", _melt, None if melt else "melt is not installed (Debian's package melt)"),
    ]


def concat_filter() -> Peer:
    """The one every case is measured against."""
    return Peer("FFmpeg's concat filter", _filters)


def _filters(edits: Sequence[Edit], folder: Path) -> Iterator[list[str]]:
    """One FFmpeg per video: every clip an input of one graph."""
    for n, edit in enumerate(edits):
        yield [
            *(ffmpeg.executable(), "-v", "error", "-nostdin", "-y"),
            *(word for shot in edit.shots for word in ("-i", str(shot.path))),
            *("-filter_complex", _graph(edit), "-map", "[v]", "-map", "[a]", "-threads", str(THREADS)),
            *("-c:v", "libx264", "-preset", EFFORT.preset, "-crf", str(EFFORT.crf)),
            *("-c:a", "aac", "-aac_coder", "fast", "-b:a", AUDIO_BITRATE, "-movflags", "+faststart"),
            str(folder / f"{n}.mp4"),
        ]


def _graph(edit: Edit) -> str:
    parts = [_fitted(n, shot, edit) for n, shot in enumerate(edit.shots)]
    if edit.overlap == 0:
        inputs = "".join(f"[v{n}][a{n}]" for n in range(len(edit.shots)))
        return ";".join([*parts, f"{inputs}concat=n={len(edit.shots)}:v=1:a=1[v][a]"])
    at, seconds = 0, edit.overlap / edit.fps
    last = len(edit.shots) - 1
    for n, shot in enumerate(edit.shots[:-1]):
        at += shot.frames - edit.overlap
        before, after = f"{n}" if n == 0 else f"x{n}", "" if n + 1 == last else f"x{n + 1}"
        parts.append(f"[v{before}][v{n + 1}]xfade=fade:duration={seconds}:offset={at / edit.fps}[v{after}]")
        parts.append(f"[a{before}][a{n + 1}]acrossfade=d={seconds}[a{after}]")
    return ";".join(parts)


def _fitted(n: int, shot: Shot, edit: Edit) -> str:
    """An input in the canvas's size and rate, at its speed, exactly as long as its shot."""
    size, seconds = f"{edit.width}:{edit.height}", shot.frames / edit.fps
    faster = shot.speed != 1
    picture = [f"setpts=PTS*{shot.speed.denominator}/{shot.speed.numerator}"] if faster else []
    picture += [f"fps={edit.fps}", f"scale={size}:force_original_aspect_ratio=increase", f"crop={size}"]
    picture += ["setsar=1", "format=yuv420p", "tpad=stop=2:stop_mode=clone", f"trim=end_frame={shot.frames}"]
    sound = [f"atempo={float(shot.speed)}"] if faster else []
    sound += ["aresample=48000", "aformat=channel_layouts=stereo", f"apad=whole_dur={seconds}", f"atrim=end={seconds}"]
    return f"[{n}:v]{','.join(picture)}[v{n}];[{n}:a]{','.join(sound)}[a{n}]"


def _moviepy(edits: Sequence[Edit], folder: Path) -> Iterator[list[str]]:
    """One script for all videos, one after the other."""
    job = folder / "edits.json"
    encoder = {"preset": EFFORT.preset, "crf": EFFORT.crf, "audio_bitrate": AUDIO_BITRATE, "threads": THREADS}
    job.write_text(json.dumps({"encoder": encoder, "edits": [_plain(edit) for edit in edits]}))
    yield [sys.executable, str(Path(__file__).with_name("moviepy_script.py")), str(job), str(folder)]


def _plain(edit: Edit) -> dict[str, object]:
    """As JSON values."""
    shots = [
        {
            "path": str(shot.path),
            "cover": shot.cover(edit.width, edit.height),
            "seconds": shot.frames / edit.fps,
            "speed": float(shot.speed),
        }
        for shot in edit.shots
    ]
    return asdict(edit) | {"shots": shots, "overlap": edit.overlap / edit.fps}


def _melt(edits: Sequence[Edit], folder: Path) -> Iterator[list[str]]:
    """One melt per video, with a profile of the canvas."""
    for n, edit in enumerate(edits):
        profile = folder / f"{edit.width}x{edit.height}.profile"
        profile.write_text(_profile(edit))
        clips = [word for k, shot in enumerate(edit.shots) for word in _melt_clip(k, shot, edit.overlap)]
        yield [
            *("melt", "-silent", "-profile", str(profile), *clips, "-consumer", f"avformat:{folder / f'{n}.mp4'}"),
            *("vcodec=libx264", f"preset={EFFORT.preset}", f"crf={EFFORT.crf}", f"threads={THREADS}"),
            *("acodec=aac", f"ab={AUDIO_BITRATE}", "ar=48000", "channels=2", "movflags=+faststart", "real_time=-1"),
        ]


def _melt_clip(number: int, shot: Shot, overlap: int) -> Iterator[str]:
    yield str(shot.path) if shot.speed == 1 else f"timewarp:{float(shot.speed)}:{shot.path}"
    yield from ("warp_pitch=1",) if shot.speed != 1 else ()
    yield from ("in=0", f"out={shot.frames - 1}", "-attach-clip", "crop", "center=1")
    if number and overlap:
        yield from ("-mix", str(overlap), "-mixer", "luma", "-mixer", "mix:-1")


def _profile(edit: Edit) -> str:
    fields = {"width": edit.width, "height": edit.height, "frame_rate_num": edit.fps, "frame_rate_den": 1}
    fields |= {"display_aspect_num": edit.width, "display_aspect_den": edit.height}
    fields |= {"sample_aspect_num": 1, "sample_aspect_den": 1, "progressive": 1, "colorspace": 709}
    return "description=canvas\n" + "".join(f"{name}={value}\n" for name, value in fields.items())
