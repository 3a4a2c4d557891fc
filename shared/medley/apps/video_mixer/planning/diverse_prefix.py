"""The diverse prefix: a seed's first videos, chosen greedily, each as unlike the earlier ones as can be found.

Each next video opens with a clip that opened fewest. One clip of each of a few small groups, which is what
advertisements are, comes from `pair_balance`. Else candidates are rows of an exact design while there are any, then
arrangements drawn by chance whose clips are exchanged for ones shown less, each in the variant shown least. Of the
candidates it is the one least alike the earlier video it is most alike, where each showing of a clip beyond the least
shown counts as a few points of likeness; of equals it is any, by chance. Which are drawn depends on the key and on what
came before alone, so the first n videos are the same however many are asked for.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, islice
from random import Random
from typing import NamedTuple

from medley.apps.video_mixer.planning.arrangements import Address, Arrangements, Video
from medley.apps.video_mixer.planning.balance import Usage
from medley.apps.video_mixer.planning.block_counting import Block
from medley.apps.video_mixer.planning.blocks import BlocksInAnyOrder, BlocksInOrder
from medley.apps.video_mixer.planning.designs import design, shuffle
from medley.apps.video_mixer.planning.diversity import Earlier, Footage
from medley.apps.video_mixer.planning.opening_rotation import OpeningRotation
from medley.apps.video_mixer.planning.pair_balance import PAIRS_MAX, PairBalance

_ROWS = 2_000  # of a design that are made at most: what one order can be, twice, so that there is a choice
_CANDIDATE_CLIPS = 160  # looked at for each video, which bounds the time a long one takes
_CANDIDATES_MAX = 12
_DESIGN_CANDIDATES = 32  # rows; all are as unlike, so those are preferred whose clips were shown least
_EXCESS_POINTS = 2  # of likeness, for showing a clip once more than the least shown; half of one at the same place
_FEW = 32  # arrangements left for an opening: then all are candidates
_ARRANGED = 8  # ways to arrange the clips of a row that are looked at


class Chosen(NamedTuple):
    """A video and its number."""

    video: Video
    address: Address


class DiversePrefix:
    """Videos by number, each different; as many as there are arrangements."""

    def __init__(self, arrangements: Arrangements, key: bytes, footage: Footage, *, vary_opening: bool) -> None:
        self._arrangements = arrangements
        self._openings = arrangements.openings
        self._turns = OpeningRotation([opening.share for opening in self._openings], even=vary_opening)
        self._kept = 1 if vary_opening else 0  # clips of a candidate that are not exchanged
        self._chance = Random(int.from_bytes(key, "big"))  # noqa: S311 - a choice of videos is no secret
        self._usage = Usage(arrangements)
        self._earlier = Earlier(footage)
        self._paired = Paired.of(arrangements, self._chance, vary_opening=vary_opening)
        self._design = Design(arrangements, self._chance) if self._paired is None else None
        self._chosen: list[Chosen] = []
        self._taken: list[set[int]] = [set() for _ in self._openings]
        length = sum(pool.picked for pool in arrangements.pools)
        self._candidates = max(2, min(_CANDIDATES_MAX, _CANDIDATE_CLIPS // length))

    def __getitem__(self, number: int) -> Chosen:
        while len(self._chosen) <= number:
            chosen = self._next()
            self._chosen.append(chosen)
            self._taken[chosen.address.opening].add(chosen.address.number)
            self._turns.take(chosen.address.opening)
            self._usage.add(chosen.video)
            self._earlier.add(chosen.video)
        return self._chosen[number]

    def _next(self) -> Chosen:
        found = self._designed(self._design) if self._paired is None else self._in_pairs(self._paired)
        return found or self._drawn()

    def _in_pairs(self, paired: "Paired") -> Chosen | None:
        """The next row of clips that come in pairs as often as others, if it still can be."""
        arranged = (paired.arranged(len(self._chosen), self._chance) for _ in range(_ARRANGED))
        return self._best(self._usage.varied(clips, self._chance) for clips in arranged)

    def _designed(self, design: "Design | None") -> Chosen | None:
        """A row of the design with an opening that is due; rows that cannot be are dropped on the way."""
        while design is not None and design.rows:
            openings = (self._openings[place].clip for place in self._turns.due(self._chance))
            rows = list(islice(design.opening(openings), _DESIGN_CANDIDATES))
            rows.sort(key=lambda found: self._usage.excess(design.rows[found[0]]))
            arranged = ((number, design.arranged(number, clip, self._chance)) for number, clip in rows[:2])
            candidates = {self._usage.varied(clips, self._chance): number for number, clips in arranged}
            if not candidates:
                return None
            best = self._best(candidates)
            if best is not None:
                design.drop(candidates[best.video])
                return best
            for row in candidates.values():  # they break a never-adjacent set
                design.drop(row)
        return None

    def _drawn(self) -> Chosen:
        """An arrangement drawn by chance, or one of the few that are left of an opening."""
        opening = self._turns.draw(self._chance, lambda place: self._usage.opens_least(self._openings[place].clip))
        share, taken = self._openings[opening].share, self._taken[opening]
        if share - len(taken) <= _FEW:
            left = [index for index in range(share) if index not in taken]
            shuffle(left, self._chance)  # of equals the first is taken
            best = self._best(self._arrangements.unrank(opening, index) for index in left)
        else:
            best = self._best(self._exchanged(opening, slack=turn % 2) for turn in range(self._candidates))
        return best or self._best(self._unrank(opening) for _ in range(self._candidates)) or self._any(opening)

    def _unrank(self, opening: int) -> Video:
        return self._arrangements.unrank(opening, self._index(opening))

    def _exchanged(self, opening: int, *, slack: int) -> Video:
        clips = [pick.clip for pick in self._unrank(opening)]
        clips = self._usage.rebalanced(clips, keep=self._kept, slack=slack, chance=self._chance)
        return self._usage.varied(clips, self._chance)

    def _best(self, candidates: Iterable[Video]) -> Chosen | None:
        """The candidate shown least and least alike, of those that are arrangements, due and not taken."""
        merits = {video: self._merit(video) for video in candidates}
        for video in sorted(merits, key=merits.__getitem__):
            address = self._arrangements.rank(video)
            if address is not None and self._is_free(address):
                return Chosen(video, address)
        return None

    def _merit(self, video: Video) -> tuple[int, int]:
        """The less the better."""
        points, videos = self._earlier.likeness(video)
        return points + _EXCESS_POINTS * self._usage.excess([pick.clip for pick in video]), videos

    def _is_free(self, address: Address) -> bool:
        return self._turns.is_due(address.opening) and address.number not in self._taken[address.opening]

    def _any(self, opening: int) -> Chosen:
        """The first that is not taken, from a chance one on."""
        index = self._index(opening)
        while index in self._taken[opening]:
            index = (index + 1) % self._openings[opening].share
        return Chosen(self._arrangements.unrank(opening, index), Address(opening, index))

    def _index(self, opening: int) -> int:
        share = self._openings[opening].share
        return self._chance.getrandbits(share.bit_length() + 64) % share


class Paired:
    """Rows of clips, one of each block, in which any two clips come together as often as any others."""

    def __init__(self, blocks: Sequence[Block], openers: Sequence[int], movable: slice, chance: Random) -> None:
        self._members = [list(block.pins or block.clips) for block in blocks]
        self._movable = movable
        self._balance = PairBalance([len(clips) for clips in self._members], openers, chance)

    @classmethod
    def of(cls, arrangements: Arrangements, chance: Random, *, vary_opening: bool) -> "Paired | None":
        """None unless every video has one clip of each of a few small groups, whichever these are."""
        if not isinstance(arrangements, BlocksInOrder | BlocksInAnyOrder) or arrangements.apart:
            return None
        blocks = arrangements.blocks
        sizes = [len(block.pins or block.clips) for block in blocks]
        pairs = sum(a * b for a, b in combinations([size for size in sizes if size > 1], 2))
        if any(block.picked > 1 for block in blocks) or not 0 < pairs <= PAIRS_MAX:
            return None
        movable = arrangements.movable() if isinstance(arrangements, BlocksInAnyOrder) else slice(0, 0)
        places = range(len(blocks))
        openers = (list(places[movable]) if movable.start == 0 else []) or [0]
        return cls(blocks, openers if vary_opening else [], movable, chance)

    def arranged(self, number: int, chance: Random) -> list[int]:
        """A row; blocks that can move do so by chance, but the one whose turn it is to open the video is first."""
        values, opener, _ = self._balance.row(number)
        row = [clips[value] for clips, value in zip(self._members, values, strict=True)]
        movable = row[self._movable]
        shuffle(movable, chance)
        first = None if opener is None else row[opener]
        row[self._movable] = movable
        if first is not None:
            row.insert(0, row.pop(row.index(first)))
        return row


class Design:
    """The rows of a design that are not used up, found by the clip a video of theirs can open with."""

    def __init__(self, arrangements: Arrangements, chance: Random) -> None:
        self.rows = dict(enumerate(design(arrangements, _ROWS, chance)))
        self._movable = arrangements.movable() if isinstance(arrangements, BlocksInAnyOrder) else slice(0, 0)
        self._opening: dict[int, list[int]] = {}
        for number, row in self.rows.items():
            for clip in self._openers(row):
                self._opening.setdefault(clip, []).append(number)

    def _openers(self, row: Sequence[int]) -> Sequence[int]:
        """The clips a video of the row can open with: those that can move, if they stand first, or else the first."""
        moving = row[self._movable] if self._movable.start == 0 else ()
        return moving or row[:1]

    def drop(self, row: int) -> None:
        self.rows.pop(row, None)

    def opening(self, clips: Iterable[int]) -> Iterator[tuple[int, int]]:
        """Rows that can open with one of these clips, and that clip."""
        for clip in clips:
            numbers = self._opening.get(clip, [])
            numbers[:] = [number for number in numbers if number in self.rows]
            yield from ((number, clip) for number in numbers)

    def arranged(self, number: int, clip: int, chance: Random) -> list[int]:
        """A row that opens with this clip; blocks that can move do so by chance."""
        row = list(self.rows[number])
        movable = row[self._movable]
        shuffle(movable, chance)
        row[self._movable] = movable
        row.insert(0, row.pop(row.index(clip)))
        return row
