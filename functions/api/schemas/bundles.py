"""Bodies of bundles."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from functions.api.schemas.base import Input, Text, View
from functions.api.schemas.generations import GENERATION_ID
from functions.api.schemas.library import ReasonView
from medley.domain.bundles import Bundle, BundleState, MissingFile, Volume, VolumeState
from medley.domain.naming import DEFAULT, FIELDS
from medley.limits import BUNDLE_DAYS, NAMING_CHARACTERS, OUTPUTS_PER_GENERATION
from medley.ports.cloud import UploadSigner
from medley.services.bundles import archive_url

BUNDLE_ID = "01890f3e-7c2a-7d3e-9b1a-2f6d6c1e0f06"
VOLUME_EXAMPLE: JsonDict = {
    "n": 1,
    "state": "finished",
    "outputs": [1, 2, 3],
    "bytes_done": 9_437_184,
    "bytes_total": 9_437_184,
    "file_name": "Spring campaign.zip",
    "size_bytes": 9_445_120,
    "url": "https://bucket.example.com/bundles/...",
}
BUNDLE_EXAMPLE: JsonDict = {
    "id": BUNDLE_ID,
    "generation_id": GENERATION_ID,
    "state": "ready",
    "seq": 4,
    "naming": "{project} {n}",
    "bytes_done": 9_437_184,
    "bytes_total": 9_437_184,
    "volumes": [VOLUME_EXAMPLE],
    "missing": [],
    "reason": None,
    "created_at": "2026-11-20T10:02:00Z",
    "deadline": "2026-11-20T16:02:00Z",
    "ended_at": "2026-11-20T10:02:11Z",
    "expires_at": "2026-11-23T10:02:11Z",
}
_FIELDS = ", ".join(f"`{{{name}}}`" for name in FIELDS)
Number = Annotated[int, Field(strict=True, ge=1, le=OUTPUTS_PER_GENERATION)]


class NewBundle(Input):
    """Which videos, and how their files are named."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"outputs": [1, 2, 3], "naming": "{project} {n}"}]})

    outputs: list[Number] | None = Field(
        default=None,
        min_length=1,
        max_length=OUTPUTS_PER_GENERATION,
        fail_fast=True,
        description="Numbers of finished videos; all that are finished and kept if it is null.",
    )
    naming: Text = Field(
        default=DEFAULT,
        min_length=1,
        max_length=NAMING_CHARACTERS,
        description=f"Name of each file without its ending, of text and the fields {_FIELDS}. What no file system "
        "takes is replaced; of two files of one name the later gets ` (2)`.",
    )


class MissingView(View):
    """A video that is not in its archive."""

    n: int
    file: str = Field(description="What it would have been called.")
    code: str = Field(description="`gone`: it is not there any more. `damaged`: its bytes were not those it had.")

    @classmethod
    def of(cls, file: MissingFile) -> "MissingView":
        return cls(n=file.n, file=file.file, code=file.code)


class VolumeView(View):
    """One archive of a bundle: a zip that stands by itself, with the manifest of what is in it."""

    n: int
    state: VolumeState
    outputs: list[int] = Field(description="Numbers of the videos it is to hold.")
    bytes_done: int = Field(description="Bytes of its videos that are in it.")
    bytes_total: int
    file_name: str
    size_bytes: int | None = Field(description="Of the archive, once it is finished.")
    url: str | None = Field(description="Saves a finished archive under `file_name`; the link expires.")


class BundleView(View):
    """Videos of a generation as zip archives, `volumes`: one, or several where there is more than one may hold. `seq`
    rises by one with each change."""

    model_config = ConfigDict(json_schema_extra={"examples": [BUNDLE_EXAMPLE]})

    id: UUID
    generation_id: UUID
    state: BundleState
    seq: int
    naming: str
    bytes_done: int
    bytes_total: int
    volumes: list[VolumeView]
    missing: list[MissingView] = Field(
        description="Videos that were lost; `missing.txt` of their archive names them too."
    )
    reason: ReasonView | None = Field(description="Why it failed.")
    created_at: datetime
    deadline: datetime
    ended_at: datetime | None
    expires_at: datetime | None = Field(description=f"Of a ready one: it is deleted after {BUNDLE_DAYS} days.")

    @classmethod
    def of(cls, bundle: Bundle, signer: UploadSigner, now: datetime) -> "BundleView":
        return cls(
            id=bundle.id,
            generation_id=bundle.generation_id,
            state=bundle.state,
            seq=bundle.seq,
            naming=bundle.naming,
            bytes_done=bundle.bytes_done,
            bytes_total=bundle.bytes_total,
            volumes=[_volume(bundle, volume, signer, now) for volume in bundle.volumes],
            missing=[MissingView.of(file) for file in bundle.missing],
            reason=_reason(bundle),
            created_at=bundle.created_at,
            deadline=bundle.deadline,
            ended_at=bundle.ended_at,
            expires_at=bundle.expires_at,
        )


def _volume(bundle: Bundle, volume: Volume, signer: UploadSigner, now: datetime) -> VolumeView:
    return VolumeView(
        n=volume.n,
        state=volume.state,
        outputs=list(volume.outputs),
        bytes_done=volume.bytes_done,
        bytes_total=volume.bytes_total,
        file_name=bundle.archive_name(volume),
        size_bytes=volume.size_bytes,
        url=archive_url(signer, bundle, volume) if bundle.can_be_fetched(volume, now) else None,
    )


def _reason(bundle: Bundle) -> ReasonView | None:
    """Why it failed; all that can be said of a bundle is made of nothing but what it is."""
    if bundle.code is None:
        return None
    return ReasonView(code=bundle.code, message=bundle.message or "", parameters={"of": "bundle"})
