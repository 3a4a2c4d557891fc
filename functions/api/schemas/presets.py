"""Bodies of presets."""

from datetime import datetime
from uuid import UUID

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from functions.api.schemas.base import Input, JsonObject, Name, Text, View
from functions.api.schemas.generations import SPEC_EXAMPLE
from medley.domain.presets import Preset
from medley.limits import NAME_CHARACTERS

PRESET_EXAMPLE: JsonDict = {
    "id": "01890f3e-7c2a-7d3e-9b1a-2f6d6c1e0e07",
    "app": "example_app",
    "name": "Vertical, no sound",
    "spec": SPEC_EXAMPLE,
    "created_at": "2026-11-20T09:40:00Z",
    "changed_at": "2026-11-20T09:40:00Z",
}


class PresetChange(Input):
    """A name, and the settings that go by it: of a spec, those that are given, `preset_bytes` of `GET /v1/limits` at
    most as JSON."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Vertical, no sound", "spec": SPEC_EXAMPLE}]})

    name: Name = Field(description="One line.")
    spec: JsonObject


class NewPreset(PresetChange):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"app": "example_app", "name": "Vertical, no sound", "spec": SPEC_EXAMPLE}]}
    )

    app: Text = Field(min_length=1, max_length=NAME_CHARACTERS, description="Id of an app, see `GET /v1/apps`.")


class PresetView(View):
    """Settings of an app by name; use them as the `spec` of a quote or an order."""

    model_config = ConfigDict(json_schema_extra={"examples": [PRESET_EXAMPLE]})

    id: UUID
    app: str
    name: str = Field(description="Unique for each app.")
    spec: JsonObject
    created_at: datetime
    changed_at: datetime

    @classmethod
    def of(cls, preset: Preset) -> "PresetView":
        return cls(
            id=preset.id,
            app=preset.app,
            name=preset.name,
            spec=dict(preset.spec),
            created_at=preset.created_at,
            changed_at=preset.changed_at,
        )
