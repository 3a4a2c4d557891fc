"""Pushes: what a browser hears on its socket. Hints, each small, each may be lost. The truth is one GET away.

`subject` is what a hint is about: of several with the same one the newest says it all.
"""

from typing import Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from medley.contracts.media import WireModel

_PROJECT = "01890f3e-7c2a-7d3e-9b1a-2f6d6c1e0b02"
_THING = "01890f3e-7c2a-7d3e-9b1a-2f6d6c1e0c03"


class Hint(WireModel):
    """Fields of every push. `trace_id` is the trace in which it came about: that of the request or upload it follows
    from."""

    trace_id: str | None = Field(default=None, exclude_if=lambda value: value is None)


class ClipChanged(Hint):
    """A clip became ready or was rejected."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"type": "clip_changed", "project_id": _PROJECT, "clip_id": _THING, "state": "ready", "code": None}
            ]
        }
    )

    type: Literal["clip_changed"] = "clip_changed"
    project_id: UUID
    clip_id: UUID
    state: str
    code: str | None = None

    @property
    def subject(self) -> tuple[str, UUID]:
        return self.type, self.clip_id


class AssetChanged(Hint):
    """Music, a voice-over or an image became ready or was rejected."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "asset_changed",
                    "project_id": _PROJECT,
                    "asset_id": _THING,
                    "state": "rejected",
                    "code": "not_media",
                }
            ]
        }
    )

    type: Literal["asset_changed"] = "asset_changed"
    project_id: UUID
    asset_id: UUID
    state: str
    code: str | None = None

    @property
    def subject(self) -> tuple[str, UUID]:
        return self.type, self.asset_id


class GenerationChanged(Hint):
    """A generation moved. `seq` rises by one with each change: after a gap, refetch. A push was lost, or stands for
    several changes."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "generation_changed",
                    "generation_id": _THING,
                    "seq": 5,
                    "state": "running",
                    "work_done": 840,
                    "work_total": 1012,
                    "outputs_made": 3,
                    "outputs_failed": 0,
                    "outputs_total": 12,
                }
            ]
        }
    )

    type: Literal["generation_changed"] = "generation_changed"
    generation_id: UUID
    seq: int
    state: str
    work_done: int
    work_total: int
    outputs_made: int
    outputs_failed: int
    outputs_total: int

    @property
    def subject(self) -> tuple[str, UUID]:
        return self.type, self.generation_id


class WalletChanged(Hint):
    """The balance moved."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"type": "wallet_changed", "available": 76, "reserved": 12}]}
    )

    type: Literal["wallet_changed"] = "wallet_changed"
    available: int
    reserved: int

    @property
    def subject(self) -> tuple[str]:
        return (self.type,)


class SocketClosing(Hint):
    """The last thing a socket hears before the server closes it. `session_ended`: the person signed out, here or from
    elsewhere. `replaced`: newer sockets of the same person took its place; ask from time to time instead."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"type": "socket_closing", "reason": "session_ended"}]})

    type: Literal["socket_closing"] = "socket_closing"
    reason: Literal["session_ended", "replaced"]

    @property
    def subject(self) -> tuple[str]:
        return (self.type,)


class BundleChanged(Hint):
    """A bundle moved; the bytes are those of its videos. `seq` as of a generation."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "bundle_changed",
                    "bundle_id": _THING,
                    "generation_id": _PROJECT,
                    "seq": 3,
                    "state": "making",
                    "bytes_done": 4_194_304,
                    "bytes_total": 9_437_184,
                }
            ]
        }
    )

    type: Literal["bundle_changed"] = "bundle_changed"
    bundle_id: UUID
    generation_id: UUID
    seq: int
    state: str
    bytes_done: int
    bytes_total: int

    @property
    def subject(self) -> tuple[str, UUID]:
        return self.type, self.bundle_id


Push = ClipChanged | AssetChanged | GenerationChanged | WalletChanged | BundleChanged | SocketClosing
