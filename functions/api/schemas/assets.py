"""Bodies of assets: music, voice-overs and watermark images."""

from datetime import datetime
from uuid import UUID

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from functions.api.schemas.base import Count, FileName, Input, Text, View
from functions.api.schemas.library import PROJECT_ID, ReasonView
from functions.api.schemas.uploads import RequestView, SingleUploadView
from medley.contracts.assets import AudioAssetFacts, ImageFacts
from medley.domain.assets import IMAGE_TYPES, Asset, AssetKind
from medley.domain.uploads import UploadState
from medley.limits import ASSET_AUDIO_BYTES, ASSET_IMAGE_BYTES, NAME_CHARACTERS
from medley.ports.cloud import SignedRequest

ASSET_EXAMPLE: JsonDict = {
    "id": "01890f3e-7c2a-7d3e-9b1a-2f6d6c1e0e05",
    "project_id": PROJECT_ID,
    "kind": "audio",
    "name": "sunny.mp3",
    "content_type": "audio/mpeg",
    "size_bytes": 3_145_728,
    "state": "ready",
    "created_at": "2026-11-20T09:33:00Z",
    "sound": {"duration_s": 125.4, "sample_rate": 44_100, "channels": 2},
    "image": None,
    "reason": None,
    "restorable_until": None,
    "url": "https://bucket.example.com/assets/...",
}
_REQUEST_EXAMPLE: JsonDict = {
    "method": "PUT",
    "url": "https://bucket.example.com/assets/...",
    "headers": {"content-type": "audio/mpeg"},
}


class NewAsset(Input):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"kind": "audio", "name": "sunny.mp3", "size_bytes": 3_145_728, "content_type": "audio/mpeg"},
                {"kind": "image", "name": "logo.png", "size_bytes": 20_480, "content_type": "image/png"},
            ]
        }
    )

    kind: AssetKind = Field(description="`audio` for music or a voice-over, `image` for a watermark.")
    name: FileName = Field(description="The file's name; shown, never a path.")
    size_bytes: Count = Field(
        description=f"Of an image {ASSET_IMAGE_BYTES:,} at most.",
        json_schema_extra={"minimum": 1, "maximum": ASSET_AUDIO_BYTES},
    )
    content_type: Text = Field(
        min_length=1,
        max_length=NAME_CHARACTERS,
        description=f"What the browser says it is: `audio/*`, or {', '.join(f'`{name}`' for name in IMAGE_TYPES)}.",
    )


class SoundView(View):
    """What was found in an audio file."""

    duration_s: float
    sample_rate: int
    channels: int


class ImageView(View):
    """What was found in an image: its size upright, in pixels, and whether parts of it may be see-through."""

    width: int
    height: int
    alpha: bool


class AssetView(View):
    model_config = ConfigDict(json_schema_extra={"examples": [ASSET_EXAMPLE]})

    id: UUID
    project_id: UUID
    kind: AssetKind
    name: str
    content_type: str
    size_bytes: int
    state: UploadState = Field(description="`expected` until the file was sent and read.")
    created_at: datetime
    sound: SoundView | None = Field(description="Of a ready asset of kind `audio`.")
    image: ImageView | None = Field(description="Of a ready asset of kind `image`.")
    reason: ReasonView | None = Field(description="Of a rejected asset.")
    restorable_until: datetime | None = Field(description="Of a deleted asset.")
    url: str | None = Field(description="Plays or shows a ready asset; the link expires.")

    @classmethod
    def of(cls, asset: Asset, url: str | None) -> "AssetView":
        return cls(
            id=asset.id,
            project_id=asset.project_id,
            kind=asset.kind,
            name=asset.name,
            content_type=asset.content_type,
            size_bytes=asset.size_bytes,
            state=asset.state,
            created_at=asset.created_at,
            sound=_sound(asset),
            image=_image(asset),
            reason=ReasonView.of(asset),
            restorable_until=asset.restorable_until,
            url=url,
        )


def _sound(asset: Asset) -> SoundView | None:
    if asset.facts is None or asset.kind is not AssetKind.AUDIO:
        return None
    facts = AudioAssetFacts.model_validate(asset.facts)
    seconds = round(facts.duration_us / 1_000_000, 3)
    return SoundView(duration_s=seconds, sample_rate=facts.sample_rate, channels=facts.channels)


def _image(asset: Asset) -> ImageView | None:
    if asset.facts is None or asset.kind is not AssetKind.IMAGE:
        return None
    facts = ImageFacts.model_validate(asset.facts)
    return ImageView(width=facts.width, height=facts.height, alpha=facts.alpha)


class ExpectedAssetView(View):
    """An asset that is awaited, and the request that sends it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "asset": ASSET_EXAMPLE | {"state": "expected", "sound": None, "url": None},
                    "upload": {"kind": "single", "request": _REQUEST_EXAMPLE},
                }
            ]
        }
    )

    asset: AssetView
    upload: SingleUploadView

    @classmethod
    def of(cls, asset: Asset, request: SignedRequest) -> "ExpectedAssetView":
        return cls(asset=AssetView.of(asset, None), upload=SingleUploadView(request=RequestView.of(request)))
