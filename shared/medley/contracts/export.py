"""The command that has an export made."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from medley.contracts.media import WireModel, is_empty


class MakeExport(WireModel):
    """Make the archive of an export. Queue `exports`.

    The attempt after one whose time was up knows what that found: the files with the keys `damaged` are left out, and
    it holds at most `holds_bytes` of files (None: as many as an export may).
    """

    version: Literal[1] = 1
    owner_id: UUID
    export_id: UUID
    damaged: tuple[str, ...] = Field(default=(), exclude_if=is_empty)
    holds_bytes: int | None = Field(default=None, ge=0, exclude_if=lambda value: value is None)
