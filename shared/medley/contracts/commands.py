"""Imperative messages to workers. A command holds all its worker needs and nothing else."""

from typing import Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from medley.contracts.media import Canvas, ClipSource, Digest, Encoding, Segment, Wire


class Command(Wire):
    """Fields of every command. `attempt` counts sends of the task, from 1, and is echoed in its facts."""

    version: Literal[1] = 1
    app: str
    owner_id: UUID
    generation_id: UUID
    task_id: UUID
    attempt: int = Field(default=1, ge=1)

    @property
    def subject(self) -> str:
        """What it works on, as its owner would say it: begins a sentence."""
        return "A part of this generation"


class CommandHeader(Command):
    """What every command says, read from any of them."""

    model_config = ConfigDict(extra="ignore")


class RenderSegments(Command):
    """Encode these segments of one clip, except those already in the bucket. Queue `render`."""

    type: Literal["render_segments"] = "render_segments"
    clip: ClipSource
    canvas: Canvas
    encoding: Encoding
    segments: tuple[Segment, ...] = Field(min_length=1)

    @property
    def subject(self) -> str:
        return f"Clip “{self.clip.name}”"


class Piece(Wire):
    """A segment's place in an output: the first `frames` frames of it.

    `continues` says that it goes on where the piece before it ends, in one clip: no cut is there to be softened.
    """

    digest: Digest
    frames: int = Field(gt=0)
    audio: bool
    continues: bool = False


class OutputOrder(Wire):
    """One output to assemble."""

    n: int = Field(ge=1)
    title: str
    pieces: tuple[Piece, ...] = Field(min_length=1)

    @property
    def frames(self) -> int:
        return sum(piece.frames for piece in self.pieces)


class AssembleOutputs(Command):
    """Join segments into finished videos. Queue `assemble`."""

    type: Literal["assemble_outputs"] = "assemble_outputs"
    canvas: Canvas
    encoding: Encoding
    outputs: tuple[OutputOrder, ...] = Field(min_length=1)
