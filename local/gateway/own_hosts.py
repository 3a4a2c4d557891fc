"""Own hosts: pages about the cloud itself answer this machine alone, whatever name a stranger made lead here."""

import re
from collections.abc import Mapping

_OWN = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:\d+)?")


def is_own(headers: Mapping[str, str]) -> bool:
    """Whether a request (headers in lower case) was sent to this machine by a name of its own."""
    return _OWN.fullmatch(headers.get("host", "")) is not None
