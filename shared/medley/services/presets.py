"""Presets: settings of an app that somebody gave a name, to be used again. The caller commits."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from medley.apps.registry import Registry
from medley.domain.names import name_of
from medley.domain.presets import Preset
from medley.errors import Conflict, NotFound, TooLarge
from medley.limits import PAGE_BYTES, PRESET_BYTES, PRESETS_PER_USER
from medley.ports.database import UnitOfWork
from medley.ports.identity import Ids
from medley.services.ordering import parse_spec


def create(
    uow: UnitOfWork, registry: Registry, ids: Ids, user_id: UUID, *, app: str, name: str, spec: Mapping[str, Any]
) -> Preset:
    """Keep a spec under a name.

    Raises:
        InvalidInput: codes `unknown_app`, `invalid_spec`, `invalid_name`.
        AppUnavailable: the app cannot be used at the moment.
        Conflict: codes `too_many_presets`, `preset_name_taken`.
        TooLarge: code `preset_too_large`.
    """
    name, read = _checked(registry, app, name, spec)
    uow.library.lock_owner(user_id)
    if uow.presets.count(user_id) >= PRESETS_PER_USER:
        raise Conflict("Delete a preset first.", code="too_many_presets", limit=PRESETS_PER_USER)
    preset = uow.presets.add(ids.new(), user_id, app, name, read)
    if preset is None:
        raise name_taken()
    return preset


def read(uow: UnitOfWork, user_id: UUID, preset_id: UUID) -> Preset:
    """Raises: NotFound (`unknown_preset`), also for somebody else's."""
    preset = uow.presets.get(user_id, preset_id)
    if preset is None:
        raise NotFound("There is no such preset.", code="unknown_preset")
    return preset


def of_user(
    uow: UnitOfWork, user_id: UUID, *, app: str | None, after: UUID | None, limit: int
) -> tuple[Sequence[Preset], bool]:
    """A page of a user's, or of those for one app, in the order they were made; and whether there are more. Large ones
    end it early, so that it can always be answered."""
    return uow.presets.of_user(user_id, app=app, after=after, limit=limit, most_bytes=PAGE_BYTES)


def change(
    uow: UnitOfWork, registry: Registry, user_id: UUID, preset_id: UUID, *, name: str, spec: Mapping[str, Any]
) -> Preset:
    """Give a preset a name and a spec.

    Raises:
        NotFound: code `unknown_preset`.
        InvalidInput: codes `invalid_spec`, `invalid_name`.
        AppUnavailable: the app cannot be used at the moment.
        Conflict: code `preset_name_taken`.
        TooLarge: code `preset_too_large`.
    """
    name, checked = _checked(registry, read(uow, user_id, preset_id).app, name, spec)
    uow.library.lock_owner(user_id)  # so nobody takes the name meanwhile
    changed = uow.presets.change(user_id, preset_id, name, checked)
    if changed is None:
        read(uow, user_id, preset_id)
        raise name_taken()
    return changed


def delete(uow: UnitOfWork, user_id: UUID, preset_id: UUID) -> None:
    """Raises: NotFound (`unknown_preset`)."""
    if not uow.presets.remove(user_id, preset_id):
        raise NotFound("There is no such preset.", code="unknown_preset")


def name_taken() -> Conflict:
    """What is answered where a name is used already."""
    return Conflict("There is a preset of this name for this app already.", code="preset_name_taken")


def too_large(size: int) -> TooLarge:
    """What is answered where the settings come to too many bytes."""
    return TooLarge(
        f"The settings of a preset have at most {PRESET_BYTES} bytes as JSON.",
        code="preset_too_large",
        limit=PRESET_BYTES,
        size=size,
    )


def _checked(registry: Registry, app: str, name: str, spec: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """Name and spec as they are stored: of the spec, what was given."""
    size = len(json.dumps(spec, ensure_ascii=False, separators=(",", ":")).encode())
    if size > PRESET_BYTES:
        raise too_large(size)
    parse_spec(registry.get(app), spec)
    return name_of(name, "preset"), spec
