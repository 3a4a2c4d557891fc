"""PDQ, the perceptual hash Meta published (2019), of pictures that are 64 pixels square and grey already.

A picture's 16x16 lowest frequencies but the constant ones, each a bit: is it above their median? Alike pictures differ
in few bits, however they are encoded. `tests/media/test_pdq.py` holds it against the authors' own program.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SIDE_PX = 64  # of the picture PDQ looks at: any other is made this size before
FREQUENCIES = 16  # across and down: of the cosines, those with 1 to 16 half waves
GRADIENT_STEPS = 100  # from black to white: a step between neighbours counts in whole ones
GRADIENTS_OF_FULL_QUALITY = 9_000  # so many of them, in all the picture, are quality 100


def pdq(grey: "NDArray[np.uint8]") -> tuple[str, int]:
    """The hash of a picture, 64 by 64 bytes, and its quality from 0 (one plain colour) to 100.

    The hash is 64 hex digits, in the order PDQ writes them: the highest frequencies first.
    """
    import numpy as np

    picture = grey.astype(np.float64)
    cosines = _cosines()
    spectrum = (cosines @ picture @ cosines.T).ravel()
    median = np.sort(spectrum)[spectrum.size // 2 - 1]  # the lower of the two in the middle
    bits = spectrum > median
    return np.packbits(bits[::-1]).tobytes().hex(), _quality(picture)


def _cosines() -> "NDArray[np.float64]":
    """The rows of the cosine transform PDQ uses: FREQUENCIES by SIDE_PX."""
    import numpy as np

    half_waves = np.arange(1, FREQUENCIES + 1)[:, None]
    middles = np.arange(1, 2 * SIDE_PX, 2)[None, :]
    rows: NDArray[np.float64] = np.sqrt(2 / SIDE_PX) * np.cos(np.pi / 2 / SIDE_PX * half_waves * middles)
    return rows


def _quality(picture: "NDArray[np.float64]") -> int:
    """How much there is to tell the picture by: the steps between neighbours, down and across."""
    import numpy as np

    steps = sum(np.abs(np.trunc(np.diff(picture, axis=axis) * GRADIENT_STEPS / 255)).sum() for axis in (0, 1))
    return min(100, int(steps) * 100 // GRADIENTS_OF_FULL_QUALITY)
