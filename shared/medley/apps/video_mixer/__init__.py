"""The video mixer: many different videos of a handful of clips, by order and by choice."""

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from medley import limits
from medley.apps.registry import Library
from medley.apps.video_mixer import drafts, estimate, tasks
from medley.apps.video_mixer.continuation import chosen, videos_of
from medley.apps.video_mixer.fitting import Fits, Fitted, fit
from medley.apps.video_mixer.manifest import MANIFEST
from medley.apps.video_mixer.naming import named
from medley.apps.video_mixer.notes import notes
from medley.apps.video_mixer.planning import capacity
from medley.apps.video_mixer.planning.blocks import BlocksInOrder
from medley.apps.video_mixer.planning.planner import PLANNER_VERSION, Numbering
from medley.apps.video_mixer.pricing import price_lines
from medley.apps.video_mixer.reports import distinctness, recipes
from medley.apps.video_mixer.segmentation import Segmenter
from medley.apps.video_mixer.soundtrack import find_asset, mixdown
from medley.apps.video_mixer.spec import MixSpec
from medley.apps.video_mixer.timeline import TimelineClip, length
from medley.apps.video_mixer.titles import title
from medley.apps.video_mixer.wording import SAID
from medley.contracts.assets import AssetSource
from medley.contracts.engine import ENGINE_VERSION, Watermark
from medley.domain.generations import Plan
from medley.domain.pairs import PairTable, pair_tables
from medley.domain.previews import PreviewedVideo, Screen
from medley.domain.quotes import PriceLine, Quote
from medley.domain.reports import Distinctness, Timeline
from medley.errors import InvalidInput

_CHOICE, _CHOICE_IN_GROUPS = 12, 40  # what choosing one more video costs, in clips that are looked at for it


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
    """Keeps the promises of `medley.apps.registry.App`, `Continues`, `Reports` and `Previews`."""

    manifest = MANIFEST
    spec = MixSpec
    sentences = SAID.templates

    def price(self, spec: Any) -> Sequence[PriceLine]:
        """See `App.price`."""
        return price_lines(spec)

    def quote(self, spec: Any, library: Library) -> Quote:
        """See `App.quote`. A count above the capacity is quoted too, with a note; only `plan` refuses it.

        Raises:
            InvalidInput: the codes of `fitting.fit`, `TimelineBuilder.check`, `soundtrack.find_asset`.
        """
        mix = named(spec, library)
        fitted = _prepare(mix, library)
        selection, builder = fitted.selection, fitted.builder
        fits = Fits(library)
        found = capacity.measure(mix, library, selection.summary, fitted.capacity, fits.arrange)
        told = [*notes(mix, library, selection, builder), *fitted.notes]
        if mix.skip + mix.count > found.possible:
            told.append(SAID.say("only_possible", possible=found.possible, binding=found.text))
            gives = capacity.would_give(mix, library, found.possible, fits.arrange)
            told += [gives] if gives else []
        if estimate.compared(mix, selection) is not mix:
            told.append(SAID.say("compared_without_sets"))
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
            effects=tuple(estimate.effects(mix, fits, fitted, found.possible, encoding.ms)),
            notes=tuple(told),
            pairs=_pairs(mix, fitted),
        )

    @_without_collector()
    def plan(self, spec: Any, library: Library, seed: int, earlier: Sequence[Mapping[str, Any]] = ()) -> Plan:
        """See `App.plan`. `seed` is what counts, also where the spec names one.

        Raises:
            InvalidInput: the codes of `quote`, `too_many_outputs`, `too_much_encoding`.
        """
        mix = named(spec, library)
        videos = _first(_Order.of(mix, library), seed, mix.count, earlier)
        return _plan(mix, library, seed, videos, price=sum(line.credits for line in price_lines(mix)))

    def screen(self, spec: Any, *, draft: bool = False) -> Screen:
        """See `Previews.screen`."""
        mix: MixSpec = drafts.spec(spec) if draft else spec
        return Screen(mix.canvas.width, mix.canvas.height, mix.canvas.fps.fraction)

    @_without_collector()
    def first(
        self, spec: Any, library: Library, seed: int, count: int, earlier: Sequence[Mapping[str, Any]] = ()
    ) -> Sequence[PreviewedVideo]:
        """See `Previews.first`.

        Raises:
            InvalidInput: the codes of `plan` but the last; `preview_too_far`.
        """
        mix = named(spec, library)
        order = _Order.of(mix, library)
        order.require_near()
        return [
            PreviewedVideo(
                video.n,
                video.title,
                length(video.timeline, mix.overlap),
                recipes.planned(mix, [tasks.shown(placed) for placed in video.timeline], tasks.passing(mix)),
            )
            for video in _first(order, seed, min(count, mix.count), earlier)
        ]

    @_without_collector()
    def draft(self, spec: Any, library: Library, seed: int, earlier: Sequence[Mapping[str, Any]] = ()) -> Plan:
        """See `Previews.draft`."""
        mix = named(spec, library)
        first = _first(_Order.of(mix, library), seed, 1, earlier)
        videos = [replace(video, timeline=drafts.stamped(video.timeline)) for video in first]
        return _plan(drafts.spec(mix), library, seed, videos, price=0)

    def skipped(self, spec: Any) -> int:
        """See `Continues.skipped`."""
        mix: MixSpec = spec
        return mix.skip

    def skipping(self, spec: Any, skipped: int) -> Any:
        """See `Continues.skipping`."""
        mix: MixSpec = spec
        return mix.model_copy(update={"skip": skipped})

    def timeline(self, spec: Any, recipe: Mapping[str, Any]) -> Timeline:
        """See `Reports.timeline`."""
        return recipes.timeline(spec, recipe)

    def distinctness(self, videos: Mapping[int, Timeline], details: Sequence[Mapping[str, Any]]) -> Distinctness:
        """See `Reports.distinctness`."""
        return distinctness.distinctness(videos, self.prints(details))

    def prints(self, details: Sequence[Mapping[str, Any]]) -> Mapping[str, Sequence[str]]:
        """See `Reports.prints`."""
        return recipes.prints(details)


@dataclass(frozen=True)
class _Video:
    """A chosen one: its number among those of the order, from 1."""

    n: int
    title: str
    timeline: Sequence[TimelineClip]


@dataclass(frozen=True)
class _Order:
    """What is asked of what there is."""

    mix: MixSpec
    library: Library
    fitted: Fitted

    @classmethod
    def of(cls, mix: MixSpec, library: Library) -> "_Order":
        return cls(mix, library, _prepare(mix, library))

    def require_near(self) -> None:
        """Raises: InvalidInput (code `preview_too_far`); too many videos are chosen before the first that is seen."""
        each = self.fitted.selection.length + (_CHOICE_IN_GROUPS if self.mix.mode == "groups" else _CHOICE)
        most = limits.PREVIEW_CHOICES // each
        if self.mix.choose == "spread" and self.mix.skip > most:
            raise InvalidInput(SAID.say("preview_too_far", limit=most, skipped=self.mix.skip), field="skip")


def _first(order: _Order, seed: int, wanted: int, earlier: Sequence[Mapping[str, Any]]) -> list[_Video]:
    """The first videos of an order that can be placed, as many as are wanted: a number never depends on the count."""
    mix, library, fitted = order.mix, order.library, order.fitted
    builder, left_out = fitted.builder, videos_of(fitted, earlier)
    least = mix.model_copy(update={"skip": max(mix.skip, len(left_out))})
    capacity.require(least, library, fitted.selection.summary, fitted.capacity, Fits(library).arrange)
    last = mix.skip + mix.count  # of the whole order: titles and captions may say it
    found = []
    for n, video in enumerate(chosen(_numbering(mix, fitted, seed), mix.skip, wanted, left_out), start=1):
        timeline = builder.timeline(video, mix.skip + n, last)
        name = title(mix.title, number=mix.skip + n, count=last, opening=timeline[0].clip.name)
        found.append(_Video(n, name, timeline))
    return found


def _plan(mix: MixSpec, library: Library, seed: int, videos: Sequence[_Video], *, price: int) -> Plan:
    images = _images(mix, library)
    segmenter = Segmenter(mix, (video.timeline for video in videos), _watermark(mix, images))
    needs = tasks.Needs()
    outputs = [
        tasks.planned_output(video.n, video.title, video.timeline, segmenter, price=price, needs=needs)
        for video in videos
    ]
    graph = tasks.Graph(mix, outputs, needs, images, mixdown(mix, library), segmenter.encoding)
    return Plan(PLANNER_VERSION, seed, tuple(outputs), graph.tasks(), engine_version=ENGINE_VERSION)


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
    several = any(pool.picked > 1 for pool in selection.pools)
    quick = len(sizes) <= limits.PAIRED_GROUPS and isinstance(fitted.arrangements, BlocksInOrder)
    quick = quick and not (several and fitted.arrangements.apart)
    if spec.mode != "groups" or not 0 < cells <= limits.PAIR_CELLS or wanted > limits.PAIRED_VIDEOS or not quick:
        return ()
    numbering = _numbering(spec, fitted, spec.seed or 0)
    videos = [numbering[number] for number in range(spec.skip, min(wanted, fitted.capacity))]
    groups = [selection.groups_of(video) for video in videos]
    clips = [[selection.clips[pick.clip].clip_id for pick in video] for video in videos]
    return pair_tables([list(zip(*shown, strict=True)) for shown in zip(groups, clips, strict=True)])


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
