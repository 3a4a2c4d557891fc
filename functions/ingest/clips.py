"""A clip that has arrived: probed, looked over, and a poster, a filmstrip, a waveform and a proxy made of it."""

import logging
from pathlib import Path

from medley import limits, workdir
from medley.contracts import keys
from medley.contracts.facts import ClipAccepted
from medley.contracts.keys import UploadKey
from medley.contracts.media import ClipFacts
from medley.domain.wording import refused
from medley.media.intake import activity, probe
from medley.media.intake import proxy as proxies
from medley.media.intake.analysis_pass import analyse
from medley.media.picture import posters
from medley.media.sound import waveform
from medley.ports.cloud import ObjectStore, StoredObject

WORK_BYTES = 96_000_000  # room beside the clip for its proxy, its pictures and what they are made of

log = logging.getLogger("medley.ingest")


def accepted(key: UploadKey, found: StoredObject, store: ObjectStore, scratch: Path, threads: int) -> ClipAccepted:
    """Read the clip and store what is shown of it; FFmpeg may use so many threads for that.

    Raises:
        NotMedia: it is not a usable clip. NotFound: it was deleted. Unavailable: store or disk.
    """
    if found.size_bytes > limits.UPLOAD_BYTES:
        raise refused("too_large", what="clip", most=limits.UPLOAD_BYTES // 1024**3, unit="GiB")
    with workdir.scratch(scratch, need_bytes=found.size_bytes + WORK_BYTES) as folder:
        clip, poster = folder / "clip", folder / keys.POSTER
        store.download(found.key, clip)
        facts = probe.probe(clip)
        posters.clip_poster(clip, facts, poster)
        poster_key = keys.derived(key.owner, key.clip, keys.POSTER)
        store.upload(poster, poster_key, "image/jpeg")
        fact = ClipAccepted(owner_id=key.owner, clip_id=key.clip, facts=facts, poster_key=poster_key)
        fact = _looked_over(fact, clip, facts, store, threads)
    log.info("clip accepted", extra={"codec": facts.video.codec, "duration_us": facts.video.duration_us})
    return fact


def _looked_over(fact: ClipAccepted, clip: Path, facts: ClipFacts, store: ObjectStore, threads: int) -> ClipAccepted:
    """The fact with the clip's activity and what a timeline shows of it, or as it was: a clip is good without."""
    filmstrip, wave, proxy = (clip.with_name(name) for name in (keys.FILMSTRIP, keys.WAVEFORM, keys.PROXY))
    wanted = proxy if proxies.needed(facts) else None
    seen = analyse(clip, facts, clip.parent, filmstrip_out=filmstrip, proxy_out=wanted, threads=threads)
    if seen is None:
        return fact
    added: dict[str, object] = {"facts": facts.model_copy(update={"activity": activity.of(seen, facts)})}
    added["filmstrip_key"] = keys.derived(fact.owner_id, fact.clip_id, keys.FILMSTRIP)
    store.upload(filmstrip, str(added["filmstrip_key"]), "image/jpeg")
    if proxy.exists():
        added["proxy_key"] = keys.derived(fact.owner_id, fact.clip_id, keys.PROXY)
        store.upload(proxy, str(added["proxy_key"]), "video/mp4")
    if seen.samples is not None:
        wave.write_text(waveform.document(seen.samples))
        added["waveform_key"] = keys.derived(fact.owner_id, fact.clip_id, keys.WAVEFORM)
        store.upload(wave, str(added["waveform_key"]), "application/json")
    return fact.model_copy(update=added)
