"""Uploaded files a worker needs: fetched, and certain to be what was read when they came."""

from pathlib import Path

from medley.contracts.assets import AssetSource
from medley.contracts.media import ClipSource
from medley.domain.wording import refused
from medley.errors import NotFound
from medley.ports.worker import WorkerContext


def fetch(original: ClipSource | AssetSource, context: WorkerContext) -> Path:
    """Its file, to be read only.

    Raises:
        NotMedia: codes `clip_changed` and `clip_gone`. StorageUnavailable.
    """
    try:
        return context.fetch(original.key, sha256=original.facts.sha256)
    except NotFound as error:
        if error.code == "object_damaged":
            raise refused("clip_changed") from error
        raise refused("clip_gone") from error
