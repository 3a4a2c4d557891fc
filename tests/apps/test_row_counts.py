"""Row counts: the closed form counts what insertion counts one set after the other."""

from hypothesis import given
from hypothesis import strategies as st

from medley.apps.video_mixer.planning.insertion import Insertion, Shared
from medley.apps.video_mixer.planning.ranked_permutations import Draw
from medley.apps.video_mixer.planning.row_counts import RowCounts, Stage, Table

WEIGHTS = st.lists(st.integers(1, 3), min_size=1, max_size=4)  # of the clips of a set: their variants


def table(weights: list[int], length: int) -> Table:
    draw = Draw(tuple(range(len(weights))), dict(enumerate(weights)))
    return tuple(draw.count(size) for size in range(min(length, len(weights)) + 1))


@given(st.data())
def test_as_many_as_can_be_numbered(data: st.DataObject) -> None:
    length = data.draw(st.integers(1, 7))
    tables = [table(weights, length) for weights in data.draw(st.lists(WEIGHTS, max_size=4))]
    free = table(data.draw(st.lists(st.integers(1, 3), max_size=3)), length)
    places = st.sampled_from([None, *range(len(tables))])
    before, last = data.draw(places), data.draw(places)
    closed = data.draw(st.sampled_from([None, False])) if last is None else True
    stages = [Stage(each, number == before, number == last) for number, each in enumerate(tables)]
    stages.sort(key=lambda stage: (stage.begins, stage.ends, stage.table))
    insertion = Insertion(stages, free, length, closed, shared=Shared())
    assert insertion.count == insertion.bounds[-1]
    assert RowCounts().count(stages, free, length, closed) == insertion.count
