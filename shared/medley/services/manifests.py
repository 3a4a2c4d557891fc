"""Manifests: what the outputs of a generation are made of, and how unlike each other they are.

What they are made of lies in the plan's object, so it is read with no transaction open.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from medley.apps.registry import STORED, App, Registry, Reports
from medley.contracts import plans
from medley.contracts.media import READING
from medley.domain import manifests
from medley.domain.generations import MAIN, Generation, Output, OutputState
from medley.domain.reports import Distinctness, Origin, Timeline
from medley.errors import NotFound
from medley.limits import OUTPUTS_PER_GENERATION
from medley.ports.cloud import ObjectStore
from medley.ports.database import Transaction
from medley.services import generations, stored_plans
from medley.services.downloads import file_name

_WANTED = (OutputState.PLANNED, OutputState.MADE)
Recipes = Mapping[int, Mapping[str, Any]]


@dataclass(frozen=True)
class Reporter:
    """The collaborators of reports. `transaction` opens a unit of work for one user."""

    transaction: Transaction
    registry: Registry
    store: ObjectStore

    def manifest(
        self,
        user_id: UUID,
        generation_id: UUID,
        *,
        after: int = 0,
        limit: int = OUTPUTS_PER_GENERATION,
        among: Collection[int] | None = None,
    ) -> dict[str, Any]:
        """The manifest of a generation, as `domain.manifests.manifest` describes it: of `limit` outputs after number
        `after`, or of those `among` them alone, with the prints of their segments. An app without reports has outputs
        without timelines.

        Raises:
            NotFound: code `unknown_generation`.
            Conflict: code `not_planned` or `plan_expired`.
            AppUnavailable: the app cannot be used at the moment.
        """
        read = self._read(user_id, generation_id, after=after, limit=limit)
        if among is not None:
            read = replace(read, outputs=[output for output in read.outputs if output.n in among])
        app = self.registry.get(read.generation.app)
        timelines: Sequence[Timeline | None] = [None] * len(read.outputs)
        prints: Mapping[str, Sequence[str]] = {}
        if isinstance(app, Reports):
            found = _timelines(app, app, read, read.outputs)
            used = {use.digest for timeline in found for use in timeline.segments}
            prints = {digest: hashes for digest, hashes in app.prints(read.details).items() if digest in used}
            timelines = found
        told = manifests.manifest(
            read.origin,
            [_video(output, timeline) for output, timeline in zip(read.outputs, timelines, strict=True)],
            prints,
            seed=read.generation.seed,
            spec=read.generation.spec,
        )
        about = {
            "generation_id": str(read.generation.id),
            "app": read.generation.app,
            "app_version": read.generation.app_version,
        }
        return {**about, **told}

    def distinctness(self, user_id: UUID, generation_id: UUID) -> Distinctness:
        """How unlike each other a generation's videos are, made or still to be made.

        Raises:
            NotFound: codes `unknown_generation`, `no_such_report` (the app has none).
            Conflict: code `not_planned` or `plan_expired`.
            AppUnavailable: the app cannot be used at the moment.
        """
        read = self._read(user_id, generation_id, after=0, limit=OUTPUTS_PER_GENERATION)
        app = self.registry.get(read.generation.app)
        if not isinstance(app, Reports):
            raise NotFound(f"{app.manifest.name} has no such report.", code="no_such_report", app=app.manifest.name)
        wanted = [output for output in read.outputs if output.state in _WANTED]
        numbers = (output.n for output in wanted)
        videos = dict(zip(numbers, _timelines(app, app, read, wanted), strict=True))
        return app.distinctness(videos, read.details)

    def _read(self, user_id: UUID, generation_id: UUID, *, after: int, limit: int) -> "_Read":
        with self.transaction() as uow:
            generation = generations.read(uow, user_id, generation_id)
            outputs = uow.generations.outputs(generation_id, after=after, limit=limit)
            origin = uow.history.origin(generation_id)
            details = uow.tasks.details(generation_id)
            recipes = {} if generation.plan else uow.generations.stored_recipes(generation_id)
        if generation.planned_at is None:
            raise generations.not_planned(generation)
        if generation.plan is not None:
            recipes = self._recipes(user_id, generation.plan)
        if not all(output.n in recipes for output in outputs):  # those of the oldest release are in rows, for a while
            raise generations.plan_expired()
        return _Read(generation, outputs, origin, details, recipes)

    def _recipes(self, user_id: UUID, digest: str) -> Recipes:
        """Recipes of the plan with that digest, by output. Raises: Conflict (code `plan_expired`)."""
        content = stored_plans.read(self.store, user_id, digest)
        if content is None:
            raise generations.plan_expired()
        return plans.read_recipes(content)


@dataclass(frozen=True)
class _Read:
    generation: Generation
    outputs: Sequence[Output]
    origin: Origin
    details: Sequence[Mapping[str, Any]]
    recipes: Recipes


def _timelines(app: App, reports: Reports, read: _Read, outputs: Sequence[Output]) -> list[Timeline]:
    spec = app.spec.model_validate(read.generation.spec, context=STORED, extra=READING, strict=False)
    return [reports.timeline(spec, read.recipes[output.n]) for output in outputs]


def _video(output: Output, timeline: Timeline | None) -> manifests.Video:
    main = output.part(MAIN)
    return manifests.Video(
        n=output.n,
        title=output.title,
        frames=output.work,
        state=output.state.value,
        timeline=timeline,
        file=file_name(output) if main else None,
        size_bytes=main.size_bytes if main else None,
        samples=main.facts.get("samples") if main else None,
        sha256=main.sha256 if main else None,
        code=output.code,
        message=output.message,
    )
