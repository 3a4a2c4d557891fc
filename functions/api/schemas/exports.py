"""Bodies of exports."""

from datetime import datetime
from uuid import UUID

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from functions.api.schemas.base import View
from medley.domain.exports import Export

EXAMPLE: JsonDict = {
    "id": "01890f3e-7c2a-7d3e-9b1a-2f6d6c1e0b01",
    "created_at": "2026-11-20T09:30:00Z",
    "size_bytes": 48213,
    "expires_at": "2026-11-23T09:31:00Z",
    "url": "https://bucket.example.com/exports/...",
}


class ExportView(View):
    """An archive of all that is kept about a person: a file of JSON lines for each kind of thing, and the files of
    clips, assets and videos. What is not in it, `missing.txt` in it names, and says why."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    id: UUID
    created_at: datetime
    size_bytes: int | None = Field(description="Null while it is being made.")
    expires_at: datetime | None = Field(description="When it goes; null while it is being made.")
    url: str | None = Field(description="Where it can be fetched, for an hour; null while it is being made.")

    @classmethod
    def of(cls, export: Export, url: str | None) -> "ExportView":
        return cls(
            id=export.id,
            created_at=export.created_at,
            size_bytes=export.size_bytes,
            expires_at=export.expires_at,
            url=url,
        )


class ExportList(View):
    """All exports that are being made or can be fetched."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [EXAMPLE]}]})

    items: list[ExportView]
