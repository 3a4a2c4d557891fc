"""The rows of the topology say what the code does, and leave it room."""

import pytest

from infra.topology import TOPOLOGY
from medley import limits
from medley.contracts import keys

MIB = 1024**2


def test_the_prefixes_of_the_bucket_are_those_of_the_keys() -> None:
    days = {row.name: row.expire_days for row in TOPOLOGY.prefixes}
    assert days.keys() == {keys.UPLOADS, keys.ASSETS, keys.DERIVED, keys.SEGMENTS, keys.OUTPUTS}
    assert (days[keys.SEGMENTS], days[keys.OUTPUTS]) == (limits.SEGMENT_DAYS, limits.OUTPUT_DAYS)
    granted = {prefix for row in TOPOLOGY.functions for prefix in (*row.reads, *row.writes)}
    assert granted == days.keys()


def test_parts_of_an_upload_are_kept_as_long_as_it_is_waited_for() -> None:
    uploads = next(row for row in TOPOLOGY.prefixes if row.name == keys.UPLOADS)
    assert uploads.abort_multipart_days == limits.UPLOAD_EXPECTED_S // 86_400


@pytest.mark.parametrize(
    ("name", "scratch_bytes", "process_bytes"),
    [
        ("ingest", limits.UPLOAD_BYTES, limits.PROBE_MEMORY_BYTES),
        ("render", limits.UPLOAD_BYTES + limits.DOWNLOAD_CACHE_BYTES, limits.MEDIA_MEMORY_BYTES),
        ("assemble", limits.DOWNLOAD_CACHE_BYTES, limits.MEDIA_MEMORY_BYTES),
    ],
)
def test_a_function_has_room_for_the_largest_it_may_meet(name: str, scratch_bytes: int, process_bytes: int) -> None:
    row = TOPOLOGY.function(name)
    assert row.storage_mib * MIB >= scratch_bytes
    assert row.memory_mib * MIB >= process_bytes
