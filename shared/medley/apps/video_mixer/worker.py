"""The worker of the video mixer: make segments and sounds, join them into videos.

Both operations may be run again for the same task at any time, even at the same time: they write the same objects
under the same keys, whole, and report the same facts.
"""

import logging
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor, wait

from medley import tracing
from medley.apps.video_mixer.execution.heartbeat import Heartbeat
from medley.apps.video_mixer.execution.output_assembler import OutputAssembler, Video
from medley.apps.video_mixer.execution.segment_renderer import SegmentRenderer
from medley.apps.video_mixer.execution.stopwatch import Stopwatch
from medley.apps.video_mixer.operations import ASSEMBLE, RENDER, AssembleOutputs, RenderSegments
from medley.apps.video_mixer.tasks import assemble_weight
from medley.apps.video_mixer.wording import SAID
from medley.contracts.facts import OutputFailed, OutputMade, TaskBlocked, TaskFailed, TaskFinished, reason
from medley.domain.wording import CORE, about, refused
from medley.errors import FFmpegFailed, Rejected
from medley.ports.worker import Job, Operation, WorkerContext

LOST = SAID.say("segment_lost")
logger = logging.getLogger(__name__)


def render(job: Job[RenderSegments], context: WorkerContext) -> None:
    """Make the task's segments and sounds, except those already stored, and report.

    A clip that cannot be read or encoded fails the task with a reason that names it. A passage between two clips that
    cannot be made is left out: only the videos that show it fail, when they are joined. Each object is stored as soon
    as it is made, so a task that is cut short goes on where it was; one that lost an object is made again.

    Raises:
        Unavailable: time ran out (`out_of_time`), or the store or queue does not answer.
    """
    watch, subject = Stopwatch(), job.payload.subject
    with Heartbeat(job.work, context.report) as heartbeat:
        renderer = SegmentRenderer(job, context, heartbeat)
        try:
            renderer.render_all()
        except (Rejected, FFmpegFailed) as error:
            logger.warning("clip cannot be encoded", exc_info=True, extra={"subject": subject})
            context.report(TaskFailed(**job.work.about, **reason(error.code, _reason(job.payload, error))))
            return
    took = _took(watch)
    made, reused, detail = renderer.made, renderer.reused, {"prints": renderer.prints}
    logger.info("segments stored", extra={"subject": subject, "made": made, "reused": reused, **took})
    context.report(TaskFinished(**job.work.about, made=made, reused=reused, detail=detail, **took))


def assemble(job: Job[AssembleOutputs], context: WorkerContext) -> None:
    """Join segments into the task's outputs, store each with its poster, and report each at once.

    One that fails does not stop the others. Where a segment or sound is gone, or not as it was made, the outputs that
    need it are blocked until it is made anew.

    Raises:
        Unavailable: time ran out (`out_of_time`), or the store or queue does not answer.
    """
    watch = Stopwatch()
    with (
        Heartbeat(job.work, context.report) as heartbeat,
        ThreadPoolExecutor(
            max(1, min(context.threads, len(job.outputs))), "assemble", tracing.join, (tracing.carried(),)
        ) as pool,
    ):
        try:
            assembler = OutputAssembler(job, context)
        except Rejected as error:
            message = about(error.message, CORE.say("of_sounds"))
            context.report(TaskFailed(**job.work.about, **reason(error.code, message)))
            return

        def make(video: Video) -> OutputMade | OutputFailed | None:
            fact = assembler.assemble(video)
            if fact is not None:
                context.report(fact)
            heartbeat.add(assemble_weight(video.recipe.length))
            return fact

        futures = [pool.submit(make, video) for video in assembler.videos]
        wait(futures)  # also those after one that raised
        facts = [future.result() for future in futures]
    took, made = _took(watch), sum(isinstance(fact, OutputMade) for fact in facts)
    logger.info("videos stored", extra={"outputs": [video.n for video in assembler.videos], "made": made, **took})
    blocked = tuple(video.n for video, fact in zip(assembler.videos, facts, strict=True) if fact is None)
    if blocked:
        told = {"outputs": blocked, "lost": assembler.lost, **reason(LOST.code, LOST)}
        context.report(TaskBlocked(**job.work.about, **told))
    else:
        context.report(TaskFinished(**job.work.about, made=made, **took))


OPERATIONS: Mapping[str, Operation] = {
    RENDER: Operation(RenderSegments, render),
    ASSEMBLE: Operation(AssembleOutputs, assemble),
}


def _reason(payload: RenderSegments, error: Rejected | FFmpegFailed) -> str:
    """What failed, by name; a task that makes more than passages is of one clip."""
    clip = CORE.say("of_file", name=payload.clips[0].name)
    return about(
        refused("ffmpeg_failed", what="clip").message if isinstance(error, FFmpegFailed) else error.message, clip
    )


def _took(watch: Stopwatch) -> dict[str, int]:
    wall_s, cpu_s = watch.read()
    return {"wall_ms": round(wall_s * 1000), "cpu_ms": round(cpu_s * 1000)}
