"""CORS of the embedded bucket: pages of the site may do what the topology says, those of any other origin nothing.

As S3 does it: a preflight of anybody else is refused, and no other answer tells a browser that its page may see it.
"""

from collections.abc import Mapping, Sequence

from infra.rows import Cors

Headers = list[tuple[str, str]]


class SiteOrigins:
    """The origins of the site, and what their pages may do."""

    def __init__(self, origins: Sequence[str], cors: Cors) -> None:
        self._origins = frozenset(origins)
        self._cors = cors

    def preflight(self, headers: Mapping[str, str]) -> Headers | None:
        """What is answered to a preflight request, whose header names are in lower case; None: it is refused."""
        asked = {name.strip().lower() for name in headers.get("access-control-request-headers", "").split(",")} - {""}
        origin, method = headers.get("origin", ""), headers.get("access-control-request-method", "")
        if origin not in self._origins or method not in self._cors.methods or asked - set(self._cors.headers):
            return None
        return [
            *self.answer(headers),
            ("Access-Control-Allow-Methods", ", ".join(self._cors.methods)),
            ("Access-Control-Allow-Headers", ", ".join(sorted(asked))),
            ("Access-Control-Max-Age", str(self._cors.max_age_s)),
        ]

    def answer(self, headers: Mapping[str, str]) -> Headers:
        """What goes with every other answer."""
        vary = ("Vary", "Origin, Access-Control-Request-Headers, Access-Control-Request-Method")
        origin = headers.get("origin", "")
        if origin not in self._origins:
            return [vary]
        return [
            ("Access-Control-Allow-Origin", origin),
            ("Access-Control-Expose-Headers", ", ".join(self._cors.exposed)),
            vary,
        ]
