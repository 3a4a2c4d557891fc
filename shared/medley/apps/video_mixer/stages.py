"""The work behind a plan: stage 0 makes the distinct segments and sounds, stage 1 joins them into videos."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from medley import limits
from medley.apps.registry import Order
from medley.apps.video_mixer.cost import shot_ms
from medley.apps.video_mixer.recipe import Passing, Recipe, RecipeShot
from medley.apps.video_mixer.segmentation import RenderItem, Segmenter, SoundRef
from medley.apps.video_mixer.spec import MixSpec
from medley.apps.video_mixer.timeline import TimelineClip
from medley.contracts.assets import AssetSource
from medley.contracts.commands import AssembleOutputs, Mixdown, OutputOrder, Piece, RenderSegments, SoundPiece, Tags
from medley.contracts.media import ClipSource, Segment, Sound
from medley.domain.generations import PlannedOutput, PlannedTask

RENDER, ASSEMBLE = 0, 1  # stages; the lanes are named alike
RENDER_TASK_MS = 120_000  # estimated; under half the render function's time-out of 300 s
ASSEMBLE_TASK_MS = 150_000  # estimated; half the assemble function's time-out of 300 s
JOINED_PER_S = 24  # seconds of video joined and their sound encoded in one
CHECKED_PIXELS_PER_S = 400_000_000  # decoded for a full check, of the slowest codec
ASSEMBLE_TASKS_MIN = 4  # a small order is spread over this many workers rather than queued on one
COPY_SPEED = 20  # joining a frame costs about a twentieth of encoding it; weighs progress
SOUND_SPEED = 50  # making a frame's sound costs about a fiftieth of encoding it


@dataclass
class Work:
    """What the videos of a plan need made, each once, and which of them need it."""

    users: dict[str, list[int]] = field(default_factory=dict)  # by digest
    needed: dict[str, RenderItem] = field(default_factory=dict)

    def need(self, n: int, items: Iterable[RenderItem]) -> None:
        """Output `n` needs these."""
        for each in items:
            self.needed.setdefault(each.digest, each)
            users = self.users.setdefault(each.digest, [])
            if not users or users[-1] != n:
                users.append(n)


def planned_output(
    n: int, title: str, timeline: Sequence[TimelineClip], segmenter: Segmenter, work: Work
) -> PlannedOutput:
    """Output `n`: its recipe is enough to assemble it and says what makes it different from the others."""
    segments, sounds = list(segmenter.segments(timeline)), list(segmenter.sounds(timeline))
    work.need(n, [ref.item for ref in segments])
    work.need(n, [ref.item for ref in sounds if ref.item is not None])
    kind = segmenter.spec.transition
    recipe = Recipe(
        shots=tuple(map(_shown, timeline)),
        transition=None if kind == "cut" else Passing(kind=kind, frames=segmenter.spec.overlap),
        pieces=tuple(Piece(digest=ref.item.digest, frames=ref.frames) for ref in segments),
        sounds=tuple(map(_heard, sounds)),
    )
    shown = "\n".join(f"{placed.picture_key} {placed.frames}" for placed in timeline)
    fingerprint = hashlib.sha256(shown.encode()).hexdigest()
    frames = sum(ref.frames for ref in segments)
    return PlannedOutput(n, title, frames, fingerprint, recipe.model_dump(mode="json", exclude_defaults=True))


def _shown(placed: TimelineClip) -> RecipeShot:
    return RecipeShot(
        clip=placed.clip.clip_id,
        start=placed.start_frame,
        frames=placed.frames,
        speed=str(placed.speed),
        look=placed.look,
        group=placed.group,
        caption=placed.caption and placed.caption.text,
    )


def _heard(ref: SoundRef) -> SoundPiece:
    return SoundPiece(
        digest=ref.item and ref.item.digest,
        frames=ref.frames,
        overlap=ref.overlap,
        volume_percent=ref.volume_percent,
    )


def render_tasks(work: Work, spec: MixSpec, images: Sequence[AssetSource]) -> Iterator[PlannedTask]:
    """Tasks of one clip each, more where it takes longer than RENDER_TASK_MS; then the passages, by the clip they
    begin in. The outputs of a task are those that need anything of it; they fail if its clip cannot be read."""
    by_clips: dict[tuple[bool, str], list[RenderItem]] = {}
    for item in work.needed.values():
        by_clips.setdefault((len(item.clips) > 1, item.clips[0].facts.sha256), []).append(item)
    batches = (batch for key in sorted(by_clips, key=lambda key: key[0]) for batch in _batches(by_clips[key], spec))
    for index, batch in enumerate(batches):
        clips = {clip.facts.sha256: clip for item in batch for clip in item.clips}
        contents = [item.content for item in batch]
        payload = {
            "clips": [_lean(clip).model_dump(mode="json") for clip in clips.values()],
            "images": [image.model_dump(mode="json") for image in images],
            "segments": [content.model_dump(mode="json") for content in contents if isinstance(content, Segment)],
            "sounds": [content.model_dump(mode="json") for content in contents if isinstance(content, Sound)],
        }
        outputs = sorted({n for item in batch for n in work.users[item.digest]})
        yield PlannedTask(RENDER, index, "render", sum(map(render_weight, contents)), tuple(outputs), payload)


def _lean(clip: ClipSource) -> ClipSource:
    """Without the scores over time, which are only for planning: a command may name hundreds of clips."""
    if clip.facts.activity is None:
        return clip
    activity = clip.facts.activity.model_copy(update={"motion": (), "loudness": ()})
    return clip.model_copy(update={"facts": clip.facts.model_copy(update={"activity": activity})})


def render_weight(content: Segment | Sound) -> int:
    """What making it counts in progress."""
    return content.frames if isinstance(content, Segment) else max(1, content.frames // SOUND_SPEED)


def _batches(needed: Sequence[RenderItem], spec: MixSpec) -> Iterator[list[RenderItem]]:
    batch: list[RenderItem] = []
    spent = 0
    for item in needed:
        cost = item_ms(item, spec)
        if batch and spent + cost > RENDER_TASK_MS:
            yield batch
            batch, spent = [], 0
        batch.append(item)
        spent += cost
    yield batch


def item_ms(item: RenderItem, spec: MixSpec) -> int:
    """Estimated time to make a segment or sound, in milliseconds."""
    if isinstance(item.content, Sound):
        return max(1, shot_ms(item.clips[0], item.content.speed, spec, item.content.frames) // SOUND_SPEED)
    shots = zip(item.clips, item.content.shots, strict=True)
    return sum(shot_ms(clip, shot.speed, spec, shot.frames) for clip, shot in shots)


def assemble_tasks(outputs: Sequence[PlannedOutput], spec: MixSpec, mixdown: Mixdown) -> Iterator[PlannedTask]:
    """Neighbouring outputs together: up to OUTPUTS_PER_COMMAND and ASSEMBLE_TASK_MS, spread over at least
    ASSEMBLE_TASKS_MIN tasks. The recipes hold what the command needs of each."""
    most = min(limits.OUTPUTS_PER_COMMAND, -(-len(outputs) // ASSEMBLE_TASKS_MIN))
    batches: list[list[PlannedOutput]] = []
    for output in outputs:
        last = batches[-1] if batches else []
        together_ms = joined_ms(sum(other.frames for other in (*last, output)), spec)
        if last and len(last) < most and together_ms <= ASSEMBLE_TASK_MS:
            last.append(output)
        else:
            batches.append([output])
    payload = {"mixdown": mixdown.model_dump(mode="json")}
    for index, batch in enumerate(batches):
        weight = sum(assemble_weight(output.frames) for output in batch)
        yield PlannedTask(ASSEMBLE, index, "assemble", weight, tuple(output.n for output in batch), payload)


def joined_ms(frames: int, spec: MixSpec) -> int:
    """Estimated time to join so many frames, in milliseconds."""
    canvas = spec.canvas
    ms = frames * 1000 * canvas.fps.den // (canvas.fps.num * JOINED_PER_S)
    if spec.full_check:
        ms += frames * 1000 * canvas.width * canvas.height // CHECKED_PIXELS_PER_S
    return ms


def assemble_weight(frames: int) -> int:
    """What joining an output of so many frames counts in progress."""
    return max(1, frames // COPY_SPEED)


def command(
    order: Order, app: str, spec: MixSpec, task: PlannedTask, outputs: Sequence[PlannedOutput]
) -> RenderSegments | AssembleOutputs:
    """The command of a task for those of its outputs still wanted."""
    about: dict[str, Any] = {
        "app": app,
        "owner_id": order.owner_id,
        "generation_id": order.generation_id,
        "task_id": order.task_id,
        "attempt": order.attempt,
        "canvas": spec.canvas,
        "encoding": spec.encoding,
    }
    if task.stage == RENDER:
        return RenderSegments.model_validate({**about, **task.payload})
    return AssembleOutputs(
        **about,
        container=spec.container,
        mixdown=Mixdown.model_validate(task.payload["mixdown"]),
        full_check=spec.full_check,
        outputs=tuple(_output_order(spec, output) for output in outputs),
    )


def _output_order(spec: MixSpec, output: PlannedOutput) -> OutputOrder:
    recipe = Recipe.model_validate(output.recipe)
    tags = Tags(title=output.title, artist=spec.artist, comment=spec.comment)
    return OutputOrder(n=output.n, tags=tags, pieces=recipe.pieces, sounds=recipe.sounds)
