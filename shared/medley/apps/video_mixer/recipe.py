"""What makes one video: stored with its output, enough to join it and to tell how it runs."""

from uuid import UUID

from medley.contracts.commands import Piece, SoundPiece
from medley.contracts.media import Look, Transition, Wire


class RecipeShot(Wire):
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


class Passing(Wire):
    """How each shot passes into the next, and by how many frames the two overlap."""

    kind: Transition
    frames: int


class Recipe(Wire):
    """Shots as a person sees them, and the pieces and sounds they are joined of."""

    shots: tuple[RecipeShot, ...]
    transition: Passing | None = None
    pieces: tuple[Piece, ...]
    sounds: tuple[SoundPiece, ...]
