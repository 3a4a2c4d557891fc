"""Waveform of a clip: what a timeline draws of its sound."""

import json

from medley import limits


def peaks(samples: bytes) -> tuple[int, ...]:
    """The highest level in each of limits.WAVEFORM_PEAKS equal parts of mono sound (16 bits, little-endian), from 0 to
    255; fewer parts if there are fewer samples."""
    import numpy as np

    levels = np.abs(np.frombuffer(samples[: len(samples) // 2 * 2], "<i2").astype(np.int32))
    parts = np.array_split(levels, min(limits.WAVEFORM_PEAKS, len(levels))) if len(levels) else []
    return tuple(int(part.max()) * 255 // 32_768 for part in parts)


def document(samples: bytes) -> str:
    """The waveform as the JSON a browser fetches."""
    return json.dumps({"peaks": peaks(samples)}, separators=(",", ":"))
