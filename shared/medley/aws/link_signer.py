"""Signer of links: presigned GETs of one bucket, by AWS Signature Version 4 in the query string.

A page of clips holds hundreds of links. botocore's own presigning takes 0.3 ms for each, nearly all of it for what is
the same for every object of a bucket; this takes a tenth of that. Where the bucket is, botocore is asked once; a test
holds every link against botocore's.
"""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlsplit

from medley.domain.links import LinkWindow

if TYPE_CHECKING:
    from botocore.credentials import ReadOnlyCredentials
    from mypy_boto3_s3 import S3Client

_ALGORITHM: Final = "AWS4-HMAC-SHA256"
_ANY_KEY: Final = "_"


class LinkSigner:
    """Signs for one bucket, with credentials that may be others each time, as a role's are."""

    def __init__(
        self,
        client: "S3Client",
        bucket: str,
        credentials: Callable[[], "ReadOnlyCredentials"],
        now: Callable[[], datetime],
    ) -> None:
        """Raises: botocore's errors, where it has no credentials or does not know the region."""
        url = client.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": _ANY_KEY})
        self._base = url.partition("?")[0].removesuffix(_ANY_KEY)
        address = urlsplit(self._base)
        self._host, self._path = address.netloc, address.path
        self._region = client.meta.region_name
        self._credentials = credentials
        self._now = now
        self._period: _Period | None = None

    def sign(self, key: str, *, disposition: str, content_type: str) -> str:
        """The link that gets the object, with these headers in the answer, until the end of `LinkWindow.of(now)`."""
        period, path = self._now_signing(), quote(key, safe="/~")
        query = (
            f"{period.query}&response-content-disposition={_quoted(disposition)}"
            f"&response-content-type={_quoted(content_type)}"
        )
        request = f"GET\n{self._path}{path}\n{query}\nhost:{self._host}\n\nhost\nUNSIGNED-PAYLOAD"
        digest = hashlib.sha256(request.encode()).hexdigest()
        signature = hmac.digest(period.key, f"{period.text}\n{digest}".encode(), "sha256").hex()
        return f"{self._base}{path}?{query}&X-Amz-Signature={signature}"

    def _now_signing(self) -> "_Period":
        credentials, window = self._credentials(), LinkWindow.of(self._now())
        made_for = (credentials.access_key, credentials.secret_key, credentials.token, window)
        if self._period is None or self._period.made_for != made_for:
            self._period = self._begun(made_for)
        return self._period

    def _begun(self, made_for: "_MadeFor") -> "_Period":
        access_key, secret_key, token, window = made_for
        time = window.signed_at.strftime("%Y%m%dT%H%M%SZ")
        scope = f"{time[:8]}/{self._region}/s3/aws4_request"
        key = f"AWS4{secret_key or ''}".encode()
        for part in scope.split("/"):
            key = hmac.digest(key, part.encode(), "sha256")
        query = (  # names in the order of the alphabet, as they are signed
            f"X-Amz-Algorithm={_ALGORITHM}&X-Amz-Credential={_quoted(f'{access_key}/{scope}')}&X-Amz-Date={time}"
            f"&X-Amz-Expires={window.life_s}{f'&X-Amz-Security-Token={_quoted(token)}' if token else ''}"
            "&X-Amz-SignedHeaders=host"
        )
        return _Period(made_for, query, f"{_ALGORITHM}\n{time}\n{scope}", key)


_MadeFor = tuple[str | None, str | None, str | None, LinkWindow]


@dataclass(frozen=True)
class _Period:
    """What all links of a window with the same credentials have in common: their query's beginning, that of the text
    that is signed, and the key."""

    made_for: _MadeFor
    query: str
    text: str
    key: bytes


@lru_cache(maxsize=500)  # headers are few
def _quoted(text: str) -> str:
    return quote(text, safe="~")
