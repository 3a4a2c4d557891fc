"""Projects, clips and groups, and the decisions about uploads. Plain values, no I/O."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from medley.domain.names import file_name_of
from medley.domain.uploads import UploadState, check_size, media_type_of
from medley.errors import InvalidInput
from medley.limits import (
    NAME_CHARACTERS,
    PART_BYTES_MIN,
    PARTS_MAX,
    SINGLE_UPLOAD_BYTES,
    UPLOAD_BYTES,
)

_MIB: Final = 1024**2
_VIDEO_APPLICATIONS: Final = frozenset(
    {
        "application/octet-stream",  # what browsers say of containers they do not know
        "application/mp4",
        "application/mxf",
        "application/ogg",
        "application/x-matroska",
    }
)


class Shelf(StrEnum):
    """Where a project is found."""

    OPEN = "open"
    ARCHIVED = "archived"
    DELETED = "deleted"  # and can be restored


@dataclass(frozen=True)
class Project:
    """A user's working space for one app. `restorable_until` is of a deleted one."""

    id: UUID
    user_id: UUID
    app: str
    name: str
    created_at: datetime
    archived_at: datetime | None = None
    restorable_until: datetime | None = None


@dataclass(frozen=True)
class Clip:
    """An uploaded source. `facts` (JSON of contracts.media.ClipFacts) is there when it is ready, `code` and
    `message` when it was rejected. `part_bytes` is set if the upload is multipart and never changes. `duplicate_of`
    is the project's first ready clip, if this is a later one of the same content. The `source_...` of a clip that was
    duplicated with its project say whose objects it shows. `restorable_until` is of a deleted one."""

    id: UUID
    user_id: UUID
    project_id: UUID
    name: str
    content_type: str
    size_bytes: int
    state: UploadState
    position: int
    created_at: datetime
    upload_id: str | None = None
    part_bytes: int | None = None
    facts: Mapping[str, Any] | None = None
    sha256: str | None = None
    poster_key: str | None = None
    filmstrip_key: str | None = None
    waveform_key: str | None = None
    proxy_key: str | None = None
    code: str | None = None
    message: str | None = None
    settled_at: datetime | None = None
    deleted_at: datetime | None = None
    restorable_until: datetime | None = None
    source_id: UUID | None = None
    source_project_id: UUID | None = None
    duplicate_of: UUID | None = None


@dataclass(frozen=True)
class ClipGroup:
    """A named, ordered set of clips; `position` orders the groups of a project, from 0. `version` counts the changes of
    its name, colour and clips."""

    id: UUID
    project_id: UUID
    name: str
    position: int
    color: str | None = None  # #rrggbb
    version: int = 1
    clip_ids: tuple[UUID, ...] = ()


def _content_type(text: str) -> str:
    """The media type an upload is signed for: lower case, without parameters."""
    content_type = media_type_of(text)
    if not content_type.startswith("video/") and content_type not in _VIDEO_APPLICATIONS:
        raise InvalidInput("Only video files can be uploaded.", code="not_video", content_type=text[:NAME_CHARACTERS])
    return content_type


def _part_bytes(size_bytes: int) -> int | None:
    """How an upload of this size is cut: the bytes of each part but the last, or None for a single request."""
    check_size(size_bytes, UPLOAD_BYTES, "A clip")
    if size_bytes <= SINGLE_UPLOAD_BYTES:
        return None
    least = -(-size_bytes // PARTS_MAX)
    return max(PART_BYTES_MIN, -(-least // _MIB) * _MIB)


@dataclass(frozen=True)
class Upload:
    """A file its owner is allowed to send; `part_bytes` as in Clip."""

    name: str
    content_type: str
    size_bytes: int
    part_bytes: int | None

    @classmethod
    def of(cls, name: str, content_type: str, size_bytes: int) -> "Upload":
        """Check what a caller says of their file.

        Raises:
            InvalidInput: codes `invalid_name`, `not_video`, `empty_file`. TooLarge: code `file_too_large`.
        """
        return cls(file_name_of(name), _content_type(content_type), size_bytes, _part_bytes(size_bytes))


@dataclass(frozen=True)
class Part:
    """One part of a multipart upload; `number` counts from 1."""

    number: int
    size_bytes: int


def parts_of(size_bytes: int, part_bytes: int) -> Iterator[Part]:
    """All parts of an upload, in order."""
    for number, start in enumerate(range(0, size_bytes, part_bytes), start=1):
        yield Part(number, min(part_bytes, size_bytes - start))


def moved(order: Sequence[UUID], item: UUID, position: int) -> list[UUID]:
    """`order` with `item` at `position`, counted from 0 without it; past the end is the end."""
    others = [other for other in order if other != item]
    return [*others[:position], item, *others[position:]]


@dataclass(frozen=True)
class Group:
    """A group as an app sees it: its ready clips, in order. What was grouped on a command line has no `id`."""

    name: str
    clip_ids: tuple[UUID, ...]
    id: UUID | None = None


@dataclass(frozen=True)
class LibraryIds:
    """The ready clips, groups and assets of a project, in order, by their ids."""

    clips: tuple[UUID, ...]
    groups: tuple[Group, ...] = ()
    assets: tuple[UUID, ...] = ()
