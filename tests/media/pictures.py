"""Decoded pictures as arrays, to look into them."""

from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.int16]


@dataclass(frozen=True)
class Picture:
    """The planes of a 4:2:0 picture in 8 bits: brightness, and the two of colour at half the size."""

    y: Plane
    u: Plane
    v: Plane


def decoded(path: Path) -> list[Picture]:
    """Every picture of a video."""
    with av.open(str(path)) as container:
        return [_picture(frame.to_ndarray(format="yuv420p")) for frame in container.decode(video=0)]


def _picture(planes: NDArray[np.uint8]) -> Picture:
    height, width = planes.shape[0] * 2 // 3, planes.shape[1]
    values = planes.astype(np.int16).reshape(-1)
    y, u, v = np.split(values, [width * height, width * height * 5 // 4])
    return Picture(*(part.reshape(height // n, width // n) for part, n in ((y, 1), (u, 2), (v, 2))))


def difference(one: Plane, other: Plane) -> float:
    """The mean distance of two planes' pixels."""
    return float(np.abs(one - other).mean())
