"""Perceptual hashes of what a segment shows: they tell how alike two videos look without decoding either.

PDQ is a 256-bit perceptual hash: pictures a person takes for the same differ in at most about 31 bits, unrelated ones
in about 128. It is taken of each picture made 64 pixels square and grey, the size PDQ itself works at: of filmed
footage that gives a hash within ten bits of that of the whole picture, at two thirds of the cost.
"""

from fractions import Fraction
from pathlib import Path
from typing import Any

from medley.errors import FFmpegFailed
from medley.media.picture.pdq import SIDE_PX, pdq

QUALITY_MIN = 50  # of 100: below it a picture shows too little to be told from another, as PDQ's authors advise


def prints(video: Path) -> tuple[str, ...]:
    """A PDQ hash for each second of a segment of ours, the first of its first frame: 64 hex digits each.

    A second is round(fps) frames, as between the key frames of a segment, so that these alone are decoded. The hash of
    a picture that shows next to nothing (black, fog) is empty rather than missing: the others keep their places.

    Raises:
        FFmpegFailed: code `bad_video`; the file cannot be read, or lacks a frame it should have.
    """
    hashes = _hashes(video, keys_only=True) or _hashes(video, keys_only=False)
    if not hashes:
        raise FFmpegFailed("A segment lacks frames.", code="bad_video")
    return hashes


def _hashes(video: Path, *, keys_only: bool) -> tuple[str, ...]:
    """The hashes, or none if a frame is missing: not every second need begin with a key frame."""
    import av

    try:
        with av.open(f"file:{video}") as container:
            stream = container.streams.video[0]
            if keys_only:
                stream.codec_context.skip_frame = "NONKEY"
                stream.codec_context.options = {"skip_loop_filter": "all"}  # moves a hash by two bits, saves a sixth
            rate = Fraction(stream.average_rate or 0)
            wanted = range(0, stream.frames, round(rate))
            frames = ((_number(frame, rate), frame) for frame in container.decode(stream))
            hashes = {number: _hash(frame) for number, frame in frames if number in wanted}
    except (av.error.FFmpegError, IndexError, ValueError) as error:  # no such file, stream or rate
        raise FFmpegFailed("A segment cannot be read.", code="bad_video") from error
    return tuple(hashes[number] for number in wanted) if hashes.keys() == set(wanted) else ()


def _number(frame: Any, rate: Fraction) -> int:
    number: int = round(frame.pts * frame.time_base * rate)
    return number


def _hash(frame: Any) -> str:
    """One frame's hash as hex digits; empty if it says little."""
    grey = frame.reformat(width=SIDE_PX, height=SIDE_PX, format="gray").to_ndarray()
    digits, quality = pdq(grey)
    return digits if quality >= QUALITY_MIN else ""
