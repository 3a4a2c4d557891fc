"""A place for the worker to work: a directory for a bucket, and the facts it reports."""

from datetime import UTC, datetime
from math import inf
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from cli.directory_store import DirectoryStore
from medley.apps.video_mixer.operations import AssembleOutputs, RenderSegments
from medley.apps.video_mixer.recipe import Piece, Recipe, SoundPiece
from medley.contracts import keys
from medley.contracts.engine import Canvas, Encoding, Segment, Shot, Sound
from medley.contracts.facts import TaskFact, TaskProgressed
from medley.contracts.media import ClipSource, Rational
from medley.contracts.plans import OutputRecipe
from medley.contracts.work import Work
from medley.ports.worker import Job, WorkerContext
from tests.media.probes import facts

OWNER, GENERATION, TASK = UUID(int=1), UUID(int=2), UUID(int=3)
CANVAS = Canvas(width=160, height=120, fps=Rational(num=30))
DRAFT = Encoding(quality="draft")


def work(operation: str, *outputs: int) -> Work:
    """The command to do a task."""
    return Work(
        app="video_mixer",
        operation=operation,
        lane=operation,
        owner_id=OWNER,
        generation_id=GENERATION,
        task_id=TASK,
        attempt=1,
        deadline=datetime.max.replace(tzinfo=UTC),
        plan="0" * 64,
        start=0,
        length=1,
        outputs=outputs,
    )


class Part(NamedTuple):
    """A clip in an output."""

    piece: Piece
    sound: SoundPiece


class Bench:
    """A store, the facts reported, and a context to hand to the worker."""

    def __init__(self, folder: Path) -> None:
        self.store = DirectoryStore(folder / "bucket")
        self.facts: list[TaskFact] = []
        self.fetched: list[str] = []
        self.uploads = 0
        scratch = folder / "scratch"
        scratch.mkdir()
        self.context = WorkerContext(
            store=self.store,
            fetch=self._fetch,
            scratch=scratch,
            report=self.facts.append,
            remaining_s=lambda: inf,
            threads=2,
        )

    def _fetch(self, key: str, *, sha256: str | None = None) -> Path:
        self.fetched.append(key)
        return self.store.fetch(key, sha256=sha256)

    def render(self, path: Path, *parts: tuple[int, int], source: ClipSource | None = None) -> Job[RenderSegments]:
        """The task to encode parts (start, frames) of the clip at `path`."""
        clip = source or self.upload(path)
        shots = [Shot(clip_sha256=clip.facts.sha256, start_frame=start, frames=frames) for start, frames in parts]
        audible = shots if clip.facts.audio is not None else []
        payload = RenderSegments(
            clips=(clip,),
            canvas=CANVAS,
            encoding=DRAFT,
            segments=tuple(Segment(shot=shot) for shot in shots),
            sounds=tuple(Sound.of(shot, CANVAS.fps) for shot in audible),
        )
        return Job(work("render"), payload)

    def upload(self, path: Path) -> ClipSource:
        self.uploads += 1
        clip_id = UUID(int=self.uploads + 10)
        key = str(keys.UploadKey(OWNER, OWNER, clip_id))
        self.store.adopt(path, key)
        return ClipSource(clip_id=clip_id, key=key, name=path.name, facts=facts(path))

    def assemble(self, *outputs: tuple[Part, ...]) -> Job[AssembleOutputs]:
        recipes = [
            Recipe(shots=(), pieces=tuple(part.piece for part in parts), sounds=tuple(part.sound for part in parts))
            for parts in outputs
        ]
        return Job(
            work("assemble", *range(1, len(outputs) + 1)),
            AssembleOutputs(canvas=CANVAS, encoding=DRAFT),
            tuple(OutputRecipe(n, f"Video {n}", recipe.model_dump(mode="json")) for n, recipe in enumerate(recipes, 1)),
        )

    def stored(self, job: Job[RenderSegments], suffix: str) -> list[bool]:
        pictures = [segment.digest(CANVAS, DRAFT) for segment in job.payload.segments]
        found = [sound.digest() for sound in job.payload.sounds] if suffix == "wav" else pictures
        return [self.store.head(keys.segment(OWNER, digest, suffix)) is not None for digest in found]

    @property
    def settled(self) -> list[TaskFact]:
        return [fact for fact in self.facts if not isinstance(fact, TaskProgressed)]


def part_of(job: Job[RenderSegments]) -> Part:
    """The only segment and sound of a task."""
    (segment,) = job.payload.segments
    digest = job.payload.sounds[0].digest() if job.payload.sounds else None
    picture = Piece(digest=segment.digest(CANVAS, DRAFT), frames=segment.frames)
    return Part(picture, SoundPiece(digest=digest, frames=segment.frames))
