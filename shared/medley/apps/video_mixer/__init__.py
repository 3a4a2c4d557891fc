"""The video mixer: many different videos of a handful of clips, by order and by choice."""

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import combinations
from typing import Any

from medley import limits
from medley.apps.registry import Library
from medley.apps.video_mixer import estimate, tasks
from medley.apps.video_mixer.continuation import chosen, videos_of
from medley.apps.video_mixer.fitting import Fitted, fit
from medley.apps.video_mixer.manifest import MANIFEST
from medley.apps.video_mixer.notes import notes
from medley.apps.video_mixer.planning import capacity
from medley.apps.video_mixer.planning.arrangements import Arrangements
from medley.apps.video_mixer.planning.planner import PLANNER_VERSION, Numbering
from medley.apps.video_mixer.pricing import price_lines
from medley.apps.video_mixer.reports import distinctness, recipes
from medley.apps.video_mixer.segmentation import Segmenter
from medley.apps.video_mixer.soundtrack import find_asset, mixdown
from medley.apps.video_mixer.spec import MixSpec
from medley.apps.video_mixer.titles import title
from medley.contracts.assets import AssetSource
from medley.contracts.engine import ENGINE_VERSION, Watermark
from medley.domain.generations import Plan
from medley.domain.pairs import PairTable, pair_tables
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
            InvalidInput: the codes of `fitting.fit`, `TimelineBuilder.check`, `soundtrack.find_asset`.
        """
        mix: MixSpec = spec
        fitted = _prepare(mix, library)
        selection, builder = fitted.selection, fitted.builder
        found = capacity.measure(mix, library, selection.summary, fitted.capacity, _arrange)
        told = [*notes(mix, library, selection, builder), *fitted.notes]
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
            pairs=_pairs(mix, fitted),
        )

    @_without_collector()
    def plan(self, spec: Any, library: Library, seed: int, earlier: Sequence[Mapping[str, Any]] = ()) -> Plan:
        """See `App.plan`. `seed` is what counts, also where the spec names one.

        Raises:
            InvalidInput: the codes of `quote`, `too_many_outputs`, `too_much_encoding`.
        """
        mix: MixSpec = spec
        fitted = _prepare(mix, library)
        builder, left_out = fitted.builder, videos_of(fitted, earlier)
        least = mix.model_copy(update={"skip": max(mix.skip, len(left_out))})
        capacity.require(least, library, fitted.selection.summary, fitted.capacity, _arrange)
        picked = chosen(_numbering(mix, fitted, seed), mix.skip, mix.count, left_out)
        last = mix.skip + mix.count
        numbers = range(mix.skip + 1, last + 1)
        videos = [builder.timeline(video, number, last) for number, video in zip(numbers, picked, strict=True)]
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


def _prepare(spec: MixSpec, library: Library) -> Fitted:
    fitted = fit(spec, library)
    fitted.builder.check()
    mixdown(spec, library)
    _images(spec, library)
    return fitted


def _numbering(spec: MixSpec, fitted: Fitted, seed: int) -> Numbering:
    return Numbering(
        fitted.arrangements,
        seed,
        vary_opening=spec.vary_opening,
        choose=spec.choose,
        footage=fitted.builder.variants,
    )


def _pairs(spec: MixSpec, fitted: Fitted) -> tuple[PairTable, ...]:
    """How often clips of two groups would come together; nothing where that is not read or takes long to find out."""
    selection, wanted = fitted.selection, spec.skip + spec.count
    sizes = [len(pool.clips) for pool in selection.pools if len(pool.clips) > 1]
    cells = sum(one * other for one, other in combinations(sizes, 2))
    if spec.mode != "groups" or not 0 < cells <= limits.PAIR_CELLS or wanted > limits.PAIRED_VIDEOS:
        return ()
    numbering = _numbering(spec, fitted, spec.seed or 0)
    videos = [numbering[number] for number in range(spec.skip, min(wanted, fitted.capacity))]
    groups = [selection.groups_of(video) for video in videos]
    clips = [[selection.clips[pick.clip].clip_id for pick in video] for video in videos]
    return pair_tables([list(zip(*shown, strict=True)) for shown in zip(groups, clips, strict=True)])


def _arrange(spec: MixSpec, library: Library) -> Arrangements:
    return fit(spec, library).arrangements


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
