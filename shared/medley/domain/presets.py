"""Presets: settings of an app that somebody gave a name, to be used again. Plain values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Preset:
    """A spec by name; names are unique for each user and app."""

    id: UUID
    user_id: UUID
    app: str
    name: str
    spec: Mapping[str, Any]
    created_at: datetime
    changed_at: datetime
