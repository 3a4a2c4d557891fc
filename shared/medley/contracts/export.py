"""The command that has an export made."""

from typing import Literal
from uuid import UUID

from medley.contracts.media import WireModel


class MakeExport(WireModel):
    """Make the archive of an export. Queue `exports`."""

    version: Literal[1] = 1
    owner_id: UUID
    export_id: UUID
