"""What the videos of a generation are made of, and how unlike each other they are: read from the database alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from medley.apps.registry import STORED, App, Registry
from medley.domain import manifests
from medley.domain.generations import Generation, Output, OutputState
from medley.domain.reports import Distinctness, Origin, Timeline
from medley.errors import Conflict
from medley.limits import OUTPUTS_PER_GENERATION, WORK_KEPT_S
from medley.ports.database import UnitOfWork
from medley.services import generations
from medley.services.downloads import file_name
from medley.services.stages import app_of

_WANTED = (OutputState.PLANNED, OutputState.MADE)


@dataclass(frozen=True)
class Reading:
    """What the database says of a generation. It is read in a transaction, and made sense of when that is over: a
    report may take seconds."""

    app: App
    generation: Generation
    outputs: Sequence[Output]
    prints: Mapping[str, Sequence[str]]
    origin: Origin


def read(
    uow: UnitOfWork,
    registry: Registry,
    user_id: UUID,
    generation_id: UUID,
    *,
    after: int = 0,
    limit: int = OUTPUTS_PER_GENERATION,
) -> Reading:
    """What there is to report on: of `limit` outputs after number `after`.

    Raises:
        NotFound: code `unknown_generation`.
        Conflict: code `manifest_expired`; what its videos were made of is not kept any more.
        Broken: code `app_missing`.
    """
    generation = generations.read(uow, user_id, generation_id)
    outputs = uow.generations.outputs(generation_id, after=after, limit=limit)
    if not all(output.recipe for output in outputs):
        raise manifest_expired()
    prints, origin = uow.tasks.prints(generation_id), uow.generations.origin(generation_id)
    return Reading(app_of(registry, generation), generation, outputs, prints, origin)


def manifest_expired() -> Conflict:
    """What is answered about videos whose recipes are gone."""
    days = WORK_KEPT_S // 86_400
    return Conflict(
        f"What videos are made of is kept for {days} days, as they are.", code="manifest_expired", days=days
    )


def manifest(reading: Reading) -> dict[str, Any]:
    """The manifest of a generation, as `domain.manifests.manifest` describes it, with the prints of its segments."""
    generation = reading.generation
    timelines = _timelines(reading, reading.outputs)
    used = {use.digest for timeline in timelines for use in timeline.segments}
    told = manifests.manifest(
        reading.origin,
        [_video(output, timeline) for output, timeline in zip(reading.outputs, timelines, strict=True)],
        {digest: hashes for digest, hashes in reading.prints.items() if digest in used},
        seed=generation.seed,
        spec=generation.spec,
    )
    about = {"generation": str(generation.id), "app": generation.app, "app_version": generation.app_version}
    return {**about, **told}


def distinctness(reading: Reading) -> Distinctness:
    """How unlike each other a generation's videos are, made or still to be made: every pair is compared."""
    wanted = [output for output in reading.outputs if output.state in _WANTED]
    numbers = (output.n for output in wanted)
    videos = dict(zip(numbers, _timelines(reading, wanted), strict=True))
    return reading.app.distinctness(videos, reading.prints)


def _timelines(reading: Reading, outputs: Sequence[Output]) -> list[Timeline]:
    spec = reading.app.spec.model_validate(reading.generation.spec, context=STORED)
    return [reading.app.timeline(spec, output.recipe) for output in outputs]


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
