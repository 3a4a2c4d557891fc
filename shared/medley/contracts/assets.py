"""Assets on the wire: what is uploaded to go with clips, not to be mixed itself."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from medley.contracts.media import Digest, WireModel


class AudioAssetFacts(WireModel):
    """What Medley knows of music or a voice-over it accepted."""

    kind: Literal["audio"] = "audio"
    container: str
    codec: str
    sample_rate: int = Field(gt=0)
    channels: int = Field(gt=0)
    duration_us: int = Field(gt=0)
    size_bytes: int
    sha256: Digest


class ImageFacts(WireModel):
    """What Medley knows of an image it accepted: a still picture, upright as coded."""

    kind: Literal["image"] = "image"
    codec: str
    width: int = Field(gt=0)
    height: int = Field(gt=0)
    alpha: bool = False
    size_bytes: int
    sha256: Digest


AssetFacts = Annotated[AudioAssetFacts | ImageFacts, Field(discriminator="kind")]


class AssetSource(WireModel):
    """An asset a worker has to fetch: its object and what was found in it."""

    asset_id: UUID
    key: str
    name: str  # the user's, for messages only; never part of a path or an argument
    facts: AssetFacts
