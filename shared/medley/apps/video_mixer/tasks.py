"""The work behind a plan: tasks that make the distinct segments and sounds, and tasks that join them into videos.

A video can be joined as soon as its own segments are there, so the order counts. The videos are taken in turn, each
time the one that lacks least, in rounds of 1, 1, 2, 4, 8, ...: a round's tasks make what its videos are the first to
need, then join them. So the first video waits for its own clips alone, and large orders still have few tasks.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from itertools import chain

from medley import limits
from medley.apps.video_mixer.cost import shot_ms
from medley.apps.video_mixer.operations import ASSEMBLE, RENDER, AssembleOutputs, RenderSegments
from medley.apps.video_mixer.recipe import Passing, Piece, Recipe, RecipeShot, SoundPiece
from medley.apps.video_mixer.segmentation import RenderItem, Segmenter, SoundRef
from medley.apps.video_mixer.spec import MixSpec
from medley.apps.video_mixer.timeline import TimelineClip
from medley.apps.video_mixer.wording import SAID
from medley.contracts.assets import AssetSource
from medley.contracts.engine import VIDEO_TYPES, Encoding, Mixdown, Segment, Sound
from medley.contracts.media import ClipSource
from medley.domain.generations import PlannedOutput, PlannedTask
from medley.errors import InvalidInput

RENDER_TASK_MS = 120_000  # estimated; under half the render lane's time-out of 300 s
ASSEMBLE_TASK_MS = 150_000  # estimated; half the assemble lane's time-out of 300 s
JOINED_PER_S = 24  # seconds of video joined and their sound encoded in one
CHECKED_PIXELS_PER_S = 400_000_000  # decoded for a full check, of the slowest codec
ASSEMBLE_TASKS_MIN = 4  # a small order is spread over this many workers rather than queued on one
COPY_SPEED = 20  # joining a frame costs about a twentieth of encoding it; weighs progress
SOUND_SPEED = 50  # making a frame's sound costs about a fiftieth of encoding it
GROWTHS = (2, 8, limits.OUTPUTS_PER_GENERATION)  # of the rounds: the next where one gives too many tasks


@dataclass
class Needs:
    """What the videos of a plan need made, each once, and which of them need it."""

    users: dict[str, list[int]] = field(default_factory=dict)  # by digest
    made: dict[str, RenderItem] = field(default_factory=dict)
    by_output: dict[int, list[str]] = field(default_factory=dict)  # digests, each once, in the video's order

    def add(self, n: int, made: Iterable[RenderItem]) -> None:
        """Output `n` needs these."""
        needed = {each.digest: each for each in made}
        self.by_output[n] = list(needed)
        for digest, each in needed.items():
            self.made.setdefault(digest, each)
            self.users.setdefault(digest, []).append(n)


def planned_output(
    n: int, title: str, timeline: Sequence[TimelineClip], segmenter: Segmenter, *, price: int, needs: Needs
) -> PlannedOutput:
    """Output `n`: its recipe is enough to assemble it and says what makes it different from the others."""
    segments, sounds = list(segmenter.segments(timeline)), list(segmenter.sounds(timeline))
    needs.add(n, chain((ref.item for ref in segments), (ref.item for ref in sounds if ref.item is not None)))
    recipe = Recipe(
        shots=tuple(map(shown, timeline)),
        transition=passing(segmenter.spec),
        pieces=tuple(Piece(digest=ref.item.digest, frames=ref.frames) for ref in segments),
        sounds=tuple(map(_heard, sounds)),
    )
    return PlannedOutput(
        n=n,
        title=title,
        media_type=VIDEO_TYPES[segmenter.spec.container],
        work=recipe.length,
        price=price,
        fingerprint=hashlib.sha256(
            "\n".join(f"{placed.picture_key} {placed.frames}" for placed in timeline).encode()
        ).hexdigest(),
        recipe=recipe.model_dump(mode="json", exclude_defaults=True),
    )


def passing(spec: MixSpec) -> Passing | None:
    """How each shot of a spec's videos passes into the next."""
    return None if spec.transition == "cut" else Passing(kind=spec.transition, frames=spec.overlap)


def shown(placed: TimelineClip) -> RecipeShot:
    """A clip of a timeline as a recipe tells of it."""
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


@dataclass(frozen=True)
class Graph:
    """What the tasks of one plan are made from."""

    spec: MixSpec
    outputs: Sequence[PlannedOutput]
    needs: Needs
    images: Sequence[AssetSource]
    mixdown: Mixdown
    encoding: Encoding  # of all segments

    def tasks(self) -> tuple[PlannedTask, ...]:
        """All tasks, those first that the first videos need; a task comes after those it needs.

        Raises:
            InvalidInput: code `too_much_encoding`; there would be more tasks than a plan may have.
        """
        cost = {digest: item_ms(made, self.spec) for digest, made in self.needs.made.items()}
        ordered = self._in_order(cost)
        for growth in GROWTHS:
            tasks = tuple(self._rounds(ordered, cost, growth))
            if len(tasks) <= limits.PLAN_TASKS:
                return tasks
        raise InvalidInput(SAID.say("too_much_encoding", hours=sum(cost.values()) // 3_600_000))

    def _in_order(self, cost: dict[str, int]) -> list[PlannedOutput]:
        """The outputs, each the one that then lacks least; of those that lack as much, by number."""
        left = {n: sum(cost[digest] for digest in digests) for n, digests in self.needs.by_output.items()}
        queue = [(ms, n) for n, ms in left.items()]
        heapify(queue)
        made: set[str] = set()
        order: list[int] = []
        while queue:
            ms, n = heappop(queue)
            if left.get(n) != ms:
                continue  # it lacks less by now, and is in the queue with that
            order.append(n)
            del left[n]
            changed: set[int] = set()
            for digest in self.needs.by_output[n]:
                if digest in made:
                    continue
                made.add(digest)
                for user in self.needs.users[digest]:
                    if user in left:
                        left[user] -= cost[digest]
                        changed.add(user)
            for user in changed:
                heappush(queue, (left[user], user))
        return [self.outputs[n - 1] for n in order]

    def _rounds(self, ordered: Sequence[PlannedOutput], cost: dict[str, int], growth: int) -> Iterator[PlannedTask]:
        homes: dict[str, int] = {}  # the task that makes it, by digest
        done = index = 0
        while done < len(ordered):
            upto = done * growth if done > 1 else done + 1
            round_ = ordered[done:upto]
            new = dict.fromkeys(
                digest for output in round_ for digest in self.needs.by_output[output.n] if digest not in homes
            )
            for batch in self._render_batches([self.needs.made[digest] for digest in new], cost):
                homes |= dict.fromkeys((made.digest for made in batch), index)
                yield self._render_task(index, batch)
                index += 1
            for joined in self._assemble_batches(round_, len(ordered)):
                yield self._assemble_task(index, joined, homes)
                index += 1
            done += len(round_)

    def _render_batches(self, wanted: Sequence[RenderItem], cost: dict[str, int]) -> list[list[RenderItem]]:
        """Batches of one clip each, more where it takes longer than RENDER_TASK_MS; then the passages, by the clip they
        begin in. Those that take longest come first: so a few workers are done with a round soonest."""
        batches: list[list[RenderItem]] = []
        last: dict[tuple[bool, str], tuple[list[RenderItem], int]] = {}  # batch and its cost
        for made in wanted:
            key = (len(made.clips) > 1, made.clips[0].facts.sha256)
            batch, spent = last.get(key, ([], 0))
            if not batch or spent + cost[made.digest] > RENDER_TASK_MS:
                batch, spent = [], 0
                batches.append(batch)
            batch.append(made)
            last[key] = batch, spent + cost[made.digest]
        return sorted(batches, key=lambda batch: (len(batch[0].clips) > 1, -sum(cost[made.digest] for made in batch)))

    def _render_task(self, index: int, batch: Sequence[RenderItem]) -> PlannedTask:
        """Its outputs are those that need anything of it; they fail if its clip cannot be read."""
        clips = {clip.facts.sha256: clip for made in batch for clip in made.clips}
        contents = [made.content for made in batch]
        payload = RenderSegments(
            clips=tuple(map(_lean, clips.values())),
            images=tuple(self.images),
            canvas=self.spec.canvas,
            encoding=self.encoding,
            segments=tuple(item for item in contents if isinstance(item, Segment)),
            sounds=tuple(item for item in contents if isinstance(item, Sound)),
        )
        return PlannedTask(
            index=index,
            operation=RENDER,
            lane=RENDER,
            title=payload.subject,
            work=sum(map(render_weight, contents)),
            outputs=tuple(sorted({n for made in batch for n in self.needs.users[made.digest]})),
            payload=payload.model_dump(mode="json"),
        )

    def _assemble_batches(self, outputs: Sequence[PlannedOutput], total: int) -> Iterator[Sequence[PlannedOutput]]:
        """Evenly, up to OUTPUTS_PER_COMMAND and about ASSEMBLE_TASK_MS; a small order makes ASSEMBLE_TASKS_MIN."""
        most = min(limits.OUTPUTS_PER_COMMAND, -(-total // ASSEMBLE_TASKS_MIN))
        longest_ms = max(joined_ms(output.work, self.spec) for output in outputs)
        most = max(1, min(most, ASSEMBLE_TASK_MS // max(1, longest_ms)))
        count = -(-len(outputs) // most)
        for part in range(count):
            yield outputs[len(outputs) * part // count : len(outputs) * (part + 1) // count]

    def _assemble_task(self, index: int, outputs: Sequence[PlannedOutput], homes: dict[str, int]) -> PlannedTask:
        numbers = tuple(sorted(output.n for output in outputs))
        spec = self.spec
        payload = AssembleOutputs(
            canvas=spec.canvas,
            encoding=self.encoding,
            container=spec.container,
            mixdown=self.mixdown,
            full_check=spec.full_check,
            artist=spec.artist,
            comment=spec.comment,
        )
        return PlannedTask(
            index=index,
            operation=ASSEMBLE,
            lane=ASSEMBLE,
            title="A part of this generation",
            work=sum(assemble_weight(output.work) for output in outputs),
            outputs=numbers,
            makes=numbers,
            needs=tuple(sorted({homes[digest] for n in numbers for digest in self.needs.by_output[n]})),
            payload=payload.model_dump(mode="json"),
        )


def _lean(clip: ClipSource) -> ClipSource:
    """Without the scores over time, which are only for planning: a task may name hundreds of clips."""
    if clip.facts.activity is None:
        return clip
    activity = clip.facts.activity.model_copy(update={"motion": (), "loudness": ()})
    return clip.model_copy(update={"facts": clip.facts.model_copy(update={"activity": activity})})


def render_weight(content: Segment | Sound) -> int:
    """What making it counts in progress."""
    return content.frames if isinstance(content, Segment) else max(1, content.frames // SOUND_SPEED)


def item_ms(made: RenderItem, spec: MixSpec) -> int:
    """Estimated time to make a segment or sound, in milliseconds."""
    if isinstance(made.content, Sound):
        return max(1, shot_ms(made.clips[0], made.content.speed, spec, made.content.frames) // SOUND_SPEED)
    shots = zip(made.clips, made.content.shots, strict=True)
    return sum(shot_ms(clip, shot.speed, spec, shot.frames) for clip, shot in shots)


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
