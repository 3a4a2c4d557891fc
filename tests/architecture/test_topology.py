"""The rows of the topology say what the code does, and leave it room."""

from dataclasses import replace

import pytest

from infra.rows import Function, Lane, QueueTrigger
from infra.topology import LANES, TOPOLOGY, topology
from medley import limits
from medley.contracts import keys

MIB = 1024**2


def test_the_prefixes_of_the_bucket_are_those_of_the_keys() -> None:
    days = {row.name: row.expire_days for row in TOPOLOGY.prefixes}
    assert days.keys() == {
        *(keys.UPLOADS, keys.ASSETS, keys.DERIVED, keys.PLANS, keys.ENDED, keys.SEGMENTS, keys.OUTPUTS, keys.BUNDLES),
        keys.EXPORTS,
    }
    assert (days[keys.SEGMENTS], days[keys.OUTPUTS]) == (limits.SEGMENT_DAYS, limits.OUTPUT_DAYS_MAX + 1)
    assert days[keys.BUNDLES] == limits.BUNDLE_DAYS
    assert days[keys.PLANS] == limits.PLAN_DAYS
    assert days[keys.EXPORTS] == limits.EXPORT_DAYS
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


def test_adding_a_lane_is_one_row() -> None:
    added = Lane("draw", memory_mib=2048, timeout_s=120, max_concurrency=50, kind="zip", layers=("core",), settings=())
    table = topology((*LANES, added))
    row = table.function("draw")
    assert (row.folder, row.kind, row.memory_mib, row.timeout_s) == ("worker", "zip", 2048, 120)
    assert row.triggers == (QueueTrigger("draw", batch=1, max_concurrency=50, widens=True),)
    assert (row.settings, row.sends, row.reads) == (("bucket", "queues", "apps"), ("facts",), ("plans/", "ended/"))
    assert table.queue("draw").consumer_timeout_s == 120
    assert QueueTrigger("draw-dead", batch=10, max_concurrency=2) in table.function("dead_letter").triggers

    def senders(lane: str) -> set[str]:
        return {function.name for function in table.functions if lane in function.sends}

    assert senders("draw") == senders("render") == {"api", "plan", "record", "relay", "sweep", "dead_letter", "export"}
    assert [others(function) for function in table.functions if function != row] == [
        others(function) for function in TOPOLOGY.functions
    ]


def others(function: Function) -> Function:
    """The row without what is about a lane called draw."""
    triggers = tuple(
        trigger
        for trigger in function.triggers
        if not (isinstance(trigger, QueueTrigger) and trigger.queue == "draw-dead")
    )
    return replace(function, sends=tuple(name for name in function.sends if name != "draw"), triggers=triggers)
