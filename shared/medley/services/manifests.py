"""What the videos of a generation are made of, and how unlike each other they are: read from the database alone."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from medley.apps.registry import STORED, App, Registry
from medley.domain import manifests
from medley.domain.generations import Generation, Output, OutputState
from medley.domain.reports import Distinctness, Timeline
from medley.limits import OUTPUTS_PER_GENERATION
from medley.ports.database import UnitOfWork
from medley.services import generations
from medley.services.downloads import file_name
from medley.services.stages import app_of

_WANTED = (OutputState.PLANNED, OutputState.MADE)


def manifest(
    uow: UnitOfWork,
    registry: Registry,
    user_id: UUID,
    generation_id: UUID,
    *,
    after: int = 0,
    limit: int = OUTPUTS_PER_GENERATION,
) -> dict[str, Any]:
    """The manifest of a generation, as `domain.manifests.manifest` describes it: of `limit` outputs after number
    `after`, with the prints of their segments.

    Raises:
        NotFound: code `unknown_generation`.
        Broken: code `app_missing`.
    """
    generation = generations.read(uow, user_id, generation_id)
    outputs = uow.generations.outputs(generation_id, after=after, limit=limit)
    timelines = _timelines(app_of(registry, generation), generation, outputs)
    used = {use.digest for timeline in timelines for use in timeline.segments}
    prints = uow.tasks.prints(generation_id)
    told = manifests.manifest(
        uow.generations.origin(generation_id),
        [_video(output, timeline) for output, timeline in zip(outputs, timelines, strict=True)],
        {digest: hashes for digest, hashes in prints.items() if digest in used},
        seed=generation.seed,
        spec=generation.spec,
    )
    about = {"generation": str(generation.id), "app": generation.app, "app_version": generation.app_version}
    return {**about, **told}


def distinctness(uow: UnitOfWork, registry: Registry, user_id: UUID, generation_id: UUID) -> Distinctness:
    """How unlike each other a generation's videos are, made or still to be made.

    Raises:
        NotFound: code `unknown_generation`.
        Broken: code `app_missing`.
    """
    generation = generations.read(uow, user_id, generation_id)
    app = app_of(registry, generation)
    outputs = uow.generations.outputs(generation_id, after=0, limit=OUTPUTS_PER_GENERATION)
    wanted = [output for output in outputs if output.state in _WANTED]
    numbers = (output.n for output in wanted)
    videos = dict(zip(numbers, _timelines(app, generation, wanted), strict=True))
    return app.distinctness(videos, uow.tasks.prints(generation_id))


def _timelines(app: App, generation: Generation, outputs: Sequence[Output]) -> list[Timeline]:
    spec = app.spec.model_validate(generation.spec, context=STORED)
    return [app.timeline(spec, output.recipe) for output in outputs]


def _video(output: Output, timeline: Timeline) -> manifests.Video:
    return manifests.Video(
        n=output.n,
        title=output.title,
        frames=output.frames,
        state=output.state.value,
        timeline=timeline,
        file=file_name(output) if output.state is OutputState.MADE else None,
        size_bytes=output.size_bytes,
        samples=output.samples,
        sha256=output.sha256,
        code=output.code,
        message=output.message,
    )
