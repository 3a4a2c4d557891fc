"""The video mixer: many different videos of a handful of clips, by order and by choice."""

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from medley.apps.registry import Library
from medley.apps.video_mixer import estimate, tasks
from medley.apps.video_mixer.manifest import MANIFEST
from medley.apps.video_mixer.notes import notes
from medley.apps.video_mixer.planning import capacity
from medley.apps.video_mixer.planning.planner import PLANNER_VERSION, Numbering
from medley.apps.video_mixer.planning.selection import Selection, select
from medley.apps.video_mixer.pricing import price_lines
from medley.apps.video_mixer.reports import distinctness, recipes
from medley.apps.video_mixer.segmentation import Segmenter
from medley.apps.video_mixer.soundtrack import find_asset, mixdown
from medley.apps.video_mixer.spec import MixSpec
from medley.apps.video_mixer.timeline import TimelineBuilder
from medley.apps.video_mixer.titles import title
from medley.contracts.assets import AssetSource
from medley.contracts.engine import ENGINE_VERSION, Watermark
from medley.domain.generations import Plan
from medley.domain.quotes import PriceLine, Quote
from medley.domain.reports import Distinctness, Timeline


@contextmanager
def _without_collector() -> Iterator[None]:
    """Plans make no cycles, but so many objects that looking for cycles among them took a fifth of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


class VideoMixer:
    """Keeps the promises of `medley.apps.registry.App` and `Reports`."""

    manifest = MANIFEST
    spec = MixSpec

    def price(self, spec: Any) -> Sequence[PriceLine]:
        """See `App.price`."""
        return price_lines(spec)

    def quote(self, spec: Any, library: Library) -> Quote:
        """See `App.quote`. A count above the capacity is quoted too, with a note; only `plan` refuses it.

        Raises:
            InvalidInput: the codes of `selection.select`, `TimelineBuilder.check`, `soundtrack.find_asset`.
        """
        mix: MixSpec = spec
        selection, builder = _prepare(mix, library)
        found = capacity.measure(mix, library, selection, _weigh)
        told = list(notes(mix, library, selection, builder))
        if mix.skip + mix.count > found.possible:
            told.append(f"Only {found.possible} different videos are possible: {found.text}.")
        encoding = estimate.encoding(mix, selection, builder)
        return Quote(
            count=mix.count,
            needed=mix.skip + mix.count,
            capacity=found.possible,
            binding=found.text,
            constraint=found.constraint,
            lines=price_lines(mix),
            work=encoding.frames,
            size=mix.count * (mix.total_frames or builder.average),
            pieces=mix.count * builder.segments,
            work_ms=encoding.ms,
            effects=tuple(estimate.effects(mix, library, found.possible, encoding.ms)),
            notes=tuple(told),
        )

    @_without_collector()
    def plan(self, spec: Any, library: Library, seed: int) -> Plan:
        """See `App.plan`. `seed` is what counts, also where the spec names one.

        Raises:
            InvalidInput: the codes of `quote`, `too_many_outputs`, `too_much_encoding`.
        """
        mix: MixSpec = spec
        selection, builder = _prepare(mix, library)
        capacity.require(mix, library, selection, _weigh)
        numbering = Numbering(
            selection.arrangements(builder.weights),
            seed,
            vary_opening=mix.vary_opening,
            choose=mix.choose,
            footage=builder.variants,
        )
        last = mix.skip + mix.count
        numbers = range(mix.skip + 1, last + 1)
        videos = [builder.timeline(numbering[number - 1], number, last) for number in numbers]
        images = _images(mix, library)
        segmenter = Segmenter(mix, videos, _watermark(mix, images))
        needs, price = tasks.Needs(), sum(line.credits for line in price_lines(mix))
        outputs = []
        for n, (number, timeline) in enumerate(zip(numbers, videos, strict=True), start=1):
            name = title(mix.title, number=number, count=last, opening=timeline[0].clip.name)
            outputs.append(tasks.planned_output(n, name, timeline, segmenter, price=price, needs=needs))
        graph = tasks.Graph(mix, outputs, needs, images, mixdown(mix, library))
        return Plan(PLANNER_VERSION, seed, tuple(outputs), graph.tasks(), engine_version=ENGINE_VERSION)

    def timeline(self, spec: Any, recipe: Mapping[str, Any]) -> Timeline:
        """See `Reports.timeline`."""
        return recipes.timeline(spec, recipe)

    def distinctness(self, videos: Mapping[int, Timeline], details: Sequence[Mapping[str, Any]]) -> Distinctness:
        """See `Reports.distinctness`."""
        return distinctness.distinctness(videos, self.prints(details))

    def prints(self, details: Sequence[Mapping[str, Any]]) -> Mapping[str, Sequence[str]]:
        """See `Reports.prints`."""
        return recipes.prints(details)


def _prepare(spec: MixSpec, library: Library) -> tuple[Selection, TimelineBuilder]:
    selection = select(spec, library)
    builder = TimelineBuilder(spec, selection)
    builder.check()
    mixdown(spec, library)
    _images(spec, library)
    return selection, builder


def _weigh(spec: MixSpec, selection: Selection) -> Mapping[int, int]:
    return TimelineBuilder(spec, selection).weights


def _images(spec: MixSpec, library: Library) -> list[AssetSource]:
    return [] if spec.watermark is None else [find_asset(library, spec.watermark.asset, "image", "watermark")]


def _watermark(spec: MixSpec, images: Sequence[AssetSource]) -> Watermark | None:
    if spec.watermark is None:
        return None
    chosen = spec.watermark
    return Watermark(
        image_sha256=images[0].facts.sha256,
        anchor=chosen.anchor,
        width_percent=chosen.width_percent,
        opacity_percent=chosen.opacity_percent,
    )


APP = VideoMixer()
