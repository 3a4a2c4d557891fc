"""Assets: music, voice-overs and images that go with a project's clips. Plain values, no I/O."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from medley.domain.names import file_name_of
from medley.domain.uploads import UploadState, check_size, media_type_of
from medley.errors import InvalidInput
from medley.limits import ASSET_AUDIO_BYTES, ASSET_IMAGE_BYTES, NAME_CHARACTERS


class AssetKind(StrEnum):
    AUDIO = "audio"  # music or a voice-over
    IMAGE = "image"  # a watermark


BYTES: Final[Mapping[AssetKind, int]] = {AssetKind.AUDIO: ASSET_AUDIO_BYTES, AssetKind.IMAGE: ASSET_IMAGE_BYTES}
IMAGE_TYPES: Final = ("image/png", "image/jpeg", "image/webp")
_AUDIO_APPLICATIONS: Final = frozenset({"application/ogg", "application/octet-stream"})  # what browsers say of some


@dataclass(frozen=True)
class Asset:
    """Something uploaded to go with clips. `facts` (JSON of contracts.assets.AssetFacts) is there when it is ready,
    `code` and `message` when it was rejected. `source_...` and `restorable_until` as of a clip."""

    id: UUID
    user_id: UUID
    project_id: UUID
    kind: AssetKind
    name: str
    content_type: str
    size_bytes: int
    state: UploadState
    created_at: datetime
    facts: Mapping[str, Any] | None = None
    sha256: str | None = None
    code: str | None = None
    message: str | None = None
    settled_at: datetime | None = None
    deleted_at: datetime | None = None
    restorable_until: datetime | None = None
    source_id: UUID | None = None
    source_project_id: UUID | None = None


@dataclass(frozen=True)
class AssetUpload:
    """A file its owner is allowed to send in one request."""

    kind: AssetKind
    name: str
    content_type: str
    size_bytes: int

    @classmethod
    def of(cls, kind: AssetKind, name: str, content_type: str, size_bytes: int) -> "AssetUpload":
        """Check what a caller says of their file.

        Raises:
            InvalidInput: codes `invalid_name`, `not_audio`, `not_image`, `empty_file`. TooLarge: code `file_too_large`.
        """
        check = _audio_type if kind is AssetKind.AUDIO else _image_type
        content_type = check(content_type)
        check_size(size_bytes, BYTES[kind], f"An asset of kind {kind}")
        return cls(kind, file_name_of(name), content_type, size_bytes)


def _audio_type(text: str) -> str:
    content_type = media_type_of(text)
    if not content_type.startswith("audio/") and content_type not in _AUDIO_APPLICATIONS:
        raise InvalidInput("Only audio files can be uploaded.", code="not_audio", content_type=text[:NAME_CHARACTERS])
    return content_type


def _image_type(text: str) -> str:
    content_type = media_type_of(text)
    if content_type not in IMAGE_TYPES:
        raise InvalidInput(
            "Only PNG, JPEG and WebP images can be uploaded.", code="not_image", content_type=text[:NAME_CHARACTERS]
        )
    return content_type
