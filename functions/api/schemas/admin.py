"""Bodies of administration."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import ConfigDict, Field, StrictBool

from functions.api.schemas.accounts import USER_ID
from functions.api.schemas.base import Input, View
from medley.domain.accounts import Role
from medley.domain.audit import Action, LoggedEvent


class EventView(View):
    """An act that matters to the safety of an account."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": 7,
                    "at": "2026-11-20T09:30:00Z",
                    "action": "signed_in",
                    "user_id": USER_ID,
                    "actor_id": USER_ID,
                    "network": "203.0.113.7",
                    "detail": {},
                }
            ]
        }
    )

    id: int
    at: datetime
    action: Action
    user_id: UUID | None = Field(description="About whose account.")
    actor_id: UUID | None = Field(description="Who did it; null where nobody was signed in.")
    network: str
    detail: dict[str, Any]

    @classmethod
    def of(cls, logged: LoggedEvent) -> "EventView":
        event = logged.event
        return cls(
            id=logged.id,
            at=logged.at,
            action=event.action,
            user_id=event.user_id,
            actor_id=event.actor_id,
            network=event.network,
            detail=dict(event.detail),
        )


class RoleChange(Input):
    model_config = ConfigDict(json_schema_extra={"examples": [{"role": "admin"}]})

    role: Role


class Disabling(Input):
    model_config = ConfigDict(json_schema_extra={"examples": [{"disabled": True}]})

    disabled: StrictBool
