"""Every object key in the bucket: built and parsed here, nowhere else.

The first part of a key carries lifecycle, permissions and notifications, so it is fixed. Names are ours;
a user's file name never becomes part of a key.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from medley.errors import InvalidInput

UPLOADS = "uploads/"
ASSETS = "assets/"
DERIVED = "derived/"
SEGMENTS = "segments/"
OUTPUTS = "outputs/"
PLANS = "plans/"
ENDED = "ended/"
BUNDLES = "bundles/"
EXPORTS = "exports/"

POSTER = "poster.jpg"
FILMSTRIP = "filmstrip.jpg"
WAVEFORM = "waveform.json"
PROXY = "proxy.mp4"
DERIVED_NAMES = (POSTER, FILMSTRIP, WAVEFORM, PROXY)  # all that ingest makes from a clip; sweep removes them with it

OWNED = (
    UPLOADS,
    ASSETS,
    DERIVED,
    PLANS,
    ENDED,
    SEGMENTS,
    OUTPUTS,
    BUNDLES,
    EXPORTS,
)  # below each, an owner's are below their id


def owned(owner: UUID) -> tuple[str, ...]:
    """The prefixes of everything an owner has in the bucket."""
    return tuple(f"{prefix}{owner}/" for prefix in OWNED)


def export(owner: UUID, export_id: UUID) -> str:
    """`exports/{owner}/{export}.zip`: the archive of an export."""
    return f"{EXPORTS}{owner}/{export_id}.zip"


@dataclass(frozen=True)
class UploadKey:
    """`uploads/{owner}/{project}/{clip}`: a clip as it came."""

    owner: UUID
    project: UUID
    clip: UUID

    def __str__(self) -> str:
        return f"{UPLOADS}{self.owner}/{self.project}/{self.clip}"

    @property
    def id(self) -> UUID:
        return self.clip

    @property
    def objects(self) -> tuple[str, ...]:
        """The keys of everything that goes when the clip goes."""
        return (str(self), *(derived(self.owner, self.clip, name) for name in DERIVED_NAMES))

    @classmethod
    def parse(cls, key: str) -> "UploadKey":
        """Read a key of ours back.

        Raises:
            InvalidInput: code `foreign_key`; the key was not built here.
        """
        return _parse(cls, UPLOADS, key)


@dataclass(frozen=True)
class AssetKey:
    """`assets/{owner}/{project}/{asset}`: music, a voice-over or an image as it came."""

    owner: UUID
    project: UUID
    asset: UUID

    def __str__(self) -> str:
        return f"{ASSETS}{self.owner}/{self.project}/{self.asset}"

    @property
    def id(self) -> UUID:
        return self.asset

    @property
    def objects(self) -> tuple[str, ...]:
        """The keys of everything that goes when the asset goes."""
        return (str(self),)

    @classmethod
    def parse(cls, key: str) -> "AssetKey":
        """Read a key of ours back.

        Raises:
            InvalidInput: code `foreign_key`; the key was not built here.
        """
        return _parse(cls, ASSETS, key)


UploadedKey = UploadKey | AssetKey  # what users send; a notification of either reaches ingest
Found = TypeVar("Found", UploadKey, AssetKey)


def parse_uploaded(key: str) -> UploadedKey:
    """Read the key of anything a user may have sent back.

    Raises:
        InvalidInput: code `foreign_key`; the key was not built here.
    """
    return AssetKey.parse(key) if key.startswith(ASSETS) else UploadKey.parse(key)


def _parse(kind: type[Found], prefix: str, key: str) -> Found:
    parts = key.removeprefix(prefix).split("/")
    try:
        found = kind(*(UUID(part) for part in parts))
    except (ValueError, TypeError):
        found = None
    if found is None or str(found) != key:
        raise InvalidInput(f"{key!r} is not the key of an upload", code="foreign_key")
    return found


def derived(owner: UUID, clip: UUID, name: str) -> str:
    """What ingest makes from a clip; `name` is one of DERIVED_NAMES."""
    return f"{DERIVED}{owner}/{clip}/{name}"


def segment(owner: UUID, digest: str, suffix: str) -> str:
    """A segment's video (`mp4`) or audio (`wav`); `digest` is the hex SHA-256 of all that determines it."""
    return f"{SEGMENTS}{owner}/{digest}.{suffix}"


def output(owner: UUID, generation: UUID, n: int, suffix: str = "mp4", *, page: str = "") -> str:
    """A part of output `n` (from 1) of a generation: its main object or its poster by their suffixes, other parts by a
    `page` besides, such as `-2`; what was told of it when it was made ends in `json`."""
    return f"{output_prefix(owner, generation, n)}{page}.{suffix}"


def output_prefix(owner: UUID, generation: UUID, n: int) -> str:
    """What the key of each part of output `n` begins with; `-` or `.` follows."""
    return f"{OUTPUTS}{owner}/{generation}/{n}"


def output_objects(parts: Sequence[str]) -> tuple[str, ...]:
    """The keys of everything that goes when an output goes whose parts, the main one first, have these keys."""
    told = f"{parts[0].rpartition('.')[0]}.json"
    return tuple(dict.fromkeys((*parts, told)))


def ended(owner: UUID, generation: UUID) -> str:
    """The sign for workers that nobody waits for a generation any more."""
    return f"{ENDED}{owner}/{generation}"


def plan(owner: UUID, digest: str) -> str:
    """A plan's object; `digest` is the hex SHA-256 of its bytes."""
    return f"{PLANS}{owner}/{digest}"


def bundle(owner: UUID, bundle: UUID, volume: int = 1) -> str:
    """An archive of a bundle; its volumes after the first have their number, from 2, in the key."""
    return f"{BUNDLES}{owner}/{bundle}{'' if volume == 1 else f'-{volume}'}.zip"
