"""Decisions about uploads, names and the order of groups."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medley import limits
from medley.domain.projects import Part, Upload, moved, parts_of
from medley.errors import InvalidInput, TooLarge

MIB = 1024**2


def upload(size_bytes: int) -> Upload:
    return Upload.of("a.mp4", "video/mp4", size_bytes)


@given(st.integers(1, limits.UPLOAD_BYTES))
def test_every_upload_is_cut_into_parts_s3_takes(size_bytes: int) -> None:
    part_bytes = upload(size_bytes).part_bytes
    if size_bytes <= limits.SINGLE_UPLOAD_BYTES:
        assert part_bytes is None
        return
    assert part_bytes is not None
    parts = list(parts_of(size_bytes, part_bytes))
    assert sum(part.size_bytes for part in parts) == size_bytes
    assert [part.number for part in parts] == list(range(1, len(parts) + 1))
    assert len(parts) <= limits.PARTS_MAX
    assert {part.size_bytes for part in parts[:-1]} <= {part_bytes}
    assert limits.PART_BYTES_MIN <= part_bytes <= 5 * 1024**3
    assert 0 < parts[-1].size_bytes <= part_bytes


def test_parts_grow_where_there_would_be_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("medley.domain.projects.PARTS_MAX", 10)
    part_bytes = upload(200 * MIB + 1).part_bytes
    assert part_bytes == 21 * MIB
    assert list(parts_of(43 * MIB, part_bytes)) == [Part(1, 21 * MIB), Part(2, 21 * MIB), Part(3, MIB)]


def test_sizes_have_a_limit() -> None:
    assert upload(limits.UPLOAD_BYTES).size_bytes == limits.UPLOAD_BYTES
    with pytest.raises(TooLarge) as raised:
        upload(limits.UPLOAD_BYTES + 1)
    assert raised.value.metadata == {"limit": limits.UPLOAD_BYTES, "size": limits.UPLOAD_BYTES + 1}
    for size in (0, -1):
        with pytest.raises(InvalidInput, match="empty"):
            upload(size)


@given(st.lists(st.uuids(), min_size=1, unique=True), st.data())
def test_moving_changes_the_place_of_one_alone(order: list[object], data: st.DataObject) -> None:
    item = data.draw(st.sampled_from(order))
    position = data.draw(st.integers(0, len(order) + 2))
    after = moved(order, item, position)  # type: ignore[arg-type]  # any ids do
    assert after.index(item) == min(position, len(order) - 1)  # type: ignore[arg-type]
    assert [other for other in after if other != item] == [other for other in order if other != item]


def test_moving_what_is_not_there_puts_it_there() -> None:
    first, new = uuid4(), uuid4()
    assert moved([first], new, 0) == [new, first]
