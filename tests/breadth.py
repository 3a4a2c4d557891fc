"""Breadth: what is tried each time, and the whole matrix, which `make thorough` tries."""

import os
from collections.abc import Sequence
from typing import Final, TypeVar

T = TypeVar("T")
THOROUGH: Final = "THOROUGH" in os.environ


def usual(some: Sequence[T], every: Sequence[T]) -> Sequence[T]:
    """The cases to try: some that each differ in kind, or all."""
    return every if THOROUGH else some
