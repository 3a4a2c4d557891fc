"""Videos that an older planner chose for a seed: more of such an order leaves them out.

What they were made of lies in their plans' objects; of the oldest, in their rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from medley.apps.registry import STORED, App, Continues
from medley.contracts import plans
from medley.contracts.media import READING
from medley.domain.generations import Generation
from medley.domain.wording import CORE
from medley.errors import Conflict
from medley.ports.cloud import ObjectStore
from medley.ports.database import Transaction
from medley.services import stored_plans

Recipe = Mapping[str, Any]


def stored_spec(app: App, ordered: Generation) -> Any:
    """What was asked for, read as it was stored."""
    return app.spec.model_validate(ordered.spec, context=STORED, extra=READING, strict=False)


def skipped_by(app: App, spec: Any) -> int:
    """How many outputs of its seed a spec skips."""
    return app.skipped(spec) if isinstance(app, Continues) else 0


@dataclass(frozen=True)
class EarlierVideos:
    """Reads them from the database and the bucket."""

    transaction: Transaction
    store: ObjectStore

    def recipes(self, project_id: UUID, app: App, seed: int, skipped: int) -> Sequence[Recipe]:
        """Recipes of the first `skipped` outputs of a seed, as far as an older planner chose them.

        Raises:
            Conflict: code `plan_expired`; they are not kept any more.
            StorageUnavailable: the bucket does not answer.
        """
        if not skipped:
            return ()
        manifest = app.manifest
        with self.transaction() as uow:
            older = uow.generations.planned_before(project_id, manifest.id, seed, manifest.planner_version)
            before = {each.id: skipped_by(app, stored_spec(app, each)) for each in older}
            older = [each for each in older if before[each.id] < skipped]
            stored = {each.id: uow.generations.stored_recipes(each.id) for each in older if each.plan is None}
        kept = {each.plan: self._kept(each.user_id, each.plan) for each in older if each.plan is not None}
        found: list[Recipe] = []
        for each in older:
            recipes = kept[each.plan] if each.plan else stored[each.id]
            if not recipes:
                raise Conflict(CORE.say("recipes_expired"), code="plan_expired")
            last = skipped - before[each.id]
            found += [recipe for n, recipe in sorted(recipes.items()) if n <= last]
        return found

    def _kept(self, owner_id: UUID, digest: str) -> Mapping[int, Recipe]:
        """Recipes of the plan with that digest, by output; none if it is not kept any more."""
        content = stored_plans.read(self.store, owner_id, digest)
        return {} if content is None else plans.read_recipes(content)
