"""Bodies of sessions: where somebody is signed in."""

from datetime import datetime
from uuid import UUID

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from functions.api.schemas.base import View
from medley.domain.devices import SessionOnDevice

EXAMPLE: JsonDict = {
    "id": "01890f3e-7c2a-7d3e-9b1a-2f6d6c1e0a09",
    "current": True,
    "device": {"name": "Firefox", "platform": "Windows", "first_seen_at": "2026-11-01T08:00:00Z"},
    "place": {"network": "203.0.113.7", "country": None},
    "signed_in_at": "2026-11-20T09:30:00Z",
    "last_seen_at": "2026-11-20T11:10:00Z",
}


class DeviceView(View):
    """What the browser, or program, says it is."""

    name: str = Field(description="Empty if it did not say.")
    platform: str = Field(description="Empty if it did not say.")
    first_seen_at: datetime


class PlaceView(View):
    """Where it signed in from, as far as is known."""

    network: str = Field(description="The IPv4 address, or the network of the IPv6 address.")
    country: str | None = Field(description="ISO 3166, two letters; null if nobody told.")


class SignedInDevice(View):
    """A session that is signed in."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    id: UUID
    current: bool = Field(description="It is the one that asks.")
    device: DeviceView
    place: PlaceView
    signed_in_at: datetime
    last_seen_at: datetime

    @classmethod
    def of(cls, session: SessionOnDevice, *, current: bool) -> "SignedInDevice":
        return cls(
            id=session.id,
            current=current,
            device=DeviceView(name=session.name, platform=session.platform, first_seen_at=session.first_seen_at),
            place=PlaceView(network=session.network, country=session.country or None),
            signed_in_at=session.signed_in_at,
            last_seen_at=session.last_seen_at,
        )


class SessionList(View):
    """All sessions of one person."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [EXAMPLE]}]})

    items: list[SignedInDevice]
