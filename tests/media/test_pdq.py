"""PDQ gives what its authors' own program gives."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from medley.media.picture.pdq import pdq

# Of each picture the hash and the quality as the program of PDQ's authors (C++, within the package pdqhash 0.2.8) says.
REFERENCE: list[dict[str, Any]] = json.loads(Path(__file__).with_name("pdq_reference.json").read_text())


def picture(waves: list[list[int]], brightness: int, contrast: int) -> NDArray[np.uint8]:
    """Crossing waves of light, 64 pixels square: integers alone, so that every machine draws the same."""
    down, across = np.mgrid[0:64, 0:64]
    light = sum(np.abs((a * across + b * down + c) % 512 - 256) for a, b, c in waves)
    return np.clip(brightness + contrast * (light - 128 * len(waves)) // (64 * len(waves)), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("case", REFERENCE, ids=lambda case: f"quality {case['quality']}")
def test_a_picture_gets_the_hash_and_the_quality_of_the_reference(case: dict[str, Any]) -> None:
    found = pdq(picture(case["waves"], case["brightness"], case["contrast"]))
    assert found == (case["hash"], case["quality"])


def test_the_reference_covers_every_quality() -> None:
    qualities = [case["quality"] for case in REFERENCE]
    assert (len({case["hash"] for case in REFERENCE}), min(qualities), max(qualities)) == (len(REFERENCE), 1, 100)
    assert {quality // 20 for quality in qualities} == {0, 1, 2, 3, 4, 5}


@pytest.mark.parametrize("level", [0, 7, 128, 255])
def test_one_plain_colour_has_no_quality(level: int) -> None:
    assert pdq(np.full((64, 64), level, np.uint8))[1] == 0
