"""Deduplication: identical clips of the library count as one, so that different arrangements are different videos."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

from medley import limits
from medley.apps.registry import Library
from medley.apps.video_mixer.planning.arrangements import Clips
from medley.apps.video_mixer.wording import SAID
from medley.contracts.media import ClipSource
from medley.errors import InvalidInput
from medley.sentences import Sentence


@dataclass
class Contents:
    """Duplicates share a place in `clips`, that of the first. `usable` are the places of those not left out."""

    clips: list[ClipSource] = field(default_factory=list)
    places: dict[UUID, int] = field(default_factory=dict)
    duplicates: list[str] = field(default_factory=list)
    usable: Clips = ()

    @classmethod
    def of(cls, library: Library, left_out: Collection[str] = ()) -> "Contents":
        """Those of a library; `left_out` are contents by their SHA-256."""
        found = cls()
        by_content: dict[str, int] = {}
        for clip in library.clips:
            place = by_content.setdefault(clip.facts.sha256, len(found.clips))
            if place == len(found.clips):
                found.clips.append(clip)
            else:
                found.duplicates.append(clip.name)
            found.places[clip.clip_id] = place
        found.usable = tuple(place for place, clip in enumerate(found.clips) if clip.facts.sha256 not in left_out)
        return found

    def distinct(self, clip_ids: Iterable[UUID]) -> Clips:
        """Places of the clips that are ready and not left out, each content once, in order."""
        places = dict.fromkeys(self.places[clip_id] for clip_id in clip_ids if clip_id in self.places)
        return tuple(place for place in places if place in self._usable)

    def pinned(self, clip_id: UUID | None, role: str) -> int | None:
        """The place of a pinned clip.

        Raises:
            InvalidInput: code `clip_not_in_project`.
        """
        return None if clip_id is None else self._known(clip_id, f"{role}_clip")

    def apart(self, sets: Sequence[Sequence[UUID]]) -> dict[int, int]:
        """By place: the number, from 1 on, of its never-adjacent set.

        Raises:
            InvalidInput: code `clip_not_in_project`, or `sets_overlap`; a content is in two sets.
        """
        numbers: dict[int, int] = {}
        for number, clip_ids in enumerate(sets, start=1):
            for clip_id in clip_ids:
                place = self._known(clip_id, "never_adjacent")
                if numbers.setdefault(place, number) != number:
                    overlap = SAID.say("sets_overlap", clip=self.clips[place].name)
                    raise InvalidInput(overlap, field="never_adjacent")
        return numbers

    @cached_property
    def _usable(self) -> frozenset[int]:
        return frozenset(self.usable)

    def notes(self) -> tuple[Sentence, ...]:
        return (SAID.say("same_content", clips=self.duplicates),) if self.duplicates else ()

    def pins_text(self, first: int | None, last: int | None) -> str:
        """Which clips videos start and end with; empty if any may."""
        names = {end: self.clips[pin].name for end, pin in (("first", first), ("last", last)) if pin is not None}
        return SAID.say("pinned", ends="both" if len(names) > 1 else next(iter(names)), **names) if names else ""

    def _known(self, clip_id: UUID, field_name: str) -> int:
        if clip_id not in self.places:
            raise InvalidInput(SAID.say("clip_not_in_project", field=field_name), clip_id=str(clip_id))
        return self.places[clip_id]


def require_not_too_many(clips: int) -> None:
    """Check the number of clips a video shows.

    Raises:
        InvalidInput: code `too_many_clips_per_video`.
    """
    if clips > limits.CLIPS_PER_OUTPUT:
        raise InvalidInput(SAID.say("too_many_clips_per_video", requested=clips, limit=limits.CLIPS_PER_OUTPUT))


def pins_clash(why: str, **about: str) -> InvalidInput:
    return InvalidInput(SAID.say("pins_clash", why=why, **about))
