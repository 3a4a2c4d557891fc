"""What a browser hears on its socket: hints, each small, each may be lost. The truth is one GET away.

`subject` is what a hint is about: of several with the same one the newest says it all.
"""

from typing import Literal
from uuid import UUID

from medley.contracts.media import Wire


class ClipChanged(Wire):
    """A clip became ready or was rejected."""

    type: Literal["clip_changed"] = "clip_changed"
    project_id: UUID
    clip_id: UUID
    state: str
    code: str | None = None

    @property
    def subject(self) -> tuple[str, UUID]:
        return self.type, self.clip_id


class AssetChanged(Wire):
    """Music, a voice-over or an image became ready or was rejected."""

    type: Literal["asset_changed"] = "asset_changed"
    project_id: UUID
    asset_id: UUID
    state: str
    code: str | None = None

    @property
    def subject(self) -> tuple[str, UUID]:
        return self.type, self.asset_id


class GenerationChanged(Wire):
    """A generation moved. `seq` rises by one with each change: after a gap, refetch. A push was lost, or stands for
    several changes."""

    type: Literal["generation_changed"] = "generation_changed"
    generation_id: UUID
    seq: int
    state: str
    work_done: int
    work_total: int
    outputs_done: int
    outputs_failed: int
    outputs_total: int

    @property
    def subject(self) -> tuple[str, UUID]:
        return self.type, self.generation_id


class WalletChanged(Wire):
    """The balance moved."""

    type: Literal["wallet_changed"] = "wallet_changed"
    available: int
    reserved: int

    @property
    def subject(self) -> tuple[str]:
        return (self.type,)


Push = ClipChanged | AssetChanged | GenerationChanged | WalletChanged
