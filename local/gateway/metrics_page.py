"""Metrics page: what the functions of this cloud count, at /dev/metrics, in the text form that Prometheus reads.

The names are those of CloudWatch's namespace `Medley`; docs/REFERENCE.md says what each counts, and when it calls
somebody.
"""

from local.board import Board, Reading
from local.gateway.http_events import HttpReply, Scope, joined_headers
from local.gateway.own_hosts import is_own

PAGE_PATH = "/dev/metrics"
_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class MetricsPage:
    """A page of one cloud's board."""

    def __init__(self, board: Board) -> None:
        self._board = board

    def serves(self, path: str) -> bool:
        """True if the address is its own."""
        return path == PAGE_PATH

    def answer(self, scope: Scope) -> HttpReply:
        """All readings, a line each."""
        headers = (("content-type", _TYPE), ("cache-control", "no-store"), ("x-content-type-options", "nosniff"))
        if not is_own(joined_headers(scope)):
            return HttpReply(403, headers, b"The metrics answer this machine alone.\n")
        if scope["method"] not in {"GET", "HEAD"}:
            return HttpReply(405, (("allow", "GET, HEAD"), *headers), b"")
        return HttpReply(200, headers, "".join(map(_lines, self._board.readings())).encode())


def _lines(reading: Reading) -> str:
    labels = f'{{service="{reading.service}"}}'
    return f"medley_{reading.name}{labels} {reading.value:g}\n"
