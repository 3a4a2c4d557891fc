"""Makes the segments and sounds of one task; what is stored already is found again.

The first attempt takes the store's word for it. A later one takes nothing on trust: it reads what it finds, and makes
anew what is not as it was made.
"""

import json
import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import TypeAdapter

from medley import limits
from medley.apps.video_mixer.execution.attempts import retry_once, time_left
from medley.apps.video_mixer.execution.heartbeat import Heartbeat
from medley.apps.video_mixer.execution.originals import fetch
from medley.apps.video_mixer.operations import RenderSegments
from medley.apps.video_mixer.tasks import render_weight
from medley.contracts import keys
from medley.contracts.assets import AssetSource
from medley.contracts.engine import Segment, Sound
from medley.contracts.media import ClipSource
from medley.errors import FFmpegFailed, NotFound, Rejected
from medley.media.output import segments
from medley.media.picture import posters
from medley.media.sandbox.input_options import SourceFile
from medley.media.sound import audio_extract
from medley.ports.worker import Job, WorkerContext

CONTENT_TYPES = {"mp4": "video/mp4", "wav": "audio/wav", "jpg": "image/jpeg", "json": "application/json"}
PICTURE = ("jpg", "json", "mp4")  # a segment's objects in the order they are stored: poster, prints, video
RENEWED_AFTER = timedelta(days=limits.SEGMENT_DAYS) / 2
_PRINTS = TypeAdapter(list[str])
logger = logging.getLogger(__name__)


class SegmentRenderer:
    """The work of one task. `made`, `reused` and `prints` are about its segments; prints by digest."""

    def __init__(self, job: Job[RenderSegments], context: WorkerContext, heartbeat: Heartbeat) -> None:
        self._owner_id = job.work.owner_id
        self._trusting = job.work.attempt == 1
        self._payload = payload = job.payload
        self._context = context
        self._heartbeat = heartbeat
        uploaded: tuple[ClipSource | AssetSource, ...] = (*payload.clips, *payload.images)
        self._originals = {original.facts.sha256: original for original in uploaded}
        self._fetched: dict[str, Path] = {}
        self._silent = set(payload.sounds)  # not yet made with the picture
        self._frames = 0
        self.made = 0
        self.reused = 0
        self.prints: dict[str, Sequence[str]] = {}

    def render_all(self) -> None:
        """Make and store what is missing. A passage that cannot be made is left out.

        Raises:
            NotMedia: a clip or image is gone or changed, or the clip cannot be decoded. FFmpegFailed: it cannot be
                encoded. Unavailable: time ran out, or the store does not answer.
        """
        for segment in self._payload.segments:
            own = Sound.of(segment.shot, self._payload.canvas.fps)
            self._picture(segment, own if segment.into is None and own in self._silent else None)
            self._advance(render_weight(segment))
        for sound in self._payload.sounds:
            if sound in self._silent:
                self._sound(sound)
            self._advance(render_weight(sound))

    def _picture(self, segment: Segment, own: Sound | None) -> None:
        """A segment, and its own sound from the same read if that is not stored either."""
        digest = segment.digest(self._payload.canvas, self._payload.encoding)
        found = self._stored_prints(digest) if self._stored(digest, PICTURE) else None
        if found is not None:
            self.reused += 1
            self.prints[digest] = found
        else:
            try:
                self._encode(segment, digest, None if own is None or self._stored(own.digest(), ("wav",)) else own)
            except (Rejected, FFmpegFailed):
                if segment.into is None:
                    raise
                logger.warning("passage left out", exc_info=True, extra={"digest": digest})

    def _encode(self, segment: Segment, digest: str, sound: Sound | None) -> None:
        scratch, payload = self._context.scratch, self._payload
        files = {suffix: scratch / f"{digest}.{suffix}" for suffix in PICTURE}
        sound_out = None if sound is None else scratch / f"{sound.digest()}.wav"
        sources = {shot.clip_sha256: self._source(shot.clip_sha256) for shot in segment.shots}
        images = {image.facts.sha256: self._file(image.facts.sha256) for image in payload.images}
        beyond = self._heartbeat.beyond(self._frames)

        def encode() -> tuple[str, ...]:
            prints = segments.render(
                segment,
                payload.canvas,
                payload.encoding,
                sources=sources,
                images=images,
                video_out=files["mp4"],
                sound_out=sound_out,
                threads=self._context.threads,
                progress=beyond,
                remaining_s=self._time_left,
            )
            posters.poster(files["mp4"], payload.canvas, files["jpg"])
            return prints

        hashes = retry_once(encode, self._context)
        files["json"].write_text(json.dumps({"prints": hashes}))
        if sound is not None and sound_out is not None:
            self._store(sound_out, sound.digest(), "wav")
            self._silent.discard(sound)
        for suffix, path in files.items():
            self._store(path, digest, suffix)
        self.made += 1
        self.prints[digest] = hashes

    def _sound(self, sound: Sound) -> None:
        digest = sound.digest()
        if self._stored(digest, ("wav",)):
            return
        out = self._context.scratch / f"{digest}.wav"
        source = self._source(sound.clip_sha256)

        def render() -> None:
            audio_extract.render(sound, source, out=out, threads=self._context.threads, remaining_s=self._time_left)

        retry_once(render, self._context)
        self._store(out, digest, "wav")

    def _time_left(self) -> float:
        return time_left(self._context)

    def _advance(self, frames: int) -> None:
        self._frames += frames
        self._heartbeat.at(self._frames)

    def _source(self, sha256: str) -> SourceFile:
        clip = next(clip for clip in self._payload.clips if clip.facts.sha256 == sha256)
        return SourceFile(self._file(sha256), clip.facts)

    def _file(self, sha256: str) -> Path:
        """A clip's or image's file, fetched when it is first needed."""
        if sha256 not in self._fetched:
            self._fetched[sha256] = fetch(self._originals[sha256], self._context)
        return self._fetched[sha256]

    def _stored(self, digest: str, suffixes: Sequence[str]) -> bool:
        """Whether all these objects are there. Old ones are stored anew, so that they outlast the order."""
        for suffix in suffixes:
            key = keys.segment(self._owner_id, digest, suffix)
            found = self._context.store.head(key)
            if found is None or found.sha256 is None:
                return False
            old = datetime.now(UTC) - found.stored_at > RENEWED_AFTER
            if old or not self._trusting:
                try:
                    path = self._context.fetch(key)
                except NotFound as error:
                    logger.warning("made anew", extra={"key": key, "code": error.code})
                    return False
                if old:
                    self._context.store.upload(path, key, CONTENT_TYPES[suffix], sha256=found.sha256)
        return True

    def _stored_prints(self, digest: str) -> list[str] | None:
        """A segment's prints, or None if they cannot be read."""
        key = keys.segment(self._owner_id, digest, "json")
        try:
            return _PRINTS.validate_python(json.loads(self._context.fetch(key).read_bytes())["prints"])
        except (NotFound, ValueError, LookupError, TypeError):
            logger.warning("made anew", exc_info=True, extra={"key": key})
            return None

    def _store(self, path: Path, digest: str, suffix: str) -> None:
        self._context.store.upload(path, keys.segment(self._owner_id, digest, suffix), CONTENT_TYPES[suffix])
        path.unlink()
