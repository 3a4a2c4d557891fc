"""The work behind a plan: stage 0 encodes the distinct segments, stage 1 joins them into videos."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from medley import limits
from medley.apps.registry import Order
from medley.apps.video_mixer.spec import MixSpec
from medley.apps.video_mixer.timeline import Piece, encode_ms
from medley.contracts.commands import AssembleOutputs, OutputOrder, RenderSegments
from medley.contracts.commands import Piece as PieceOrder
from medley.contracts.media import Canvas, ClipSource, Segment
from medley.domain.generations import PlannedOutput, PlannedTask

RENDER, ASSEMBLE = 0, 1  # stages; the lanes are named alike
RENDER_TASK_MS = 120_000  # estimated; under half the render function's time-out of 300 s
ASSEMBLE_TASK_S = 3_600  # finished video of one task: copied and its sound encoded in under half the time-out
ASSEMBLE_TASKS_MIN = 4  # a small order is spread over this many workers rather than queued on one
COPY_SPEED = 20  # joining a frame costs about a twentieth of encoding it; weighs progress


@dataclass(frozen=True, eq=False)
class Footage:
    """A clip as it stands in videos: cut, named and described once, however many videos show it."""

    pieces: tuple[Piece, ...]
    recipe: tuple[Mapping[str, object], ...]  # JSON values, one for each piece
    frames: int
    fingerprint: str  # of what is seen

    @classmethod
    def of(cls, pieces: tuple[Piece, ...], spec: MixSpec) -> "Footage":
        """`pieces` follow each other in one clip."""
        described = []
        for number, piece in enumerate(pieces):
            segment = piece.segment(sound=spec.audio == "keep")
            described.append(
                {
                    "clip": str(piece.clip.clip_id),
                    "start": piece.start_frame,
                    "frames": piece.frames,
                    "speed": str(piece.speed),
                    "segment": segment.digest(spec.canvas, spec.encoding),
                    "audio": segment.audio,
                    "continues": number > 0,
                }
            )
        seen = (f"{piece.clip.facts.sha256} {piece.start_frame} {piece.frames} {piece.speed}\n" for piece in pieces)
        return cls(pieces, tuple(described), sum(piece.frames for piece in pieces), "".join(seen))


def planned_output(n: int, title: str, parts: Sequence[Footage]) -> PlannedOutput:
    """Output `n`: its recipe is enough to assemble it and says what makes it different from the others."""
    pieces = [piece for part in parts for piece in part.recipe]
    fingerprint = hashlib.sha256("".join(part.fingerprint for part in parts).encode()).hexdigest()
    return PlannedOutput(n, sum(part.frames for part in parts), fingerprint, {"title": title, "pieces": pieces})


def render_tasks(users: Mapping[Footage, Sequence[int]], spec: MixSpec) -> Iterator[PlannedTask]:
    """A task per clip, more where a clip takes longer than RENDER_TASK_MS to encode.

    `users` are the outputs that show each clip; they fail with any of its tasks.
    """
    index = 0
    for footage, outputs in users.items():
        for batch in _batches(footage.pieces, spec):
            segments = [piece.segment(sound=spec.audio == "keep").model_dump(mode="json") for piece in batch]
            payload = {"clip": batch[0].clip.model_dump(mode="json"), "segments": segments}
            yield PlannedTask(RENDER, index, "render", sum(p.frames for p in batch), tuple(outputs), payload)
            index += 1


def _batches(pieces: Sequence[Piece], spec: MixSpec) -> Iterator[list[Piece]]:
    batch: list[Piece] = []
    spent = 0
    for piece in pieces:
        cost = encode_ms(piece.clip, spec.canvas, spec.quality, piece.frames)
        if batch and spent + cost > RENDER_TASK_MS:
            yield batch
            batch, spent = [], 0
        batch.append(piece)
        spent += cost
    yield batch


def assemble_tasks(outputs: Sequence[PlannedOutput], canvas: Canvas) -> Iterator[PlannedTask]:
    """Neighbouring outputs together: up to OUTPUTS_PER_COMMAND and ASSEMBLE_TASK_S of video, spread over at least
    ASSEMBLE_TASKS_MIN tasks. The recipes hold all the command needs."""
    most = min(limits.OUTPUTS_PER_COMMAND, -(-len(outputs) // ASSEMBLE_TASKS_MIN))
    most_frames = ASSEMBLE_TASK_S * canvas.fps.num // canvas.fps.den
    batches: list[list[PlannedOutput]] = []
    for output in outputs:
        last = batches[-1] if batches else []
        if last and len(last) < most and sum(other.frames for other in last) + output.frames <= most_frames:
            last.append(output)
        else:
            batches.append([output])
    for index, batch in enumerate(batches):
        weight = sum(assemble_weight(output.frames) for output in batch)
        yield PlannedTask(ASSEMBLE, index, "assemble", weight, tuple(output.n for output in batch), {})


def assemble_weight(frames: int) -> int:
    """What joining an output of so many frames counts in progress."""
    return max(1, frames // COPY_SPEED)


def command(
    order: Order, app: str, spec: MixSpec, task: PlannedTask, outputs: Sequence[PlannedOutput]
) -> RenderSegments | AssembleOutputs:
    """The command of a task for those of its outputs still wanted."""
    if task.stage == RENDER:
        return RenderSegments(
            app=app,
            owner_id=order.owner_id,
            generation_id=order.generation_id,
            task_id=order.task_id,
            attempt=order.attempt,
            clip=ClipSource.model_validate(task.payload["clip"]),
            canvas=spec.canvas,
            encoding=spec.encoding,
            segments=tuple(Segment.model_validate(segment) for segment in task.payload["segments"]),
        )
    return AssembleOutputs(
        app=app,
        owner_id=order.owner_id,
        generation_id=order.generation_id,
        task_id=order.task_id,
        attempt=order.attempt,
        canvas=spec.canvas,
        encoding=spec.encoding,
        outputs=tuple(_output_order(output) for output in outputs),
    )


def _output_order(output: PlannedOutput) -> OutputOrder:
    pieces = tuple(
        PieceOrder(digest=piece["segment"], frames=piece["frames"], audio=piece["audio"], continues=piece["continues"])
        for piece in output.recipe["pieces"]
    )
    return OutputOrder(n=output.n, title=output.recipe["title"], pieces=pieces)
