"""Signatures of requests to the embedded AWS: who has one may ask, as at AWS.

AWS Signature Version 4, in the Authorization header as SDKs send it or in the query string of a presigned URL. Each is
checked in full: another method, path, parameter or signed header than was signed, or its time gone by, is refused as S3
refuses it. So what a browser gets away with here, it gets away with at AWS.
"""

import hashlib
import hmac
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qsl, quote

from local.compute.invocation import REGION

UNSIGNED_PAYLOAD: Final = "UNSIGNED-PAYLOAD"
PAYLOAD_HEADER: Final = "x-amz-content-sha256"
SKEW: Final = timedelta(minutes=15)  # how far a clock may be off
EXPIRES_MAX_S: Final = 604_800  # a week, of a presigned URL
_ALGORITHM: Final = "AWS4-HMAC-SHA256"
_TIME: Final = "%Y%m%dT%H%M%SZ"
_UNRESERVED: Final = "-_.~"


@dataclass(frozen=True)
class Request:
    """What of a request is signed. Header names are in lower case.

    `path` is decoded for S3, which encodes it once, and as it was sent for all other services, which do so twice.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Keys:
    """What signatures are made with here: one secret, and who may sign."""

    secret: str
    access_keys: Collection[str]


@dataclass(frozen=True)
class Signed:
    """A request whose signature is good: whose it is, and the SHA-256 (hex) its body must have, or UNSIGNED-PAYLOAD."""

    access_key: str
    payload: str


class Refused(Exception):
    """A request that AWS would not serve: S3's error code, its status, and for whom it was meant to be a sentence."""

    def __init__(self, code: str, status: HTTPStatus, message: str, **details: str) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.message = message
        self.details = details  # further elements of S3's answer


@dataclass(frozen=True)
class _Claim:
    """What a request says of its own signature."""

    access_key: str
    scope: str
    headers: Sequence[str]
    signature: str
    signed_at: datetime
    payload: str


def check(request: Request, keys: Keys, *, service: str, now: datetime, body: bytes | None = None) -> Signed:
    """Who signed the request.

    Args:
        service: `s3`, `sqs`, `execute-api`.
        body: of a service that signs it whole; None for S3, where a header says what is signed of it.

    Raises:
        Refused: nobody did, or not so, or not now.
    """
    parameters = parse_qsl(request.query, keep_blank_values=True)
    presigned = any(name.lower() == "x-amz-signature" for name, _ in parameters)
    if "authorization" in request.headers:
        if presigned:
            raise Refused("InvalidArgument", HTTPStatus.BAD_REQUEST, "Only one auth mechanism is allowed.")
        claim = _in_header(request, service, now, body)
    elif presigned and body is None:
        claim = _in_query(dict(parameters), service, now)
    else:
        raise Refused("AccessDenied", HTTPStatus.FORBIDDEN, "The request is not signed.")
    if claim.access_key not in keys.access_keys:
        raise Refused("InvalidAccessKeyId", HTTPStatus.FORBIDDEN, "There is no such access key.")
    _require_signed_headers(request, claim)
    signature = _signature(request, parameters, claim, keys.secret)
    if not hmac.compare_digest(signature.encode(), claim.signature.encode()):
        raise Refused("SignatureDoesNotMatch", HTTPStatus.FORBIDDEN, "The signature is not that of this request.")
    return Signed(claim.access_key, claim.payload)


def _in_header(request: Request, service: str, now: datetime, body: bytes | None) -> _Claim:
    algorithm, _, rest = request.headers["authorization"].partition(" ")
    if algorithm != _ALGORITHM:
        raise Refused("InvalidArgument", HTTPStatus.BAD_REQUEST, "Unsupported authorization type.")
    said = dict(_pair(part) for part in rest.split(","))
    malformed = Refused("AuthorizationHeaderMalformed", HTTPStatus.BAD_REQUEST, "The header cannot be read.")
    try:
        signed_at = _time(request.headers.get("x-amz-date", ""))
        access_key, scope = _credential(said["Credential"], signed_at, service)
        names, signature = said["SignedHeaders"].split(";"), said["Signature"]
    except (KeyError, ValueError) as error:
        raise malformed from error
    if abs(now - signed_at) > SKEW:
        raise Refused("RequestTimeTooSkewed", HTTPStatus.FORBIDDEN, "The clocks are too far apart.")
    payload = request.headers.get(PAYLOAD_HEADER, "") if body is None else hashlib.sha256(body).hexdigest()
    if not payload:
        raise Refused("InvalidRequest", HTTPStatus.BAD_REQUEST, f"The header {PAYLOAD_HEADER} is missing.")
    return _Claim(access_key, scope, names, signature, signed_at, payload)


def _in_query(said: Mapping[str, str], service: str, now: datetime) -> _Claim:
    malformed = Refused("AuthorizationQueryParametersError", HTTPStatus.BAD_REQUEST, "The URL cannot be read.")
    try:
        signed_at, expires_s = _time(said["X-Amz-Date"]), int(said["X-Amz-Expires"])
        access_key, scope = _credential(said["X-Amz-Credential"], signed_at, service)
        names, signature = said["X-Amz-SignedHeaders"].split(";"), said["X-Amz-Signature"]
    except (KeyError, ValueError) as error:
        raise malformed from error
    if said.get("X-Amz-Algorithm") != _ALGORITHM or not 0 < expires_s <= EXPIRES_MAX_S:
        raise malformed
    if not signed_at - SKEW <= now <= signed_at + timedelta(seconds=expires_s):
        raise Refused("AccessDenied", HTTPStatus.FORBIDDEN, "The URL has expired, or is not valid yet.")
    return _Claim(access_key, scope, names, signature, signed_at, UNSIGNED_PAYLOAD)


def _require_signed_headers(request: Request, claim: _Claim) -> None:
    """The host, and whatever S3 would act on: else who has a URL could add it."""
    acted_on = {name for name in request.headers if name.startswith("x-amz-")} | {"host"}
    if unsigned := sorted(acted_on - set(claim.headers)):
        raise Refused(
            "AccessDenied",
            HTTPStatus.FORBIDDEN,
            "There were headers present in the request which were not signed.",
            HeadersNotSigned=", ".join(unsigned),
        )


def _signature(request: Request, parameters: Sequence[tuple[str, str]], claim: _Claim, secret: str) -> str:
    pairs = sorted((_quoted(name), _quoted(value)) for name, value in parameters if name != "X-Amz-Signature")
    canonical = "\n".join(
        (
            request.method,
            quote(request.path, safe=f"/{_UNRESERVED}"),
            "&".join(f"{name}={value}" for name, value in pairs),
            *(f"{name}:{' '.join(request.headers.get(name, '').split())}" for name in claim.headers),
            "",
            ";".join(claim.headers),
            claim.payload,
        )
    )
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    key = f"AWS4{secret}".encode()
    for part in (
        *claim.scope.split("/"),
        "\n".join((_ALGORITHM, claim.signed_at.strftime(_TIME), claim.scope, digest)),
    ):
        key = hmac.digest(key, part.encode(), "sha256")
    return key.hex()


def _credential(text: str, signed_at: datetime, service: str) -> tuple[str, str]:
    """The access key, and the scope: it has to be that of the day, the region and the service. Raises: ValueError."""
    access_key, _, scope = text.partition("/")
    if scope != f"{signed_at:%Y%m%d}/{REGION}/{service}/aws4_request":
        raise ValueError(scope)
    return access_key, scope


def _time(text: str) -> datetime:
    """Raises: ValueError."""
    return datetime.strptime(text, _TIME).replace(tzinfo=UTC)


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.strip().partition("=")
    return name, value


def _quoted(text: str) -> str:
    return quote(text, safe=_UNRESERVED)
