"""Attempts at a piece of a worker's work: the time and disk it keeps to, and one more try."""

import logging
from collections.abc import Callable
from typing import TypeVar

from medley import machine, workdir
from medley.errors import FFmpegFailed, Unavailable
from medley.ports.worker import WorkerContext

MARGIN_S = 10.0  # seconds kept back of the task's time, to store and report what is done
SPARE_BYTES = 64 * 1024**2  # of disk below which nothing is begun and no failure is blamed on a clip
T = TypeVar("T")
logger = logging.getLogger(__name__)


def retry_once(work: Callable[[], T], context: WorkerContext) -> T:
    """Do it, and try once more what FFmpeg failed at: memory may have been short; a bad clip fails alike.

    Raises:
        Unavailable: code `out_of_time`: there is no time to begin; code `disk_full`: not the clip's fault, whatever
            FFmpeg made of it; other codes of `machine.limit_reached`: another limit was met. It was killed twice:
            code `out_of_memory`.
        FFmpegFailed: it failed twice.
    """
    require_time(context)
    try:
        workdir.require_space(context.scratch, SPARE_BYTES)
        return work()
    except FFmpegFailed:
        workdir.require_space(context.scratch, SPARE_BYTES)
        logger.warning("trying once more", exc_info=True)
    try:
        return work()
    except FFmpegFailed as error:
        if error.metadata.get("killed"):
            raise machine.short_of_memory() from error
        raise


def time_left(context: WorkerContext) -> float:
    """Seconds the work may still take; the rest is for storing and reporting what is done."""
    return context.remaining_s() - MARGIN_S


def require_time(context: WorkerContext) -> None:
    """Raises: Unavailable (code `out_of_time`; `called_off`, if nobody waits for the task any more)."""
    if not context.wanted():
        raise Unavailable("Nobody waits for this task any more.", code="called_off")
    if time_left(context) <= 0:
        raise Unavailable("The time of this task is over; it goes on from here.", code="out_of_time")
