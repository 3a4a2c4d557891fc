"""Imperative messages to workers. A command holds all its worker needs and nothing else."""

from typing import Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from medley.contracts.assets import AssetSource
from medley.contracts.media import Canvas, ClipSource, Container, Digest, Encoding, Segment, Sound, Wire


class Command(Wire):
    """Fields of every command. `attempt` counts starts of the task, from 1, and is echoed in its facts."""

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
    """Encode these segments and sounds, except those already in the bucket. Queue `render`.

    `clips` are all whose footage is shown or heard, `images` all that are drawn over it.
    """

    type: Literal["render_segments"] = "render_segments"
    clips: tuple[ClipSource, ...] = Field(min_length=1)
    images: tuple[AssetSource, ...] = ()
    canvas: Canvas
    encoding: Encoding
    segments: tuple[Segment, ...] = ()
    sounds: tuple[Sound, ...] = ()

    @property
    def subject(self) -> str:
        name = self.clips[0].name
        return f"Clip “{name}”" if len(self.clips) == 1 else f"A passage from clip “{name}”"


class Piece(Wire):
    """A segment's place in an output's picture: its first `frames` frames."""

    digest: Digest
    frames: int = Field(gt=0)


class SoundPiece(Wire):
    """A sound's place in an output: its first `frames` frames, silence if `digest` is None.

    Its first `overlap` frames sound together with the last of the piece before it: that one fades out, this one in.
    """

    digest: Digest | None
    frames: int = Field(gt=0)
    overlap: int = Field(default=0, ge=0)
    volume_percent: int = Field(default=100, ge=0, le=400)


class Tags(Wire):
    """What a finished file says of itself."""

    title: str
    artist: str = ""
    comment: str = ""


class OutputOrder(Wire):
    """One output to assemble. Picture and sound are as long as each other: `frames`."""

    n: int = Field(ge=1)
    tags: Tags
    pieces: tuple[Piece, ...] = Field(min_length=1)
    sounds: tuple[SoundPiece, ...] = Field(min_length=1)

    @property
    def frames(self) -> int:
        return sum(piece.frames for piece in self.pieces)


class Music(Wire):
    """A bed of music under the clips' sound. `duck`: it steps back while they or the voice are heard."""

    asset: AssetSource
    volume_percent: int = Field(default=35, ge=0, le=400)
    loop: bool = True
    fade_in_ms: int = Field(default=0, ge=0, le=30_000)
    fade_out_ms: int = Field(default=2_000, ge=0, le=30_000)
    duck: bool = True


class Voice(Wire):
    """A voice-over from the first frame on."""

    asset: AssetSource
    volume_percent: int = Field(default=100, ge=0, le=400)


class Mixdown(Wire):
    """What is heard besides the clips, and how loud all of it is: integrated loudness in LUFS (EBU R 128), or as it
    comes."""

    music: Music | None = None
    voice: Voice | None = None
    loudness_lufs: int | None = Field(default=None, ge=-36, le=-8)


class AssembleOutputs(Command):
    """Join segments into finished videos. Queue `assemble`. `full_check`: decode every video made, whole."""

    type: Literal["assemble_outputs"] = "assemble_outputs"
    canvas: Canvas
    encoding: Encoding
    container: Container = "mp4"
    mixdown: Mixdown = Mixdown()
    full_check: bool = False
    outputs: tuple[OutputOrder, ...] = Field(min_length=1)
