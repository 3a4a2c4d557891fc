"""The recipe of one video: stored with its output, enough to join it and to tell how it runs."""

from uuid import UUID

from pydantic import Field

from medley.contracts.engine import Look, Transition
from medley.contracts.media import Digest, WireModel


class Piece(WireModel):
    """A segment's place in a video's picture: its first `frames` frames."""

    digest: Digest
    frames: int = Field(gt=0)


class SoundPiece(WireModel):
    """A sound's place in a video: its first `frames` frames, silence if `digest` is None.

    Its first `overlap` frames sound together with the last of the piece before it: that one fades out, this one in.
    """

    digest: Digest | None
    frames: int = Field(gt=0)
    overlap: int = Field(default=0, ge=0)
    volume_percent: int = Field(default=100, ge=0, le=400)


class RecipeShot(WireModel):
    """A clip as it stands in the video: `frames` frames from `start`, its own time on the video's frame grid.

    `group` is where it was taken from, `caption` the text over it.
    """

    clip: UUID
    start: int
    frames: int
    speed: str
    look: Look
    group: str | None = None
    caption: str | None = None


class Passing(WireModel):
    """How each shot passes into the next, and by how many frames the two overlap."""

    kind: Transition
    frames: int


class Recipe(WireModel):
    """Shots as a person sees them, and the pieces and sounds they are joined of: picture and sound are as long as each
    other, `length` frames."""

    shots: tuple[RecipeShot, ...]
    transition: Passing | None = None
    pieces: tuple[Piece, ...] = Field(min_length=1)
    sounds: tuple[SoundPiece, ...] = Field(min_length=1)

    @property
    def length(self) -> int:
        return sum(piece.frames for piece in self.pieces)
