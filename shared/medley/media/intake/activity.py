"""Activity: how busy a clip is when, and where: what smart shares keep and smart crops look at.

Motion is how much one small grey picture differs from the next, loudness the power of thin sound. Both are compared
within one clip only, so scores need an order and a scale, not a physical meaning.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from medley.contracts.media import Activity, ClipFacts
from medley.media.intake.analysis_pass import HEIGHT, SAMPLE_RATE, WIDTH, Analysis, analyse

if TYPE_CHECKING:
    import numpy as np

    Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

MOTION_FULL = 32  # mean difference of 8-bit pictures that counts as the most there is: almost every pixel has changed
NOISE = 8  # a pixel that differs by less may be grain, and says nothing of where motion is
CUT = 24  # mean difference from which the picture was replaced: that is no motion in any place
SILENCE_DB = -60  # of full scale: as loud as nothing


def measure(
    clip: Path, facts: ClipFacts, *, threads: int, remaining_s: Callable[[], float] | None = None
) -> Activity | None:
    """Look a clip over and score it; None if that cannot be done in a minute.

    Raises:
        Unavailable: code `out_of_time`, the caller's; code `disk_full`.
    """
    with tempfile.TemporaryDirectory(prefix="medley-activity-") as folder:
        seen = analyse(clip, facts, Path(folder), threads=threads, remaining_s=remaining_s)
    return None if seen is None else of(seen, facts)


def of(seen: Analysis, facts: ClipFacts) -> Activity:
    """The scores of a clip that was looked over, one for each step of its duration."""
    import numpy as np

    steps = max(1, -(-facts.video.duration_us // seen.step_us))
    frames = len(seen.pictures) // (WIDTH * HEIGHT)
    pictures = np.frombuffer(seen.pictures[: frames * WIDTH * HEIGHT], np.uint8).reshape(frames, HEIGHT, WIDTH)
    differences = np.abs(np.diff(pictures.astype(np.int16), axis=0))
    means = differences.mean(axis=(1, 2)) if len(differences) else np.zeros(0)
    x, y = _centre(differences, means)
    return Activity(
        step_us=seen.step_us,
        motion=_scores(_spread(means) if seen.key_frames else means, steps, held=facts.video.held_us > 0),
        loudness=_loudness(seen, steps),
        center_x=x,
        center_y=y,
    )


def _scores(means: "Floats", steps: int, *, held: bool) -> tuple[int, ...]:
    """A score for each step; the last pictures have none after them, so they move like those before unless held."""
    import numpy as np

    scores = np.clip(np.rint(means * 255 / MOTION_FULL), 0, 255).astype(int).tolist()[:steps]
    rest = scores[-1] if scores and not held else 0
    return (*scores, *(rest for _ in range(steps - len(scores))))


def _spread(means: "Floats") -> "Floats":
    """Where only key frames were seen: what changed from one to the next, spread over the time between them."""
    import numpy as np

    spread = np.zeros(len(means))
    begin = 0
    for end in (np.flatnonzero(means) + 1).tolist():
        spread[begin:end] = means[end - 1] / (end - begin)
        begin = end
    return spread


def _centre(differences: "np.ndarray[tuple[int, ...], np.dtype[np.int16]]", means: "Floats") -> tuple[int, int]:
    """The centre of all motion in thousandths of width and height; the middle, if there is none."""
    import numpy as np

    moving = differences[means < CUT]
    weights = np.where(moving >= NOISE, moving, 0).sum(axis=0, dtype=np.int64)
    total = int(weights.sum())
    if total == 0:
        return 500, 500
    x = float((weights.sum(axis=0) * (np.arange(WIDTH) + 0.5)).sum()) / total / WIDTH
    y = float((weights.sum(axis=1) * (np.arange(HEIGHT) + 0.5)).sum()) / total / HEIGHT
    return round(1000 * x), round(1000 * y)


def _loudness(seen: Analysis, steps: int) -> tuple[int, ...]:
    """The root mean square of each step, in decibels from silence to full scale."""
    import numpy as np

    length = SAMPLE_RATE * seen.step_us // 1_000_000
    samples = np.zeros(steps * length)
    if seen.samples is not None:
        heard = np.frombuffer(seen.samples[: len(seen.samples) // 2 * 2], "<i2")[: len(samples)]
        samples[: len(heard)] = heard / 32_768
    power = np.square(samples.reshape(steps, length)).mean(axis=1)
    decibels = 10 * np.log10(np.maximum(power, 1e-12))
    scores = np.clip(np.rint((decibels - SILENCE_DB) * 255 / -SILENCE_DB), 0, 255)
    return tuple(scores.astype(int).tolist())
