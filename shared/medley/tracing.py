"""Tracing: one number from a click to everything that follows from it, by the API of OpenTelemetry.

A request, a message or a pass of a schedule goes on with the *trace* it is told of (W3C `traceparent`: a header, an
attribute of a message, metadata of an upload), or begins one. All that is logged, sent, stored in the outbox or pushed
within it carries the same `trace_id`. Nothing is exported: a stage that wants spans adds an SDK beside this code.
"""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from opentelemetry import context, trace
from opentelemetry.trace import INVALID_TRACE_ID, NonRecordingSpan, SpanContext, TraceFlags, format_trace_id
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

TRACEPARENT: Final = "traceparent"  # a header, an attribute of a message, a name of an object's metadata
CARRIED_BYTES: Final = 55  # of its value
GATEWAY: Final = "x-amzn-trace-id"  # API Gateway's header
_ROOT: Final = re.compile(r"Root=1-([0-9a-f]{8})-([0-9a-f]{24})(?:;|$)")
_PROPAGATOR: Final = TraceContextTextMapPropagator()
_TRACER: Final = trace.get_tracer("medley")


@contextmanager
def follow(carried: str | None, what: str) -> Iterator[None]:
    """Within, go on with the trace `carried` tells of; begin one if it is None or tells of none. `what` names the span:
    the function, or the kind of message."""
    token = context.attach(_of(carried))
    try:
        with _TRACER.start_as_current_span(what):
            yield
    finally:
        context.detach(token)


def join(carried: str | None) -> None:
    """From here to the end of the `follow` around it, go on with this trace instead, if there is one: what a message
    is about may know better than the message."""
    if carried is not None:
        context.attach(_of(carried))


def carried() -> str | None:
    """What tells the next of the trace under way: a `traceparent`; None outside of any."""
    carrier: dict[str, str] = {}
    _PROPAGATOR.inject(carrier)
    return carrier.get(TRACEPARENT)


def trace_id(carried: str | None = None) -> str | None:
    """The number of the trace under way, or of one that was carried: 32 hexadecimal digits; None outside of any."""
    around = None if carried is None else _PROPAGATOR.extract({TRACEPARENT: carried})
    found = trace.get_current_span(around).get_span_context().trace_id
    return None if found == INVALID_TRACE_ID else format_trace_id(found)


def of_request(headers: Mapping[str, str]) -> str | None:
    """What a request's headers (lower case) tell: the client's trace, or else the number its gateway gave it."""
    clients = headers.get(TRACEPARENT)
    if clients is not None and trace_id(clients) is not None:
        return clients
    root = _ROOT.search(headers.get(GATEWAY, ""))
    return f"00-{root[1]}{root[2]}-{root[2][:16]}-01" if root else None


def _of(carried: str | None) -> context.Context:
    """The context of the trace that was carried here; of a new one, where none was."""
    found = _PROPAGATOR.extract({TRACEPARENT: carried or ""})
    if trace.get_current_span(found).get_span_context().is_valid:
        return found
    number, part = (int.from_bytes(os.urandom(length)) | 1 for length in (16, 8))
    begun = SpanContext(number, part, is_remote=False, trace_flags=TraceFlags(TraceFlags.SAMPLED))
    return trace.set_span_in_context(NonRecordingSpan(begun))
