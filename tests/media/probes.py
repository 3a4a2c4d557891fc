"""Probes: what a clip of the tests is. Each is read once, for a probe costs as much as a short encode.

Of clips that all processes of a run share, one process reads it for all.
"""

import hashlib
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

from medley.contracts.media import ClipFacts
from medley.media.intake import probe

_OF_CONTENT: dict[str, ClipFacts] = {}  # by SHA-256
LARGEST_BYTES = 100_000_000  # of a file that is read here; larger ones are made for the probe itself
SHARED = "shared"  # a file of this name says that a folder's clips are


def facts(path: Path) -> ClipFacts:
    """What the probe says of the clip, as it is now."""
    status = path.stat()
    return _facts(path, status.st_ino, status.st_size, status.st_mtime_ns)


def facts_of_content(path: Path, *, remaining_s: Callable[[], float] | None = None) -> ClipFacts:
    """What the probe says of a file with the content of this one, by whatever name."""
    if not path.is_file() or path.stat().st_size > LARGEST_BYTES:
        return probe.probe(path, remaining_s=remaining_s)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    if sha256 not in _OF_CONTENT:
        _OF_CONTENT[sha256] = probe.probe(path, remaining_s=remaining_s)
    return _OF_CONTENT[sha256]


@cache
def _facts(path: Path, *state: int) -> ClipFacts:
    if not path.with_name(SHARED).exists():
        return probe.probe(path)
    known = path.with_name(f"{path.name}.facts.json")
    if not known.exists():
        partial = path.with_name(f"{os.getpid()}-{known.name}")
        partial.write_text(probe.probe(path).model_dump_json())
        partial.replace(known)
    return ClipFacts.model_validate_json(known.read_text())
