"""Joins stored segments and sounds into the videos of one task."""

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from medley import checksums, tracing
from medley.apps.video_mixer.execution import originals
from medley.apps.video_mixer.execution.attempts import require_time, retry_once, time_left
from medley.apps.video_mixer.execution.segment_renderer import CONTENT_TYPES
from medley.apps.video_mixer.operations import AssembleOutputs
from medley.apps.video_mixer.recipe import Recipe
from medley.contracts import keys
from medley.contracts.assets import AssetSource
from medley.contracts.engine import VIDEO_TYPES, Tags
from medley.contracts.facts import OutputFailed, OutputMade, OutputPart, reason
from medley.contracts.plans import OutputRecipe
from medley.domain.generations import MAIN, POSTER
from medley.domain.wording import CORE, about, refused
from medley.errors import FFmpegFailed, NotFound, Rejected
from medley.media.output import assembly
from medley.media.sound.pcm import SoundPart
from medley.ports.worker import Job, WorkerContext

FETCHERS = 8  # downloads at a time; they wait for the network, not for a CPU
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Video:
    """One video to make: output `n`, its title and recipe."""

    n: int
    title: str
    recipe: Recipe

    @classmethod
    def of(cls, output: OutputRecipe) -> "Video":
        """Raises: ValidationError; it is no recipe of ours."""
        return cls(output.n, output.title, Recipe.model_validate(output.recipe))


class OutputAssembler:
    """The work of one task. Everything its videos are joined of is fetched at once, and read: what is gone, or not as
    it was made, is `lost`.

    Raises:
        Rejected: the music or voice is gone or not what it was.
        Unavailable: time ran out, or the store does not answer.
    """

    def __init__(self, job: Job[AssembleOutputs], context: WorkerContext) -> None:
        self.videos = [Video.of(output) for output in job.outputs]
        self._work = job.work
        self._payload = job.payload
        self._context = context
        mixdown = job.payload.mixdown
        assets = [part.asset for part in (mixdown.music, mixdown.voice) if part is not None]
        wanted = dict.fromkeys(key for video in self.videos for key in self._keys(video))
        with ThreadPoolExecutor(FETCHERS, "fetch", tracing.join, (tracing.carried(),)) as pool:
            paths = list(pool.map(self._fetch, wanted))
            self._assets = dict(pool.map(self._fetch_asset, assets))
        self._files = {key: path for key, path in zip(wanted, paths, strict=True) if path is not None}
        self.lost = tuple(key for key in wanted if key not in self._files)

    def assemble(self, video: Video) -> OutputMade | OutputFailed | None:
        """Make and store one video with its poster; may be called from several threads. None if a part of it is lost.

        What is told of it is stored last, and told again if the task comes again.

        Raises:
            Unavailable: time ran out, or the store does not answer.
        """
        before = self._made_before(video)
        if before is not None:
            return before
        if any(key in self.lost for key in self._keys(video)):
            return None
        out = self._context.scratch / f"{video.n}.{self._payload.container}"
        try:
            assembled = retry_once(lambda: self._join(video, out), self._context)
        except (Rejected, FFmpegFailed) as error:
            logger.warning("output cannot be assembled", exc_info=True, extra={"n": video.n})
            if isinstance(error, FFmpegFailed):
                return self._failed(video, error.code, refused("ffmpeg_failed", what="video").message)
            return self._failed(video, error.code, about(error.message, CORE.say("of_video")))
        poster, main = self._store_poster(video), self._store_main(video, out, assembled)
        made = OutputMade(**self._work.about, n=video.n, work=assembled.frames, parts=(main, poster))
        told = self._context.scratch / f"{video.n}.json"
        told.write_text(made.model_dump_json())
        self._context.store.upload(told, self._output_key(video, "json"), CONTENT_TYPES["json"])
        told.unlink()
        return made

    def _store_poster(self, video: Video) -> OutputPart:
        picture = self._files[self._poster(video)]
        key, media_type = self._output_key(video, "jpg"), CONTENT_TYPES["jpg"]
        size_bytes, sha256 = picture.stat().st_size, checksums.sha256(picture)
        self._context.store.upload(picture, key, media_type, sha256=sha256)
        return OutputPart(role=POSTER, key=key, media_type=media_type, size_bytes=size_bytes, sha256=sha256)

    def _store_main(self, video: Video, out: Path, assembled: assembly.Assembled) -> OutputPart:
        suffix = self._payload.container
        key, media_type = self._output_key(video, suffix), VIDEO_TYPES[suffix]
        self._context.store.upload(out, key, media_type, sha256=assembled.sha256)
        out.unlink()
        return OutputPart(
            role=MAIN,
            key=key,
            media_type=media_type,
            size_bytes=assembled.size_bytes,
            sha256=assembled.sha256,
            facts={"frames": assembled.frames, "samples": assembled.samples},
        )

    def _made_before(self, video: Video) -> OutputMade | None:
        """What was told of the video when this task came before, if it was made then and is still there."""
        try:
            told = OutputMade.model_validate_json(self._context.fetch(self._output_key(video, "json")).read_bytes())
        except (NotFound, ValueError):
            return None
        for part in told.parts:
            found = self._context.store.head(part.key)
            if found is None or found.sha256 != part.sha256:
                return None
        return told.model_copy(update={"task_id": self._work.task_id, "attempt": self._work.attempt})

    def _output_key(self, video: Video, suffix: str) -> str:
        return keys.output(self._work.owner_id, self._work.generation_id, video.n, suffix)

    def _join(self, video: Video, out: Path) -> assembly.Assembled:
        payload, recipe = self._payload, video.recipe
        pieces = [assembly.AssemblyPiece(self._files[self._key(p.digest, "mp4")], p.frames) for p in recipe.pieces]
        sounds = [
            SoundPart(
                wav=None if piece.digest is None else self._files[self._key(piece.digest, "wav")],
                frames=piece.frames,
                overlap=piece.overlap,
                volume_percent=piece.volume_percent,
            )
            for piece in recipe.sounds
        ]
        return assembly.assemble(
            pieces,
            sounds,
            payload.canvas,
            payload.encoding,
            out,
            tags=Tags(title=video.title, artist=payload.artist, comment=payload.comment),
            container=payload.container,
            mixdown=payload.mixdown,
            assets=self._assets,
            full_check=payload.full_check,
            workdir=self._context.scratch,
            remaining_s=lambda: time_left(self._context),
        )

    def _failed(self, video: Video, code: str, message: str) -> OutputFailed:
        return OutputFailed(**self._work.about, n=video.n, **reason(code, message))

    def _fetch(self, key: str) -> Path | None:
        require_time(self._context)
        try:
            return self._context.fetch(key)
        except NotFound as error:
            logger.warning("part of a video is lost", extra={"key": key, "code": error.code})
            return None

    def _fetch_asset(self, asset: AssetSource) -> tuple[str, Path]:
        require_time(self._context)
        return asset.facts.sha256, originals.fetch(asset, self._context)

    def _keys(self, video: Video) -> Iterator[str]:
        """Every object a video is joined of."""
        yield self._poster(video)
        for piece in video.recipe.pieces:
            yield self._key(piece.digest, "mp4")
        for sound in video.recipe.sounds:
            if sound.digest is not None:
                yield self._key(sound.digest, "wav")

    def _poster(self, video: Video) -> str:
        return self._key(video.recipe.pieces[0].digest, "jpg")

    def _key(self, digest: str, suffix: str) -> str:
        return keys.segment(self._work.owner_id, digest, suffix)
