"""Uploaded files a worker needs: fetched, and checked to be what was read when they came."""

import hashlib
from pathlib import Path

from medley.contracts.assets import AssetSource
from medley.contracts.media import ClipSource
from medley.errors import NotMedia
from medley.ports.worker import WorkerContext


def fetch(original: ClipSource | AssetSource, context: WorkerContext) -> Path:
    """Its file, to be read only.

    Raises:
        NotMedia: code `clip_changed`. NotFound: code `object_gone`. StorageUnavailable.
    """
    path = context.fetch(original.key)
    with path.open("rb") as content:
        if hashlib.file_digest(content, "sha256").hexdigest() != original.facts.sha256:
            raise NotMedia("The file changed after it was read; upload it again.", code="clip_changed")
    return path
