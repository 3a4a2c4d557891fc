"""The video mixer: many different videos of a handful of clips, by order and by choice."""

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import combinations
from typing import Any

from medley import limits
from medley.apps.registry import Library, Order
from medley.apps.video_mixer import estimate, stages
from medley.apps.video_mixer.continuation import chosen, videos_of
from medley.apps.video_mixer.fitting import Fitted, fit
from medley.apps.video_mixer.manifest import MANIFEST
from medley.apps.video_mixer.notes import notes
from medley.apps.video_mixer.planning import capacity
from medley.apps.video_mixer.planning.arrangements import Arrangements
from medley.apps.video_mixer.planning.planner import Numbering
from medley.apps.video_mixer.pricing import price_lines
from medley.apps.video_mixer.reel import Reel
from medley.apps.video_mixer.reports import distinctness, recipes
from medley.apps.video_mixer.soundtrack import find_asset, mixdown
from medley.apps.video_mixer.spec import MixSpec
from medley.apps.video_mixer.titles import title
from medley.contracts.assets import AssetSource
from medley.contracts.commands import Command
from medley.contracts.media import Watermark
from medley.domain.generations import Plan, PlannedOutput, PlannedTask, Quote
from medley.domain.pairs import PairTable, pair_tables
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
    """Keeps the promises of `medley.apps.registry.App`."""

    manifest = MANIFEST
    spec = MixSpec

    def quote(self, spec: Any, library: Library) -> Quote:
        """See `App.quote`. A count above the capacity is quoted too, with a note; only `plan` refuses it.

        Raises:
            InvalidInput: the codes of `fitting.fit`, `Editor.check`, `soundtrack.find_asset`.
        """
        mix: MixSpec = spec
        fitted = _prepare(mix, library)
        selection, editor = fitted.selection, fitted.editor
        found = capacity.measure(mix, library, selection.summary, fitted.capacity, _arrange)
        lines = price_lines(mix)
        told = [*notes(mix, library, selection, editor), *fitted.notes]
        if mix.skip + mix.count > found.possible:
            told.append(f"Only {found.possible} different videos are possible: {found.text}.")
        encoding = estimate.encoding(mix, selection, editor)
        return Quote(
            count=mix.count,
            capacity=found.possible,
            binding=found.text,
            unit_price=sum(line.credits for line in lines),
            lines=lines,
            encode_frames=encoding.frames,
            output_frames=mix.count * (mix.total_frames or editor.average),
            encode_ms=encoding.ms,
            effects=tuple(estimate.effects(mix, library, found.possible, encoding.ms)),
            notes=tuple(told),
            pairs=_pairs(mix, fitted),
        )

    @_without_collector()
    def plan(self, spec: Any, library: Library, seed: int, earlier: Sequence[Mapping[str, Any]] = ()) -> Plan:
        """See `App.plan`. `seed` is what counts, also where the spec names one.

        Raises:
            InvalidInput: the codes of `quote`, `too_many_outputs`.
        """
        mix: MixSpec = spec
        fitted = _prepare(mix, library)
        editor = fitted.editor
        left_out = videos_of(fitted, earlier)
        least = mix.model_copy(update={"skip": max(mix.skip, len(left_out))})
        capacity.require(least, library, fitted.selection.summary, fitted.capacity, _arrange)
        picked = chosen(_numbering(mix, fitted, seed), mix.skip, mix.count, left_out)
        last = mix.skip + mix.count
        numbers = range(mix.skip + 1, last + 1)
        videos = [editor.takes(video, number, last) for number, video in zip(numbers, picked, strict=True)]
        images = _images(mix, library)
        reel = Reel(mix, videos, _watermark(mix, images))
        work = stages.Work()
        outputs = []
        for n, (number, takes) in enumerate(zip(numbers, videos, strict=True), start=1):
            name = title(mix.title, number=number, count=last, opening=takes[0].clip.name)
            outputs.append(stages.planned_output(n, name, takes, reel, work))
        joined = stages.assemble_tasks(outputs, mix, mixdown(mix, library))
        return Plan(
            self.manifest.planner_version, seed, tuple(outputs), (*stages.render_tasks(work, mix, images), *joined)
        )

    def command(self, order: Order, spec: Any, task: PlannedTask, outputs: Sequence[PlannedOutput]) -> Command:
        """See `App.command`."""
        return stages.command(order, self.manifest.id, spec, task, outputs)

    def timeline(self, spec: Any, recipe: Mapping[str, Any]) -> Timeline:
        """See `App.timeline`."""
        return recipes.timeline(spec, recipe)

    def distinctness(self, videos: Mapping[int, Timeline], prints: Mapping[str, Sequence[str]]) -> Distinctness:
        """See `App.distinctness`."""
        return distinctness.distinctness(videos, prints)


def _prepare(spec: MixSpec, library: Library) -> Fitted:
    fitted = fit(spec, library)
    fitted.editor.check()
    mixdown(spec, library)
    _images(spec, library)
    return fitted


def _numbering(spec: MixSpec, fitted: Fitted, seed: int) -> Numbering:
    return Numbering(
        fitted.arrangements,
        seed,
        vary_opening=spec.vary_opening,
        choose=spec.choose,
        footage=fitted.editor.variants,
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
