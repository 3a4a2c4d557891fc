"""Errors of botocore, said in Medley's words.

What passes by itself is Unavailable: throttling, time-outs, a service's own faults, a connection that broke. Everything
else a service or botocore refuses is Broken: access denied, no such bucket or queue, bad parameters, no credentials.
Waiting does not mend those, a person does; each counts on the metric `aws_refused`, which has an alarm.
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from boto3.exceptions import S3UploadFailedError
from botocore import exceptions as raised
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from medley.errors import Broken, MedleyError, Unavailable

PASSING_CODES: Final = frozenset(
    {
        # too much at once
        "BandwidthLimitExceeded",
        "KmsThrottled",
        "OverLimit",
        "PriorRequestNotComplete",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "Throttled",
        "Throttling",
        "ThrottledException",
        "ThrottlingException",
        "TooManyRequests",
        "TooManyRequestsException",
        # the service's own trouble
        "InternalError",
        "InternalFailure",
        "InternalServerError",
        "ServiceFailure",
        "ServiceUnavailable",
        "ServiceUnavailableException",
        # the same request will do next time
        "BadDigest",  # damaged on its way
        "ConditionalRequestConflict",  # another one on the same object ended meanwhile
        "IncompleteBody",
        "OperationAborted",  # another one on the same thing is under way
        "RequestTimeout",
        "RequestTimeoutException",
        # credentials that are replaced while a function runs
        "ExpiredToken",
        "ExpiredTokenException",
    }
)
PASSING_STATUSES: Final = frozenset({408, 429, 500, 502, 503, 504})  # also where no code is known, as of HEAD

_PASSING: Final = (
    raised.HTTPClientError,  # read time-outs, connections closed half-way
    raised.ConnectionError,  # and those that never came about
    raised.IncompleteReadError,
    raised.ChecksumError,
    raised.FlexibleChecksumError,
    raised.CredentialRetrievalError,
    raised.MetadataRetrievalError,
    ResponseParserError,  # an answer that is none: something in between speaks for the service
)

Raised = ClientError | BotoCoreError | ResponseParserError

logger = logging.getLogger(__name__)


def code_of(error: ClientError) -> str:
    """The service's code: `NoSuchKey`; for an answer without a body, as to HEAD, the HTTP status: `404`."""
    return str(error.response.get("Error", {}).get("Code", ""))


def passes(error: Raised) -> bool:
    """True if the same call may work later without anybody's help."""
    if not isinstance(error, ClientError):
        return isinstance(error, _PASSING)
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return code_of(error) in PASSING_CODES or status in PASSING_STATUSES


@contextmanager
def translated(
    unavailable: type[Unavailable], what: str, known: Mapping[str, MedleyError] | None = None
) -> Iterator[None]:
    """Raise `known[code]` for a service's answer of that code, `unavailable` for what passes by itself, and Broken
    (code `aws_refused`) for all else botocore raises."""
    try:
        yield
    except (ClientError, BotoCoreError, ResponseParserError, S3UploadFailedError) as error:
        raise _said(error, unavailable, what, known or {}) from error


def _said(
    error: Raised | S3UploadFailedError,
    unavailable: type[Unavailable],
    what: str,
    known: Mapping[str, MedleyError],
) -> MedleyError:
    cause = error.__context__ if isinstance(error, S3UploadFailedError) else error  # of an upload in parts
    if not isinstance(cause, Raised):
        return unavailable(f"{what}: {error}")
    code = code_of(cause) if isinstance(cause, ClientError) else type(cause).__name__
    if code in known:
        return known[code]
    if passes(cause):
        return unavailable(f"{what}: {error}", aws_code=code)
    _count()
    logger.critical("refused by AWS", extra={"what": what, "aws_code": code})
    return Broken(f"{what}: {error}", code="aws_refused", aws_code=code)


def _count() -> None:
    """One on the metric, by way of the log (EMF); made here, as such a refusal may come up in any function. An alarm
    looks at one sum, so it has one dimension for all of them; which function it was, and the code, is in the log."""
    from aws_lambda_powertools.metrics import MetricUnit, single_metric

    with single_metric(name="aws_refused", unit=MetricUnit.Count, value=1, namespace="Medley") as metric:
        metric.add_dimension(name="service", value="any")
