"""What the media functions run for the video mixer: make segments and sounds, join them into videos.

Both functions may be run again for the same command at any time, even at the same time: they write the same objects
under the same keys, whole, and report the same facts.
"""

import logging
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

from medley.apps.video_mixer.execution.heartbeat import Heartbeat
from medley.apps.video_mixer.execution.output_assembler import OutputAssembler
from medley.apps.video_mixer.execution.segment_renderer import SegmentRenderer
from medley.apps.video_mixer.execution.stopwatch import Stopwatch
from medley.apps.video_mixer.stages import assemble_weight
from medley.contracts.commands import AssembleOutputs, Command, OutputOrder, RenderSegments
from medley.contracts.facts import OutputMade, TaskFailed, TaskFinished
from medley.errors import FFmpegFailed, Rejected
from medley.ports.worker import Tools

logger = logging.getLogger(__name__)


def render(command: RenderSegments, tools: Tools) -> None:
    """Make the command's segments and sounds, except those already stored, and report.

    A clip that cannot be read or encoded fails the task with a reason that names it. A passage between two clips that
    cannot be made is left out: only the videos that show it fail, when they are joined. Each object is stored as soon
    as it is made, so a task that is cut short goes on where it was; one that lost an object is made again.

    Raises:
        Unavailable: time ran out (`out_of_time`), or the store or queue does not answer.
    """
    watch = Stopwatch()
    with Heartbeat(command, tools.report) as heartbeat:
        renderer = SegmentRenderer(command, tools, heartbeat)
        try:
            renderer.render_all()
        except (Rejected, FFmpegFailed) as error:
            logger.warning("clip cannot be encoded", exc_info=True, extra={"subject": command.subject})
            tools.report(TaskFailed(**_about(command), code=error.code, message=_reason(command, error)))
            return
    took = _took(watch)
    made, reused, prints = renderer.made, renderer.reused, tuple(renderer.prints)
    logger.info("segments stored", extra={"subject": command.subject, "made": made, "reused": reused, **took})
    tools.report(TaskFinished(**_about(command), made=made, reused=reused, prints=prints, **took))


def assemble(command: AssembleOutputs, tools: Tools) -> None:
    """Join segments into the command's outputs, store each with its poster, and report each at once.

    One that fails does not stop the others. A segment that is gone (its objects expire) fails the outputs that need
    it: waiting would not bring it back, and a new order encodes it anew.

    Raises:
        Unavailable: time ran out (`out_of_time`), or the store or queue does not answer.
    """
    watch = Stopwatch()
    with (
        Heartbeat(command, tools.report) as heartbeat,
        ThreadPoolExecutor(min(tools.threads, len(command.outputs)), "assemble") as pool,
    ):
        try:
            assembler = OutputAssembler(command, tools)
        except Rejected as error:
            tools.report(
                TaskFailed(**_about(command), code=error.code, message=f"Music or voice-over: {error.message}")
            )
            return

        def make(order: OutputOrder) -> bool:
            fact = assembler.assemble(order)
            tools.report(fact)
            heartbeat.add(assemble_weight(order.frames))
            return isinstance(fact, OutputMade)

        futures = [pool.submit(make, order) for order in command.outputs]
        wait(futures)  # also those after one that raised
        made = sum(future.result() for future in futures)
    took = _took(watch)
    logger.info("videos stored", extra={"outputs": [order.n for order in command.outputs], "made": made, **took})
    tools.report(TaskFinished(**_about(command), made=made, **took))


def _reason(command: RenderSegments, error: Rejected | FFmpegFailed) -> str:
    """What failed, by name; a task that makes more than passages is of one clip."""
    if isinstance(error, FFmpegFailed):
        return f"{command.clips[0].name}: the clip could not be encoded."
    return f"{command.clips[0].name}: {error.message}"


def _about(command: Command) -> dict[str, Any]:
    """The fields every fact about a task has."""
    return {
        "owner_id": command.owner_id,
        "generation_id": command.generation_id,
        "task_id": command.task_id,
        "attempt": command.attempt,
    }


def _took(watch: Stopwatch) -> dict[str, int]:
    wall_s, cpu_s = watch.read()
    return {"wall_ms": round(wall_s * 1000), "cpu_ms": round(cpu_s * 1000)}
