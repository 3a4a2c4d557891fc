"""Settings of an earlier order, to be quoted, previewed and ordered like any: the same ones again, or more of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from medley.apps.registry import Continues, Registry
from medley.errors import NotFound
from medley.ports.database import UnitOfWork
from medley.services import generations
from medley.services.earlier import stored_spec


@dataclass(frozen=True)
class Settings:
    """A spec to order in a project."""

    project_id: UUID
    app: str
    spec: Mapping[str, Any]


def same(uow: UnitOfWork, registry: Registry, user_id: UUID, generation_id: UUID) -> Settings:
    """What a generation was ordered with, as its app reads it today; of no seed, so another choice is made.

    Raises:
        NotFound: code `unknown_generation`.
        AppUnavailable: the app cannot be used at the moment.
    """
    generation = generations.read(uow, user_id, generation_id)
    app = registry.get(generation.app)
    spec = stored_spec(app, generation)
    if isinstance(app, Continues):
        spec = app.skipping(spec, 0)
    return Settings(generation.project_id, generation.app, spec.model_dump(mode="json") | {"seed": None})


def more(uow: UnitOfWork, registry: Registry, user_id: UUID, generation_id: UUID, count: int) -> Settings:
    """So many more of a generation, none of which was ordered in its project before with its seed.

    Raises:
        NotFound: code `unknown_generation`; code `no_more`, its app cannot go on from an order.
        AppUnavailable: the app cannot be used at the moment.
    """
    generation = generations.read(uow, user_id, generation_id)
    app = registry.get(generation.app)
    if not isinstance(app, Continues):
        raise NotFound(f"{app.manifest.name} cannot go on from an order.", code="no_more", app=app.manifest.name)
    alike = uow.history.with_seed(generation.project_id, generation.app, generation.seed)
    last = max((app.skipped(stored_spec(app, each)) + each.outputs_total for each in alike), default=0)
    spec = app.skipping(stored_spec(app, generation), last).model_dump(mode="json")
    return Settings(generation.project_id, generation.app, spec | {"seed": generation.seed, "count": count})
