"""What a browser hears on its socket: hints, each small, each may be lost. The truth is one GET away."""

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


class AssetChanged(Wire):
    """Music, a voice-over or an image became ready or was rejected."""

    type: Literal["asset_changed"] = "asset_changed"
    project_id: UUID
    asset_id: UUID
    state: str
    code: str | None = None


class GenerationChanged(Wire):
    """A generation moved. `seq` rises by one with each change: a gap means a push was lost, so refetch."""

    type: Literal["generation_changed"] = "generation_changed"
    generation_id: UUID
    seq: int
    state: str
    frames_done: int
    frames_total: int
    outputs_done: int
    outputs_failed: int
    outputs_total: int


class WalletChanged(Wire):
    """The balance moved."""

    type: Literal["wallet_changed"] = "wallet_changed"
    available: int
    reserved: int


Push = ClipChanged | AssetChanged | GenerationChanged | WalletChanged
