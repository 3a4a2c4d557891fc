"""Repository of presets."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

from medley.domain.presets import Preset


class Presets(Protocol):
    def add(self, preset_id: UUID, user_id: UUID, app: str, name: str, spec: Mapping[str, Any]) -> Preset | None:
        """Store it; None if the user has one of that name for the app."""
        ...

    def change(self, user_id: UUID, preset_id: UUID, name: str, spec: Mapping[str, Any]) -> Preset | None:
        """Replace name and spec of a preset that is there; None if another has the name."""
        ...

    def get(self, user_id: UUID, preset_id: UUID) -> Preset | None:
        """The preset, if it is this user's."""
        ...

    def of_user(
        self, user_id: UUID, *, app: str | None, after: UUID | None, limit: int, most_bytes: int
    ) -> tuple[Sequence[Preset], bool]:
        """A page of a user's presets, or of those for one app, by id: up to `limit`, fewer where their specs come to
        `most_bytes` as JSON, but one at least. And whether there are more."""
        ...

    def count(self, user_id: UUID) -> int: ...

    def remove(self, user_id: UUID, preset_id: UUID) -> bool:
        """False if there is none of this user's."""
        ...
