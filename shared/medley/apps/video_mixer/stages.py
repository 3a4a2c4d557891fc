"""The work behind a plan: stage 0 makes the distinct segments and sounds, stage 1 joins them into videos."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from medley import limits
from medley.apps.registry import Order
from medley.apps.video_mixer.recipe import Passing, Recipe, RecipeShot
from medley.apps.video_mixer.reel import Heard, Made, Reel, Take, shot_ms
from medley.apps.video_mixer.spec import MixSpec
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
    needed: dict[str, Made] = field(default_factory=dict)

    def need(self, n: int, made: Iterable[Made]) -> None:
        """Output `n` needs these."""
        for each in made:
            self.needed.setdefault(each.digest, each)
            users = self.users.setdefault(each.digest, [])
            if not users or users[-1] != n:
                users.append(n)


def planned_output(n: int, title: str, takes: Sequence[Take], reel: Reel, work: Work) -> PlannedOutput:
    """Output `n`: its recipe is enough to assemble it and says what makes it different from the others."""
    cuts, sounds = list(reel.cuts(takes)), list(reel.sounds(takes))
    work.need(n, [cut.made for cut in cuts])
    work.need(n, [heard.made for heard in sounds if heard.made is not None])
    kind = reel.spec.transition
    recipe = Recipe(
        shots=tuple(map(_shown, takes)),
        transition=None if kind == "cut" else Passing(kind=kind, frames=reel.spec.overlap),
        pieces=tuple(Piece(digest=cut.made.digest, frames=cut.frames) for cut in cuts),
        sounds=tuple(map(_heard, sounds)),
    )
    seen = hashlib.sha256("\n".join(f"{take.seen} {take.frames}" for take in takes).encode()).hexdigest()
    frames = sum(cut.frames for cut in cuts)
    return PlannedOutput(n, title, frames, seen, recipe.model_dump(mode="json", exclude_defaults=True))


def _shown(take: Take) -> RecipeShot:
    return RecipeShot(
        clip=take.clip.clip_id,
        start=take.start_frame,
        frames=take.frames,
        speed=str(take.speed),
        look=take.look,
        group=take.group,
        caption=take.caption and take.caption.text,
    )


def _heard(heard: Heard) -> SoundPiece:
    return SoundPiece(
        digest=heard.made and heard.made.digest,
        frames=heard.frames,
        overlap=heard.overlap,
        volume_percent=heard.volume_percent,
    )


def render_tasks(work: Work, spec: MixSpec, images: Sequence[AssetSource]) -> Iterator[PlannedTask]:
    """Tasks of one clip each, more where it takes longer than RENDER_TASK_MS; then the passages, by the clip they
    begin in. The outputs of a task are those that need anything of it; they fail if its clip cannot be read."""
    by_clips: dict[tuple[bool, str], list[Made]] = {}
    for made in work.needed.values():
        by_clips.setdefault((len(made.clips) > 1, made.clips[0].facts.sha256), []).append(made)
    batches = (batch for key in sorted(by_clips, key=lambda key: key[0]) for batch in _batches(by_clips[key], spec))
    for index, batch in enumerate(batches):
        clips = {clip.facts.sha256: clip for made in batch for clip in made.clips}
        contents = [made.content for made in batch]
        payload = {
            "clips": [_lean(clip).model_dump(mode="json") for clip in clips.values()],
            "images": [image.model_dump(mode="json") for image in images],
            "segments": [item.model_dump(mode="json") for item in contents if isinstance(item, Segment)],
            "sounds": [item.model_dump(mode="json") for item in contents if isinstance(item, Sound)],
        }
        outputs = sorted({n for made in batch for n in work.users[made.digest]})
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


def _batches(needed: Sequence[Made], spec: MixSpec) -> Iterator[list[Made]]:
    batch: list[Made] = []
    spent = 0
    for made in needed:
        cost = made_ms(made, spec)
        if batch and spent + cost > RENDER_TASK_MS:
            yield batch
            batch, spent = [], 0
        batch.append(made)
        spent += cost
    yield batch


def made_ms(made: Made, spec: MixSpec) -> int:
    """Estimated time to make a segment or sound, in milliseconds."""
    if isinstance(made.content, Sound):
        return max(1, shot_ms(made.clips[0], made.content.speed, spec, made.content.frames) // SOUND_SPEED)
    shots = zip(made.clips, made.content.shots, strict=True)
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
