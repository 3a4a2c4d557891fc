"""What the media functions run for the video mixer: encode segments, join them into videos.

Both functions may be run again for the same command at any time, even at the same time: they write the same objects
under the same keys, whole, and report the same facts.
"""

import hashlib
import logging
import resource
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from medley.apps.video_mixer.heartbeat import Heartbeat
from medley.apps.video_mixer.stages import assemble_weight
from medley.contracts import keys
from medley.contracts.commands import AssembleOutputs, Command, OutputOrder, RenderSegments
from medley.contracts.facts import OutputFailed, OutputMade, TaskFailed, TaskFinished
from medley.contracts.media import ClipSource, Segment
from medley.errors import FFmpegFailed, NotFound, NotMedia, Rejected, Unavailable
from medley.media import assembly, segments, thumbnails, workdir
from medley.ports.worker import Tools

MARGIN_S = 10.0  # seconds kept back of the task's time, to store and report what is done
SPARE_BYTES = 64 * 1024**2  # of disk below which nothing is begun and no failure is blamed on a clip
FETCHERS = 8  # downloads at a time; they wait for the network, not for a CPU
CONTENT_TYPES = {"mp4": "video/mp4", "wav": "audio/wav", "jpg": "image/jpeg"}
T = TypeVar("T")
logger = logging.getLogger(__name__)


def render(command: RenderSegments, tools: Tools) -> None:
    """Encode the command's segments, except those already stored, and report.

    A clip that cannot be read or encoded fails the task with a reason that names it. Each segment is stored as soon as
    it is made, so a task that is cut short goes on where it was; one that lost an object is made again.

    Raises:
        Unavailable: time ran out (`out_of_time`), or the store or queue does not answer.
    """
    watch = _Stopwatch()
    made = reused = 0
    with Heartbeat(command, tools.report) as heartbeat:
        clip = _Clip(command.clip, tools)
        frames = 0
        try:
            for segment in command.segments:
                if _stored(command, segment, tools):
                    reused += 1
                else:
                    _render_segment(command, segment, clip, tools, heartbeat.beyond(frames))
                    made += 1
                frames += segment.frames
                heartbeat.at(frames)
        except (Rejected, FFmpegFailed) as error:
            logger.warning("clip cannot be encoded", exc_info=True, extra={"clip_id": str(command.clip.clip_id)})
            tools.report(TaskFailed(**_about(command), code=error.code, message=_reason(command.clip, error)))
            return
    took = watch.read()
    logger.info("segments stored", extra={"clip": command.clip.name, "made": made, "reused": reused, **took})
    tools.report(TaskFinished(**_about(command), made=made, reused=reused, **took))


def assemble(command: AssembleOutputs, tools: Tools) -> None:
    """Join segments into the command's outputs, store each with its poster, and report each at once.

    One that fails does not stop the others. A segment that is gone (its objects expire) fails the outputs that need
    it: waiting would not bring it back, and a new order encodes it anew.

    Raises:
        Unavailable: time ran out (`out_of_time`), or the store or queue does not answer.
    """
    watch = _Stopwatch()
    with (
        Heartbeat(command, tools.report) as heartbeat,
        ThreadPoolExecutor(min(tools.threads, len(command.outputs)), "assemble") as pool,
    ):
        files = _fetch_pieces(command, tools)

        def make(order: OutputOrder) -> bool:
            fact = _output(command, order, files, tools)
            tools.report(fact)
            heartbeat.add(assemble_weight(order.frames))
            return isinstance(fact, OutputMade)

        futures = [pool.submit(make, order) for order in command.outputs]
        wait(futures)  # also those after one that raised
        made = sum(future.result() for future in futures)
    took = watch.read()
    logger.info("videos stored", extra={"outputs": [order.n for order in command.outputs], "made": made, **took})
    tools.report(TaskFinished(**_about(command), made=made, **took))


@dataclass
class _Clip:
    """The clip's file, fetched when the first segment needs it and checked to be what ingest saw."""

    source: ClipSource
    tools: Tools
    _path: Path | None = field(default=None)

    def path(self) -> Path:
        """Raises: NotMedia (code `clip_changed`), NotFound (code `object_gone`), StorageUnavailable."""
        if self._path is None:
            path = self.tools.fetch(self.source.key)
            with path.open("rb") as content:
                if hashlib.file_digest(content, "sha256").hexdigest() != self.source.facts.sha256:
                    raise NotMedia("The file changed after it was read; upload it again.", code="clip_changed")
            self._path = path
        return self._path


def _stored(command: RenderSegments, segment: Segment, tools: Tools) -> bool:
    digest = segment.digest(command.canvas, command.encoding)
    return all(tools.store.head(keys.segment(command.owner_id, digest, suffix)) for suffix in _suffixes(segment.audio))


def _suffixes(audio: bool) -> tuple[str, ...]:
    """The objects of a segment in the order they are stored: poster, sound if it has any, video."""
    return ("jpg", "wav", "mp4") if audio else ("jpg", "mp4")


def _render_segment(
    command: RenderSegments, segment: Segment, clip: _Clip, tools: Tools, on_frames: Callable[[int], None]
) -> None:
    digest = segment.digest(command.canvas, command.encoding)
    files = {suffix: tools.scratch / f"{digest}.{suffix}" for suffix in _suffixes(segment.audio)}
    source = clip.path()

    def encode() -> None:
        segments.render(
            source,
            command.clip.facts,
            segment,
            command.canvas,
            command.encoding,
            video_out=files["mp4"],
            audio_out=files.get("wav"),
            threads=tools.threads,
            progress=on_frames,
            remaining_s=lambda: _time_left(tools),
        )
        thumbnails.poster(files["mp4"], command.canvas, files["jpg"])

    _require_time(tools)
    _twice(encode, tools)
    for suffix, path in files.items():
        tools.store.upload(path, keys.segment(command.owner_id, digest, suffix), CONTENT_TYPES[suffix])
        path.unlink()


def _fetch_pieces(command: AssembleOutputs, tools: Tools) -> dict[str, Path]:
    """Every object the outputs need, by key; those that are gone are missing."""
    wanted = dict.fromkeys(key for order in command.outputs for key in _piece_keys(command, order))

    def fetch(key: str) -> Path | None:
        _require_time(tools)
        try:
            return tools.fetch(key)
        except NotFound:
            logger.warning("segment is gone", extra={"key": key})
            return None

    with ThreadPoolExecutor(FETCHERS, "fetch") as pool:
        paths = list(pool.map(fetch, wanted))
    return {key: path for key, path in zip(wanted, paths, strict=True) if path is not None}


def _piece_keys(command: AssembleOutputs, order: OutputOrder) -> Iterable[str]:
    yield keys.segment(command.owner_id, order.pieces[0].digest, "jpg")
    for piece in order.pieces:
        yield keys.segment(command.owner_id, piece.digest, "mp4")
        if piece.audio:
            yield keys.segment(command.owner_id, piece.digest, "wav")


def _output(
    command: AssembleOutputs, order: OutputOrder, files: dict[str, Path], tools: Tools
) -> OutputMade | OutputFailed:
    if any(key not in files for key in _piece_keys(command, order)):
        message = "A part of this video is no longer stored; order it again to have it made anew."
        return OutputFailed(**_about(command), n=order.n, code="segment_missing", message=message)
    pieces = [
        assembly.AssemblyPiece(
            video=files[keys.segment(command.owner_id, piece.digest, "mp4")],
            audio=files[keys.segment(command.owner_id, piece.digest, "wav")] if piece.audio else None,
            frames=piece.frames,
            continues=piece.continues,
        )
        for piece in order.pieces
    ]
    out = tools.scratch / f"{order.n}.mp4"

    def join() -> assembly.Assembled:
        return assembly.assemble(
            pieces,
            command.canvas,
            out,
            title=order.title,
            workdir=tools.scratch,
            remaining_s=lambda: _time_left(tools),
        )

    _require_time(tools)
    try:
        assembled = _twice(join, tools)
    except (Rejected, FFmpegFailed) as error:
        logger.warning("output cannot be assembled", exc_info=True, extra={"n": order.n})
        message = "This video could not be put together."
        return OutputFailed(**_about(command), n=order.n, code=error.code, message=message)
    key = keys.output(command.owner_id, command.generation_id, order.n)
    poster_key = keys.output(command.owner_id, command.generation_id, order.n, "jpg")
    poster = files[keys.segment(command.owner_id, order.pieces[0].digest, "jpg")]
    tools.store.upload(poster, poster_key, CONTENT_TYPES["jpg"])
    tools.store.upload(out, key, CONTENT_TYPES["mp4"])
    out.unlink()
    return OutputMade(
        **_about(command),
        n=order.n,
        key=key,
        poster_key=poster_key,
        size_bytes=assembled.size_bytes,
        frames=assembled.frames,
        samples=assembled.samples,
        sha256=assembled.sha256,
    )


def _twice(work: Callable[[], T], tools: Tools) -> T:
    """Try once more what FFmpeg failed at: memory may have been short; a bad clip fails alike.

    Raises:
        Unavailable: code `disk_full`; not the clip's fault, whatever FFmpeg made of it.
        FFmpegFailed: it failed twice.
    """
    try:
        workdir.require_space(tools.scratch, SPARE_BYTES)
        return work()
    except FFmpegFailed:
        workdir.require_space(tools.scratch, SPARE_BYTES)
        logger.warning("trying once more", exc_info=True)
        return work()


def _time_left(tools: Tools) -> float:
    """Seconds the work may still take; the rest is for storing and reporting what is done."""
    return tools.remaining_s() - MARGIN_S


def _require_time(tools: Tools) -> None:
    """Raises: Unavailable (code `out_of_time`)."""
    if _time_left(tools) <= 0:
        raise Unavailable("The time of this task is over; it goes on from here.", code="out_of_time")


def _reason(clip: ClipSource, error: Rejected | FFmpegFailed) -> str:
    if isinstance(error, FFmpegFailed):
        return f"{clip.name}: the clip could not be encoded."
    return f"{clip.name}: {error.message}"


def _about(command: Command) -> dict[str, Any]:
    """The fields every fact about a task has."""
    return {
        "owner_id": command.owner_id,
        "generation_id": command.generation_id,
        "task_id": command.task_id,
        "attempt": command.attempt,
    }


class _Stopwatch:
    """Wall and CPU time since it was made, of this process and the children it has reaped."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.monotonic(), _cpu_s()

    def read(self) -> dict[str, int]:
        wall, cpu = time.monotonic() - self._wall, _cpu_s() - self._cpu
        return {"wall_ms": round(wall * 1000), "cpu_ms": round(cpu * 1000)}


def _cpu_s() -> float:
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)
