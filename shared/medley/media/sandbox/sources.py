"""Clips as the engine is given them."""

from dataclasses import dataclass
from pathlib import Path

from medley.contracts.media import ClipFacts


@dataclass(frozen=True)
class SourceFile:
    """A clip's file and what the probe said of it."""

    path: Path
    facts: ClipFacts
