"""Page headers: what a browser is told with each page of the site, by the CDN and by the embedded cloud alike.

A page that is refused something for them is refused it on one machine, too.
"""

from collections.abc import Mapping
from typing import Final

NO_SNIFFING: Final = ("x-content-type-options", "nosniff")
NO_REFERRER: Final = ("referrer-policy", "no-referrer")
OWN_WINDOW: Final = ("cross-origin-opener-policy", "same-origin")


def content_security_policy(bucket_url: str, *, socket_url: str | None = None) -> str:
    """What a page of the app may load and reach: the site, and the bucket that media go to and come from. Styles may be
    inline: the components' theme is a `<style>`.

    Args:
        bucket_url: an origin.
        socket_url: that of the WebSocket API on the site's own host, for browsers in which `'self'` is HTTP alone.
    """
    rules: Mapping[str, str] = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": f"'self' data: blob: {bucket_url}",
        "media-src": f"'self' blob: {bucket_url}",
        "font-src": "'self'",
        "connect-src": " ".join(("'self'", *([socket_url] if socket_url else []), bucket_url)),
        "manifest-src": "'self'",
        "worker-src": "'self' blob:",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())
