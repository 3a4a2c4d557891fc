"""An asset that has arrived: probed for what it is, whatever it was asked for as."""

import logging
from pathlib import Path

from medley import limits, workdir
from medley.contracts.facts import AssetAccepted
from medley.contracts.keys import AssetKey
from medley.domain.wording import refused
from medley.media.intake.asset_probe import probe_asset
from medley.ports.cloud import ObjectStore, StoredObject

log = logging.getLogger("medley.ingest")


def accepted(key: AssetKey, found: StoredObject, store: ObjectStore, scratch: Path) -> AssetAccepted:
    """Read the asset.

    Raises:
        NotMedia: it is not a usable asset. NotFound: it was deleted. Unavailable: store or disk.
    """
    if found.size_bytes > limits.ASSET_AUDIO_BYTES:  # an image's own limit is less, and the probe's to tell
        raise refused("too_large", what="asset", most=limits.ASSET_AUDIO_BYTES // 1024**2, unit="MiB")
    with workdir.scratch(scratch, need_bytes=found.size_bytes) as folder:
        asset = folder / "asset"
        store.download(found.key, asset)
        facts = probe_asset(asset)
    log.info("asset accepted", extra={"kind": facts.kind, "codec": facts.codec})
    return AssetAccepted(owner_id=key.owner, asset_id=key.asset, facts=facts)
