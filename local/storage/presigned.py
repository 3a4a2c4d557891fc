"""Presigned requests: who has a signature may ask the embedded S3, as with a private bucket at AWS.

A presigned request is checked in full (AWS Signature Version 4, in the query string): another size, type, key or
method than was signed, or its time gone by, is refused as S3 refuses it. So what a browser gets away with here, it
gets away with at AWS. A request that an SDK signed in its header comes from our own functions and is believed.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import parse_qsl, quote

_ALGORITHM: Final = "AWS4-HMAC-SHA256"
_TIME: Final = "%Y%m%dT%H%M%SZ"
_UNRESERVED: Final = "-_.~"


def refusal(
    method: str, path: str, query: str, headers: Mapping[str, str], *, secret: str, now: datetime
) -> str | None:
    """S3's error code for a request it would not serve, None for one it would.

    Args:
        path: decoded, with the slash it begins with.
        query: as it was sent.
        headers: names in lower case.
    """
    if headers.get("authorization", "").startswith(_ALGORITHM):
        return None
    parameters = dict(parse_qsl(query, keep_blank_values=True))
    given = parameters.pop("X-Amz-Signature", None)
    if given is None:
        return "AccessDenied"
    try:
        signed_at = datetime.strptime(parameters["X-Amz-Date"], _TIME).replace(tzinfo=UTC)
        expires = signed_at + timedelta(seconds=int(parameters["X-Amz-Expires"]))
        scope = parameters["X-Amz-Credential"].partition("/")[2]
        names = parameters["X-Amz-SignedHeaders"].split(";")
    except (KeyError, ValueError):
        return "AuthorizationQueryParametersError"
    if now > expires:
        return "AccessDenied"
    canonical = "\n".join(
        (
            method,
            quote(path, safe=f"/{_UNRESERVED}"),
            "&".join(sorted(f"{_quoted(name)}={_quoted(value)}" for name, value in parameters.items())),
            *(f"{name}:{headers.get(name, '').strip()}" for name in names),
            "",
            ";".join(names),
            "UNSIGNED-PAYLOAD",
        )
    )
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    key = f"AWS4{secret}".encode()
    for part in (*scope.split("/"), "\n".join((_ALGORITHM, parameters["X-Amz-Date"], scope, digest))):
        key = hmac.digest(key, part.encode(), "sha256")
    return None if hmac.compare_digest(key.hex(), given) else "SignatureDoesNotMatch"


def _quoted(text: str) -> str:
    return quote(text, safe=_UNRESERVED)
