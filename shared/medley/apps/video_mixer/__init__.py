"""The video mixer: many different videos of a handful of clips, by order and by choice."""

from collections.abc import Sequence
from typing import Any

from medley import limits
from medley.apps.registry import Library, Order
from medley.apps.video_mixer import capacity, stages
from medley.apps.video_mixer.manifest import MANIFEST
from medley.apps.video_mixer.planner import PLANNER_VERSION, Numbering
from medley.apps.video_mixer.pricing import price_lines
from medley.apps.video_mixer.selection import Selection, select
from medley.apps.video_mixer.spec import MixSpec
from medley.apps.video_mixer.stages import Footage
from medley.apps.video_mixer.timeline import natural_pieces, too_long
from medley.apps.video_mixer.titles import title
from medley.contracts.commands import Command
from medley.domain.generations import Plan, PlannedOutput, PlannedTask, Quote
from medley.errors import InvalidInput


class VideoMixer:
    """Keeps the promises of `medley.apps.registry.App`."""

    manifest = MANIFEST
    spec = MixSpec

    def quote(self, spec: Any, library: Library) -> Quote:
        """See `App.quote`. A count above the capacity is quoted too, with a note; only `plan` refuses it.

        Raises:
            InvalidInput: the codes of `selection.select`, `output_too_long`, `too_many_segments`.
        """
        mix: MixSpec = spec
        selection = select(mix, library)
        footage = _footage(mix, selection)
        possible = capacity.measure(mix, library, selection)
        lines = price_lines(mix)
        notes = selection.notes
        if mix.skip + mix.count > possible.possible:
            notes += (f"Only {possible.possible} different videos are possible: {possible.text}.",)
        return Quote(
            count=mix.count,
            capacity=possible.possible,
            binding=possible.text,
            unit_price=sum(line.credits for line in lines),
            lines=lines,
            encode_frames=sum(part.frames for part in footage.values()),
            output_frames=_expected_frames(selection, footage, mix.count),
            notes=notes,
        )

    def plan(self, spec: Any, library: Library, seed: int) -> Plan:
        """See `App.plan`. `seed` is what counts, also where the spec names one.

        Raises:
            InvalidInput: the codes of `quote`, `too_many_outputs`.
        """
        mix: MixSpec = spec
        selection = select(mix, library)
        footage = _footage(mix, selection)
        capacity.require(mix, capacity.measure(mix, library, selection))
        numbering = Numbering(selection.arrangements, seed, vary_opening=mix.vary_opening)
        outputs = []
        users: dict[Footage, list[int]] = {}
        for n in range(1, mix.count + 1):
            places = numbering[mix.skip + n - 1]
            parts = [footage[place] for place in places]
            for part in dict.fromkeys(parts):
                users.setdefault(part, []).append(n)
            opening = selection.clips[places[0]].name
            name = title(mix.title, number=mix.skip + n, count=mix.skip + mix.count, opening=opening)
            outputs.append(stages.planned_output(n, name, parts))
        tasks = (*stages.render_tasks(users, mix), *stages.assemble_tasks(outputs, mix.canvas))
        return Plan(PLANNER_VERSION, seed, tuple(outputs), tasks)

    def command(self, order: Order, spec: Any, task: PlannedTask, outputs: Sequence[PlannedOutput]) -> Command:
        """See `App.command`."""
        return stages.command(order, self.manifest.id, spec, task, outputs)


def _footage(spec: MixSpec, selection: Selection) -> dict[int, Footage]:
    """Every clip that can be shown, by its place in the selection.

    Raises:
        InvalidInput: code `output_too_long` or `too_many_segments`; the longest video possible is over a limit.
    """
    shown = sorted({place for pool in selection.pools for place in pool.clips})
    footage = {
        place: Footage.of(natural_pieces(selection.clips[place], spec.canvas, spec.quality), spec) for place in shown
    }
    frames = _longest(selection, {place: part.frames for place, part in footage.items()})
    if too_long(frames, spec.canvas):
        seconds = frames * spec.canvas.fps.den // spec.canvas.fps.num
        raise InvalidInput(
            f"A video could last {seconds} s, and the limit is {limits.OUTPUT_DURATION_S} s: choose fewer or shorter "
            "clips.",
            code="output_too_long",
            seconds=seconds,
            limit=limits.OUTPUT_DURATION_S,
        )
    segments = _longest(selection, {place: len(part.pieces) for place, part in footage.items()})
    if segments > limits.SEGMENTS_PER_OUTPUT:
        raise InvalidInput(
            f"At this size, frame rate and quality a video could need {segments} separately encoded segments, and the "
            f"limit is {limits.SEGMENTS_PER_OUTPUT}: choose a lower one, or fewer or shorter clips.",
            code="too_many_segments",
            requested=segments,
            limit=limits.SEGMENTS_PER_OUTPUT,
        )
    return footage


def _longest(selection: Selection, sizes: dict[int, int]) -> int:
    """The largest sum of sizes a video can have."""
    return sum(
        sum(sorted((sizes[place] for place in pool.clips), reverse=True)[: pool.picked]) for pool in selection.pools
    )


def _expected_frames(selection: Selection, footage: dict[int, Footage], count: int) -> int:
    """The average length of all possible videos, `count` times, rounded down."""
    total = 0
    for pool in selection.pools:
        if pool.clips:
            total += count * pool.picked * sum(footage[place].frames for place in pool.clips) // len(pool.clips)
    return total


APP = VideoMixer()
