"""From picks to takes: how long each clip stands in a video, which stretch of it, and what is written over it."""

from collections.abc import Mapping, Sequence
from functools import cached_property

from medley import limits
from medley.apps.video_mixer import shares, titles
from medley.apps.video_mixer.arrangements import Pick
from medley.apps.video_mixer.options import GroupOptions
from medley.apps.video_mixer.selection import Selection
from medley.apps.video_mixer.spec import MixSpec
from medley.apps.video_mixer.timeline import Take, least_frames, segments_of, too_long
from medley.apps.video_mixer.variants import Variant, variants
from medley.contracts.media import Caption, ClipSource
from medley.errors import InvalidInput


class Editor:
    """Turns the picks of a selection into takes. `variants` are each shown clip's, by its place."""

    def __init__(self, spec: MixSpec, selection: Selection) -> None:
        self._spec = spec
        self._selection = selection
        self._starts: dict[tuple[int, int, int], int] = {}
        self._options = {group.name: group for group in spec.groups}
        self.variants = {place: variants(selection.clips[place].facts, spec) for place in selection.shown}

    @property
    def weights(self) -> dict[int, int]:
        """How many variants each clip has."""
        return {place: len(found) for place, found in self.variants.items()}

    def takes(self, picks: Sequence[Pick], number: int, last: int) -> tuple[Take, ...]:
        """The takes of video `number` of a series that ends with `last`."""
        spec = self._spec
        parts = [(self._selection.clips[pick.clip], self.variants[pick.clip][pick.variant]) for pick in picks]
        lengths = self._lengths(parts)
        opening = titles.caption(spec.caption, number=number, count=last, opening=parts[0][0].name)
        takes = []
        for place, (pick, (clip, variant), name) in enumerate(
            zip(picks, parts, self._selection.groups_of(picks), strict=True)
        ):
            options = self._options.get(name or "") or GroupOptions(name=name or "-")
            group_text = titles.caption(options.caption, number=number, count=last, opening=parts[0][0].name)
            takes.append(
                Take(
                    clip=clip,
                    start_frame=self._start(pick, clip, variant, lengths[place]),
                    frames=lengths[place],
                    speed=variant.speed,
                    look=variant.look,
                    caption=self._caption(opening if place == 0 else "", group_text),
                    group=name,
                    volume_percent=options.volume_percent,
                )
            )
        return tuple(takes)

    def _lengths(self, parts: Sequence[tuple[ClipSource, Variant]]) -> list[int]:
        spec = self._spec
        most = [variant.frames for _, variant in parts]
        if spec.total_frames is None:
            return most
        wanted = [shares.weight(spec.share, clip, variant, spec.canvas.fps) for clip, variant in parts]
        total = spec.total_frames + spec.overlap * (len(parts) - 1)
        return shares.divide(total, wanted, most, least_frames(spec.overlap))

    def _start(self, pick: Pick, clip: ClipSource, variant: Variant, frames: int) -> int:
        if self._spec.share != "smart":
            return variant.start_frame
        key = (pick.clip, pick.variant, frames)
        if key not in self._starts:
            self._starts[key] = shares.busiest(clip, variant, frames, self._spec.canvas.fps)
        return self._starts[key]

    def _caption(self, *texts: str) -> Caption | None:
        text = "\n".join(text for text in texts if text)[: limits.CAPTION_CHARACTERS]
        style = self._spec.caption_style
        return Caption(text=text, anchor=style.anchor, size_percent=style.size_percent) if text else None

    @cached_property
    def shortest(self) -> int:
        """Frames the shortest possible video has at its clips' own lengths, transitions counted once."""
        fewest = {place: min(variant.frames for variant in found) for place, found in self.variants.items()}
        taken = (sorted(fewest[place] for place in pool.clips)[: pool.picked] for pool in self._selection.pools)
        return sum(map(sum, taken)) - self._spec.overlap * (self.clips_per_video - 1)

    @cached_property
    def longest(self) -> int:
        """The same of the longest possible one."""
        most = {place: max(variant.frames for variant in found) for place, found in self.variants.items()}
        return self._most(most) - self._spec.overlap * (self.clips_per_video - 1)

    @cached_property
    def average(self) -> int:
        """Frames of a video on average over all variants of all clips, rounded down."""
        total = 0.0
        for pool in self._selection.pools:
            frames = [variant.frames for place in pool.clips for variant in self.variants[place]]
            total += pool.picked * sum(frames) / max(1, len(frames))
        return int(total) - self._spec.overlap * (self.clips_per_video - 1)

    @property
    def clips_per_video(self) -> int:
        return sum(pool.picked for pool in self._selection.pools)

    @cached_property
    def segments(self) -> int:
        """How many segments a video can be joined of, at most."""
        most = {
            place: max(
                segments_of(self._selection.clips[place], variant.speed, self._spec, variant.frames)
                for variant in found
            )
            for place, found in self.variants.items()
        }
        return self._most(most) + (self.clips_per_video if self._spec.overlap else 0)

    def check(self) -> None:
        """Make sure every possible video can be cut as asked.

        Raises:
            InvalidInput: codes `clip_too_short`, `too_little_footage`, `length_too_short`, `output_too_long`,
                `too_many_segments`.
        """
        self._check_transitions()
        self._check_length()
        if self.segments > limits.SEGMENTS_PER_OUTPUT:
            raise InvalidInput(
                f"At this size, frame rate and quality a video could need {self.segments} separately encoded segments, "
                f"and the limit is {limits.SEGMENTS_PER_OUTPUT}: choose a lower one, or fewer or shorter clips.",
                code="too_many_segments",
                requested=self.segments,
                limit=limits.SEGMENTS_PER_OUTPUT,
            )
        if too_long(self._spec.total_frames or self.longest, self._spec.canvas):
            seconds = self._seconds(self.longest)
            raise InvalidInput(
                f"A video could last {seconds} s, and the limit is {limits.OUTPUT_DURATION_S} s: choose fewer or "
                "shorter clips.",
                code="output_too_long",
                seconds=seconds,
                limit=limits.OUTPUT_DURATION_S,
            )

    def _most(self, sizes: Mapping[int, int]) -> int:
        """The largest sum of clips' sizes a video can have."""
        return sum(
            sum(sorted((sizes[place] for place in pool.clips), reverse=True)[: pool.picked])
            for pool in self._selection.pools
        )

    def _check_transitions(self) -> None:
        overlap = self._spec.overlap
        if not overlap:
            return
        for place, found in self.variants.items():
            frames = min(variant.frames for variant in found)
            if frames < least_frames(overlap):
                name = self._selection.clips[place].name
                raise InvalidInput(
                    f"{name!r} can be {frames} frames long, too few for a transition of {overlap} frames on either "
                    f"side: shorten the transition to {max(0, (frames - 1) // 2)} frames, or leave the clip out.",
                    code="clip_too_short",
                    clip=name,
                    frames=frames,
                    transition_frames=overlap,
                )

    def _check_length(self) -> None:
        total, overlap = self._spec.total_frames, self._spec.overlap
        if total is None:
            return
        if total > self.shortest:
            seconds = self._seconds(self.shortest)
            raise InvalidInput(
                f"The clips of some videos come to {seconds} s, less than the {self._spec.duration_s} s asked for: "
                "ask for a shorter length, or choose more or longer clips.",
                code="too_little_footage",
                seconds=seconds,
                requested=str(self._spec.duration_s),
            )
        clips = self.clips_per_video
        least = clips * least_frames(overlap) - overlap * (clips - 1)
        if total < least:
            raise InvalidInput(
                f"{self._spec.duration_s} s are too short for {clips} clips with their transitions; the least is "
                f"{self._seconds(least)} s.",
                code="length_too_short",
                seconds=self._seconds(least),
                requested=str(self._spec.duration_s),
            )

    def _seconds(self, frames: int) -> float:
        return round(float(frames / self._spec.canvas.fps.fraction), 3)
