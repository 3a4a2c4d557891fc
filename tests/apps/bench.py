"""A place for the worker to work: a directory for a bucket, and the facts it reports."""

from math import inf
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from cli.directory_store import DirectoryStore
from medley.contracts import keys
from medley.contracts.commands import AssembleOutputs, OutputOrder, Piece, RenderSegments, SoundPiece, Tags
from medley.contracts.facts import TaskFact, TaskProgressed
from medley.contracts.media import Canvas, ClipSource, Encoding, Rational, Segment, Shot, Sound
from medley.media.intake import probe
from medley.ports.worker import Tools

OWNER, GENERATION, TASK = UUID(int=1), UUID(int=2), UUID(int=3)
CANVAS = Canvas(width=160, height=120, fps=Rational(num=30))
DRAFT = Encoding(quality="draft")


class Part(NamedTuple):
    """A clip in an output."""

    piece: Piece
    sound: SoundPiece


class Bench:
    """A store, the facts reported, and tools to hand to the worker."""

    def __init__(self, folder: Path) -> None:
        self.store = DirectoryStore(folder / "bucket")
        self.facts: list[TaskFact] = []
        self.fetched: list[str] = []
        scratch = folder / "scratch"
        scratch.mkdir()
        self.tools = Tools(
            store=self.store,
            fetch=self._fetch,
            scratch=scratch,
            report=self.facts.append,
            remaining_s=lambda: inf,
            threads=2,
        )

    def _fetch(self, key: str) -> Path:
        self.fetched.append(key)
        return self.store.fetch(key)

    def render(self, path: Path, *parts: tuple[int, int], source: ClipSource | None = None) -> RenderSegments:
        """The command to encode parts (start, frames) of the clip at `path`."""
        clip = source or self.upload(path)
        shots = [Shot(clip_sha256=clip.facts.sha256, start_frame=start, frames=frames) for start, frames in parts]
        audible = shots if clip.facts.audio is not None else []
        return RenderSegments(
            app="video_mixer",
            owner_id=OWNER,
            generation_id=GENERATION,
            task_id=TASK,
            attempt=3,
            clips=(clip,),
            canvas=CANVAS,
            encoding=DRAFT,
            segments=tuple(Segment(shot=shot) for shot in shots),
            sounds=tuple(Sound.of(shot, CANVAS.fps) for shot in audible),
        )

    def upload(self, path: Path) -> ClipSource:
        clip_id = UUID(int=len(self.fetched) + 10)
        key = str(keys.UploadKey(OWNER, OWNER, clip_id))
        self.store.adopt(path, key)
        return ClipSource(clip_id=clip_id, key=key, name=path.name, facts=probe.probe(path))

    def assemble(self, *outputs: tuple[Part, ...]) -> AssembleOutputs:
        return AssembleOutputs(
            app="video_mixer",
            owner_id=OWNER,
            generation_id=GENERATION,
            task_id=TASK,
            attempt=3,
            canvas=CANVAS,
            encoding=DRAFT,
            outputs=tuple(
                OutputOrder(
                    n=n,
                    tags=Tags(title=f"Video {n}"),
                    pieces=tuple(part.piece for part in parts),
                    sounds=tuple(part.sound for part in parts),
                )
                for n, parts in enumerate(outputs, 1)
            ),
        )

    def stored(self, command: RenderSegments, suffix: str) -> list[bool]:
        pictures = [segment.digest(CANVAS, DRAFT) for segment in command.segments]
        found = [sound.digest() for sound in command.sounds] if suffix == "wav" else pictures
        return [self.store.head(keys.segment(OWNER, digest, suffix)) is not None for digest in found]

    @property
    def settled(self) -> list[TaskFact]:
        return [fact for fact in self.facts if not isinstance(fact, TaskProgressed)]


def part_of(command: RenderSegments) -> Part:
    """The only segment and sound of a command."""
    (segment,) = command.segments
    digest = command.sounds[0].digest() if command.sounds else None
    picture = Piece(digest=segment.digest(CANVAS, DRAFT), frames=segment.frames)
    return Part(picture, SoundPiece(digest=digest, frames=segment.frames))
