"""Output assembler: joins stored segments and sounds into the videos of one command."""

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from medley.apps.video_mixer.execution import originals
from medley.apps.video_mixer.execution.attempts import require_time, retry_once, time_left
from medley.apps.video_mixer.execution.segment_renderer import CONTENT_TYPES
from medley.contracts import keys
from medley.contracts.assets import AssetSource
from medley.contracts.commands import AssembleOutputs, OutputOrder
from medley.contracts.facts import OutputFailed, OutputMade
from medley.contracts.media import VIDEO_TYPES
from medley.errors import FFmpegFailed, NotFound, Rejected
from medley.media.output import assembly
from medley.media.sound.pcm import SoundPart
from medley.ports.worker import Tools

FETCHERS = 8  # downloads at a time; they wait for the network, not for a CPU
logger = logging.getLogger(__name__)


class OutputAssembler:
    """The work of one command. Everything its videos are joined of is fetched at once; what is gone is missing.

    Raises:
        Rejected: the music or voice is gone or not what it was.
        Unavailable: time ran out, or the store does not answer.
    """

    def __init__(self, command: AssembleOutputs, tools: Tools) -> None:
        self._command = command
        self._tools = tools
        mixdown = command.mixdown
        assets = [part.asset for part in (mixdown.music, mixdown.voice) if part is not None]
        wanted = dict.fromkeys(key for order in command.outputs for key in self._keys(order))
        with ThreadPoolExecutor(FETCHERS, "fetch") as pool:
            paths = list(pool.map(self._fetch, wanted))
            self._assets = dict(pool.map(self._fetch_asset, assets))
        self._files = {key: path for key, path in zip(wanted, paths, strict=True) if path is not None}

    def assemble(self, order: OutputOrder) -> OutputMade | OutputFailed:
        """Make and store one video with its poster; may be called from several threads.

        What is told of it is stored last, and told again if the command comes again.

        Raises:
            Unavailable: time ran out, or the store does not answer.
        """
        before = self._made_before(order)
        if before is not None:
            return before
        missing = [key for key in self._keys(order) if key not in self._files]
        if missing:
            message = "A part of this video is not stored; order it again to have it made anew."
            return self._failed(order, "segment_missing", message)
        suffix = self._command.container
        out = self._tools.scratch / f"{order.n}.{suffix}"
        try:
            assembled = retry_once(lambda: self._join(order, out), self._tools)
        except (Rejected, FFmpegFailed) as error:
            logger.warning("output cannot be assembled", exc_info=True, extra={"n": order.n})
            reason = f": {error.message}" if isinstance(error, Rejected) else "."
            return self._failed(order, error.code, f"This video could not be put together{reason}")
        made = OutputMade(
            owner_id=self._command.owner_id,
            generation_id=self._command.generation_id,
            task_id=self._command.task_id,
            attempt=self._command.attempt,
            n=order.n,
            key=self._output_key(order, suffix),
            poster_key=self._output_key(order, "jpg"),
            size_bytes=assembled.size_bytes,
            frames=assembled.frames,
            samples=assembled.samples,
            sha256=assembled.sha256,
        )
        store, told = self._tools.store, self._tools.scratch / f"{order.n}.json"
        store.upload(self._files[self._poster(order)], made.poster_key, CONTENT_TYPES["jpg"])
        store.upload(out, made.key, VIDEO_TYPES[suffix])
        out.unlink()
        told.write_text(made.model_dump_json())
        store.upload(told, self._output_key(order, "json"), CONTENT_TYPES["json"])
        told.unlink()
        return made

    def _made_before(self, order: OutputOrder) -> OutputMade | None:
        """What was told of the video when this command came before, if it was made then."""
        key = self._output_key(order, "json")
        if self._tools.store.head(key) is None:
            return None
        told = OutputMade.model_validate_json(self._tools.fetch(key).read_text())
        return told.model_copy(update={"task_id": self._command.task_id, "attempt": self._command.attempt})

    def _output_key(self, order: OutputOrder, suffix: str) -> str:
        return keys.output(self._command.owner_id, self._command.generation_id, order.n, suffix)

    def _join(self, order: OutputOrder, out: Path) -> assembly.Assembled:
        command, tools = self._command, self._tools
        pieces = [assembly.AssemblyPiece(self._files[self._key(p.digest, "mp4")], p.frames) for p in order.pieces]
        sounds = [
            SoundPart(
                wav=None if piece.digest is None else self._files[self._key(piece.digest, "wav")],
                frames=piece.frames,
                overlap=piece.overlap,
                volume_percent=piece.volume_percent,
            )
            for piece in order.sounds
        ]
        return assembly.assemble(
            pieces,
            sounds,
            command.canvas,
            command.encoding,
            out,
            tags=order.tags,
            container=command.container,
            mixdown=command.mixdown,
            assets=self._assets,
            full_check=command.full_check,
            workdir=tools.scratch,
            remaining_s=lambda: time_left(tools),
        )

    def _failed(self, order: OutputOrder, code: str, message: str) -> OutputFailed:
        return OutputFailed(
            owner_id=self._command.owner_id,
            generation_id=self._command.generation_id,
            task_id=self._command.task_id,
            attempt=self._command.attempt,
            n=order.n,
            code=code,
            message=message,
        )

    def _fetch(self, key: str) -> Path | None:
        require_time(self._tools)
        try:
            return self._tools.fetch(key)
        except NotFound:
            logger.warning("segment is gone", extra={"key": key})
            return None

    def _fetch_asset(self, asset: AssetSource) -> tuple[str, Path]:
        require_time(self._tools)
        return asset.facts.sha256, originals.fetch(asset, self._tools)

    def _keys(self, order: OutputOrder) -> Iterator[str]:
        """Every object a video is joined of."""
        yield self._poster(order)
        for piece in order.pieces:
            yield self._key(piece.digest, "mp4")
        for sound in order.sounds:
            if sound.digest is not None:
                yield self._key(sound.digest, "wav")

    def _poster(self, order: OutputOrder) -> str:
        return self._key(order.pieces[0].digest, "jpg")

    def _key(self, digest: str, suffix: str) -> str:
        return keys.segment(self._command.owner_id, digest, suffix)
