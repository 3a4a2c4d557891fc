"""Bundles: cut into volumes, and how they end."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from medley.domain.bundles import Bundle, BundleState, MissingFile, Volume, VolumeState, end_of, volumes_of
from medley.limits import BUNDLE_DAYS, BUNDLE_VOLUME_BYTES

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def volume(n: int, state: VolumeState = VolumeState.FINISHED, *, missing: int = 0, outputs: int = 2) -> Volume:
    numbers = tuple(range(outputs * (n - 1) + 1, outputs * n + 1))
    lost = tuple(MissingFile(number, f"{number}.mp4", "gone") for number in numbers[:missing])
    return Volume(n, numbers, 10, 10, state, 1, 0, 0, 0, NOW, None, 99, lost)


def bundle(*volumes: Volume, state: BundleState = BundleState.MAKING) -> Bundle:
    ended = None if state is BundleState.MAKING else NOW
    id_ = UUID(int=1)
    return Bundle(id_, id_, id_, "A: b", "{n}", state, 1, None, None, NOW, NOW, ended, volumes)


def test_outputs_are_cut_into_archives_in_order() -> None:
    sizes = [(1, 4), (2, 6), (3, 1), (5, 25), (6, 2), (7, 8), (9, 1)]
    cut = [(each.outputs, each.bytes_total) for each in volumes_of(sizes, volume_bytes=10)]
    assert cut == [((1, 2), 10), ((3,), 1), ((5,), 25), ((6, 7), 10), ((9,), 1)]
    assert list(volumes_of([])) == []


@pytest.mark.parametrize(("more", "archives"), [(0, 1), (1, 2)])
def test_one_archive_holds_ten_gibibytes_and_not_one_byte_more(more: int, archives: int) -> None:
    assert len(list(volumes_of([(1, BUNDLE_VOLUME_BYTES - 5), (2, 5 + more)]))) == archives


@pytest.mark.parametrize(
    ("volumes", "state", "code"),
    [
        ([volume(1), volume(2, VolumeState.SENT)], None, None),
        ([volume(1), volume(2)], BundleState.READY, None),
        ([volume(1, missing=2), volume(2, missing=1)], BundleState.READY, None),
        ([volume(1, missing=2), volume(2, missing=2)], BundleState.FAILED, "gone"),
        ([volume(1, VolumeState.SENT), volume(2, VolumeState.FAILED)], BundleState.FAILED, "gave_up"),
    ],
)
def test_a_bundle_ends_with_its_last_archive(volumes: list[Volume], state: BundleState | None, code: str) -> None:
    ending = end_of(bundle(*volumes))
    assert (ending.state, ending.code) == (state, code) if ending else state is None


def test_archives_can_be_fetched_from_when_they_are_finished_until_the_bundle_expires() -> None:
    one, two = volume(1), volume(2, VolumeState.SENT)
    making = bundle(one, two)
    assert [making.can_be_fetched(each, NOW) for each in making.volumes] == [True, False]
    ready = replace(making, state=BundleState.READY, ended_at=NOW)
    assert ready.expires_at == NOW + timedelta(days=BUNDLE_DAYS)
    assert ready.can_be_fetched(one, NOW + timedelta(days=BUNDLE_DAYS, seconds=-1))
    assert not ready.can_be_fetched(one, NOW + timedelta(days=BUNDLE_DAYS))
    for state in (BundleState.FAILED, BundleState.DELETED):
        assert not replace(ready, state=state).can_be_fetched(one, NOW)


def test_archives_are_called_after_the_project() -> None:
    one = bundle(volume(1))
    assert one.archive_name(one.volumes[0]) == "A- b.zip"
    two = bundle(volume(1), volume(2))
    assert [two.archive_name(each) for each in two.volumes] == ["A- b 1 of 2.zip", "A- b 2 of 2.zip"]
