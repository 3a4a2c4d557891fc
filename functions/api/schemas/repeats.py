"""Bodies of settings used again, and of retention."""

from datetime import datetime
from uuid import UUID

from pydantic import ConfigDict, Field

from functions.api.schemas.base import Input, JsonObject, View
from functions.api.schemas.generations import SPEC_EXAMPLE
from functions.api.schemas.library import PROJECT_ID
from medley.limits import OUTPUT_DAYS, OUTPUT_DAYS_MAX
from medley.ports.history import Kept


class SettingsView(View):
    """A spec to quote, preview or order in a project, which may be deleted by now: then use it in another."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"project_id": PROJECT_ID, "app": "example_app", "spec": SPEC_EXAMPLE}]}
    )

    project_id: UUID
    app: str
    spec: JsonObject


class Keep(Input):
    model_config = ConfigDict(json_schema_extra={"examples": [{"days": 60}]})

    days: int = Field(strict=True, ge=OUTPUT_DAYS, le=OUTPUT_DAYS_MAX, description="Since each was made.")


class RetentionView(View):
    """How long outputs are kept: `days` since each was made, so the made ones from `first_expires_at` to
    `last_expires_at`."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "days": 60,
                    "days_max": OUTPUT_DAYS_MAX,
                    "outputs_kept": 12,
                    "outputs_deleted": 0,
                    "first_expires_at": "2027-01-19T09:41:10Z",
                    "last_expires_at": "2027-01-19T09:42:40Z",
                }
            ]
        }
    )

    days: int | None = Field(description="Null where there is nothing to keep: not planned yet, or all deleted.")
    days_max: int = Field(description="As long as they can be kept.")
    outputs_kept: int = Field(description="Made ones.")
    outputs_deleted: int
    first_expires_at: datetime | None
    last_expires_at: datetime | None

    @classmethod
    def of(cls, kept: Kept) -> "RetentionView":
        return cls(
            days=kept.days,
            days_max=OUTPUT_DAYS_MAX,
            outputs_kept=kept.made,
            outputs_deleted=kept.removed,
            first_expires_at=kept.first,
            last_expires_at=kept.last,
        )
