"""Perceptual hashes of what a segment shows: they tell how alike two videos look without decoding either.

PDQ is a 256-bit perceptual hash: pictures a person takes for the same differ in at most about 31 bits, unrelated ones
in about 128. It is taken of each picture made 64 pixels square and grey, the size PDQ itself works at: of filmed
footage that gives a hash within ten bits of that of the whole picture, at two thirds of the cost. The pictures are
those given to the encoder: so no segment is decoded for them, and a print is the same in every codec.
"""

from typing import Any

from medley.contracts.media import Rational
from medley.media.picture.pdq import SIDE_PX, pdq

QUALITY_MIN = 50  # of 100: below it a picture shows too little to be told from another, as PDQ's authors advise
PICTURE_BYTES = SIDE_PX * SIDE_PX


def sampled(stream: Any, fps: Rational) -> Any:
    """The pictures of a stream that have a print: the first of each second, which is round(fps) frames, small and
    grey."""
    first = stream.filter("select", f"not(mod(n,{round(fps.fraction)}))")
    return first.filter("scale", SIDE_PX, SIDE_PX, flags="area").filter("format", "gray")


def count(frames: int, fps: Rational) -> int:
    """How many pictures of so many frames have a print."""
    return -(-frames // round(fps.fraction))


def prints(pictures: bytes) -> tuple[str, ...]:
    """A PDQ hash of each picture, 64 by 64 bytes: 64 hex digits each.

    The hash of a picture that shows next to nothing (black, fog) is empty rather than missing: the others keep their
    places.
    """
    import numpy as np

    found = np.frombuffer(pictures, np.uint8).reshape(-1, SIDE_PX, SIDE_PX)
    return tuple(digits if quality >= QUALITY_MIN else "" for digits, quality in map(pdq, found))
