"""Encoder settings: what makes the segments of an output join by copying, for each codec.

For all of them: closed groups of pictures, a key frame first, and headers that depend on the settings alone. Unless
`Encoding.b_frames` allows another order, packets come in the order they are shown, and none needs one that comes after
it: so any prefix of a segment is a valid stream. x264 and x265 do that without B-frames; SVT-AV1 packs each temporal
unit so that it shows one frame, hidden ones included, and needs no such sacrifice. With B-frames x264 and x265 decode
a constant number of frames ahead of what is shown, so segments of at least `REORDERED_FRAMES_MIN` frames join whole,
with evenly spaced decoding times.
"""

from dataclasses import dataclass
from typing import Any

from medley.contracts.engine import Codec, Encoding, Quality
from medley.contracts.media import Rational

TIMESCALE_MIN = 10_000  # ticks per second of our MP4 files, at least: FFmpeg's own lower bound
VBV_INIT = 0.3  # of the buffer, full at a segment's start: more, and segments of a second or two would pass the ceiling
REORDERED_FRAMES_MIN = 3  # of a segment with B-frames: one more than the encoders delay
SVT_PARALLELISM_MAX = 6  # the highest level SVT-AV1 knows


@dataclass(frozen=True)
class Effort:
    """How hard an encoder tries, and how well: its own names. Equal for all segments of an output, or they would not
    join."""

    preset: str
    crf: int


# Of about equal quality in a column: VMAF 90 to 93, 95 and 96 to 98 on Big Buck Bunny at 720p.
EFFORTS: dict[Codec, dict[Quality, Effort]] = {
    "h264": {"draft": Effort("ultrafast", 24), "standard": Effort("veryfast", 20), "high": Effort("medium", 18)},
    "hevc": {"draft": Effort("ultrafast", 26), "standard": Effort("veryfast", 23), "high": Effort("medium", 20)},
    "av1": {"draft": Effort("9", 38), "standard": Effort("8", 30), "high": Effort("6", 22)},
}


def options(encoding: Encoding, fps: Rational, threads: int) -> dict[str, Any]:
    """FFmpeg's output options for the picture of one segment, on about `threads` threads."""
    effort = EFFORTS[encoding.codec][encoding.quality]
    ceiling = {} if encoding.max_kbps is None else _ceiling(encoding.max_kbps)
    base = {"f": "mp4", "preset": effort.preset, "crf": effort.crf, "g": round(encoding.gop_s * fps.fraction)}
    order = {} if encoding.b_frames or encoding.codec == "av1" else {"bf": 0}  # else the preset's own
    return base | ceiling | order | _ENCODERS[encoding.codec](threads, capped=bool(ceiling))


def _ceiling(kbps: int) -> dict[str, Any]:
    """At most so much in any second: a player's buffer of one second never runs dry."""
    return {"maxrate": f"{kbps}k", "bufsize": f"{kbps}k"}


def _x264(threads: int, *, capped: bool) -> dict[str, Any]:
    params = ["stitchable=1", "open-gop=0", "scenecut=0", *_vbv(capped)]
    return {"vcodec": "libx264", "threads": threads, "x264-params": ":".join(params)}


def _x265(threads: int, *, capped: bool) -> dict[str, Any]:
    """`info=0`: no text of the encoder's in the headers. `hvc1`: Apple plays no other HEVC."""
    params = ["log-level=error", "open-gop=0", "scenecut=0", "info=0", f"pools={threads}", "frame-threads=1"]
    return {"vcodec": "libx265", "tag:v": "hvc1", "x265-params": ":".join([*params, *_vbv(capped)])}


def _svt_av1(threads: int, *, capped: bool) -> dict[str, Any]:
    """`lp` bounds its threads, else it takes every core it sees. A ceiling is one only without its usual overshoot."""
    params = [f"lp={min(threads, SVT_PARALLELISM_MAX)}", *(["mbr-overshoot-pct=0"] if capped else [])]
    return {"vcodec": "libsvtav1", "svtav1-params": ":".join(params)}


def _vbv(capped: bool) -> list[str]:
    return [f"vbv-init={VBV_INIT}"] if capped else []


_ENCODERS = {"h264": _x264, "hevc": _x265, "av1": _svt_av1}


def timescale(fps: Rational) -> int:
    """Ticks per second in which one frame is a whole number of ticks: 15360 for 30 fps, 30000 for 30000/1001."""
    ticks = fps.num
    while ticks < TIMESCALE_MIN:
        ticks *= 2
    return ticks
