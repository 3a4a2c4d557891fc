"""Traces: gone on with, begun, joined, and never made of what a client wrote but a number."""

import threading
from contextvars import copy_context

import pytest

from medley import tracing

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
NUMBER = "0af7651916cd43dd8448eb211c80319c"
ROOT = {"x-amzn-trace-id": "Root=1-67891233-abcdef012345678912345678;Sampled=1"}


def test_a_trace_is_gone_on_with() -> None:
    with tracing.follow(PARENT, "test"):
        assert tracing.trace_id() == NUMBER
        assert tracing.carried() == PARENT
    assert tracing.trace_id() is tracing.carried() is None
    assert tracing.trace_id(PARENT) == NUMBER


@pytest.mark.parametrize(
    "told",
    [None, "", "x", PARENT + "-more", PARENT.upper(), "00-" + "0" * 32 + PARENT[35:], "ff" + PARENT[2:], "a" * 600],
)
def test_where_none_is_told_one_begins(told: str | None) -> None:
    numbers = set()
    for _ in range(3):
        with tracing.follow(told, "test"):
            numbers.add(tracing.trace_id())
    assert len(numbers) == 3
    assert all(number and len(number) == 32 and number != "0" * 32 for number in numbers)


def test_one_within_another_ends_with_its_block_and_a_joined_one_with_the_block_around() -> None:
    other = PARENT.replace("0af7", "1111")
    with tracing.follow(PARENT, "outer"):
        with tracing.follow(None, "inner"):
            tracing.join(None)
            assert tracing.trace_id() != NUMBER
            tracing.join(other)
            assert tracing.carried() == other
        assert tracing.carried() == PARENT


def test_a_request_tells_its_clients_trace_or_its_gateways_number() -> None:
    assert tracing.of_request(ROOT) == "00-67891233abcdef012345678912345678-abcdef0123456789-01"
    assert tracing.trace_id(tracing.of_request(ROOT)) == "67891233abcdef012345678912345678"
    assert tracing.of_request(ROOT | {"traceparent": PARENT}) == PARENT
    assert tracing.of_request(ROOT | {"traceparent": "garbage"}) == tracing.of_request(ROOT)
    assert tracing.of_request({}) is tracing.of_request({"x-amzn-trace-id": "Root=1-x-y"}) is None


def test_threads_go_on_with_it_where_they_are_given_the_context() -> None:
    seen: list[str | None] = []
    with tracing.follow(PARENT, "test"):
        thread = threading.Thread(target=copy_context().run, args=(lambda: seen.append(tracing.trace_id()),))
        thread.start()
        thread.join()
    assert seen == [NUMBER]
