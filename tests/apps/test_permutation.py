import pytest
from hypothesis import given
from hypothesis import strategies as st

from medley.apps.video_mixer.planning.permutation import KeyedPermutation

KEYS = st.binary(min_size=1, max_size=40)


@given(KEYS, st.integers(1, 150))
def test_every_value_comes_once(key: bytes, size: int) -> None:
    permutation = KeyedPermutation(key, size)
    assert sorted(permutation[index] for index in range(size)) == list(range(size))


@given(KEYS, st.integers(2, 10**400), st.data())
def test_any_two_places_of_a_huge_range_differ_and_stay_inside(key: bytes, size: int, data: st.DataObject) -> None:
    permutation = KeyedPermutation(key, size)
    first = data.draw(st.integers(0, size - 1))
    second = data.draw(st.integers(0, size - 1).filter(lambda index: index != first))
    assert permutation[first] != permutation[second]
    assert 0 <= permutation[first] < size


def test_the_key_decides_the_order() -> None:
    orders = {tuple(KeyedPermutation(bytes([key]), 20)[index] for index in range(20)) for key in range(50)}
    assert len(orders) == 50


def test_the_order_looks_shuffled() -> None:
    """Over many keys each value is about equally often first: 6 values, 1200 keys, 200 expected of each."""
    firsts = [KeyedPermutation(key.to_bytes(2, "big"), 6)[0] for key in range(1200)]
    assert all(140 < firsts.count(value) < 260 for value in range(6))


@pytest.mark.parametrize("index", [-1, 7])
def test_outside_the_range_there_is_nothing(index: int) -> None:
    with pytest.raises(IndexError):
        KeyedPermutation(b"k", 7)[index]
