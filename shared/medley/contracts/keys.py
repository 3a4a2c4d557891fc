"""Every object key in the bucket: built and parsed here, nowhere else.

The first part of a key carries lifecycle, permissions and notifications, so it is fixed. Names are ours;
a user's file name never becomes part of a key.
"""

from dataclasses import dataclass
from uuid import UUID

from medley.errors import InvalidInput

UPLOADS = "uploads/"
DERIVED = "derived/"
SEGMENTS = "segments/"
OUTPUTS = "outputs/"

DERIVED_NAMES = ("poster.jpg",)  # all that ingest makes from a clip; sweep removes them with it


@dataclass(frozen=True)
class UploadKey:
    """`uploads/{owner}/{project}/{clip}`: a clip as it came."""

    owner: UUID
    project: UUID
    clip: UUID

    def __str__(self) -> str:
        return f"{UPLOADS}{self.owner}/{self.project}/{self.clip}"

    @classmethod
    def parse(cls, key: str) -> "UploadKey":
        """Read a key of ours back.

        Raises:
            InvalidInput: code `foreign_key`; the key was not built here.
        """
        parts = key.removeprefix(UPLOADS).split("/")
        try:
            found = cls(*(UUID(part) for part in parts))
        except (ValueError, TypeError):
            found = None
        if found is None or str(found) != key:
            raise InvalidInput(f"{key!r} is not an upload key", code="foreign_key")
        return found


def derived(owner: UUID, clip: UUID, name: str) -> str:
    """What ingest makes from a clip; `name` is one of DERIVED_NAMES."""
    return f"{DERIVED}{owner}/{clip}/{name}"


def segment(owner: UUID, digest: str, suffix: str) -> str:
    """A segment's video (`mp4`) or audio (`wav`); `digest` is the hex SHA-256 of all that determines it."""
    return f"{SEGMENTS}{owner}/{digest}.{suffix}"


def output(owner: UUID, generation: UUID, n: int, suffix: str = "mp4") -> str:
    """Output `n` (from 1) of a generation, or its poster (`jpg`)."""
    return f"{OUTPUTS}{owner}/{generation}/{n}.{suffix}"
