"""Requests to the embedded SQS: who signed one may ask, nobody else; a function for what its row in the topology grants
(`local.storage.grants`). A WSGI layer in front of moto's server."""

import io
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Final
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.datastructures import EnvironHeaders
from werkzeug.wrappers import Response

from local import signatures
from local.signatures import Keys, Refused
from local.storage.grants import Grants, queue_granted
from local.storage.objects import BodyCutShort, body, body_length

TARGET: Final = "AmazonSQS."  # what X-Amz-Target begins with
_REQUEST_BYTES: Final = 8 * 1024**2  # a batch has 1 MiB of messages; JSON may make six bytes of one


class QueueRequests:
    """The layer, around moto's application."""

    def __init__(self, moto: WSGIApplication, keys: Keys, grants: Grants) -> None:
        self._moto = moto
        self._keys = keys
        self._grants = grants

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            given = self._checked(environ)
        except (Refused, BodyCutShort) as error:
            code, status = (
                (error.code, error.status) if isinstance(error, Refused) else ("IncompleteBody", HTTPStatus.BAD_REQUEST)
            )
            answer = json.dumps({"__type": f"com.amazonaws.sqs#{code}", "message": str(error)})
            return Response(answer, status, mimetype="application/x-amz-json-1.0")(environ, start_response)
        return self._moto(given, start_response)

    def _checked(self, environ: WSGIEnvironment) -> WSGIEnvironment:
        """The request, its body read. Raises: Refused, BodyCutShort."""
        size = body_length(environ.get("CONTENT_LENGTH", "")) or 0
        if size > _REQUEST_BYTES:
            raise Refused("RequestTooLarge", HTTPStatus.BAD_REQUEST, "The request is too long.")
        sent = b"".join(body(environ["wsgi.input"].read, size))
        request = signatures.Request(
            environ["REQUEST_METHOD"],
            environ["RAW_URI"].partition("?")[0],
            environ.get("QUERY_STRING", ""),
            {header.lower(): value for header, value in EnvironHeaders(environ).items()},
        )
        signed = signatures.check(request, self._keys, service="sqs", now=datetime.now(UTC), body=sent)
        action = request.headers.get("x-amz-target", "").removeprefix(TARGET)
        if not queue_granted(action, _queue(sent), signed.access_key, self._grants):
            raise Refused(
                "AccessDeniedException", HTTPStatus.FORBIDDEN, "This function may not do that with this queue."
            )
        return {**environ, "wsgi.input": io.BytesIO(sent)}


def _queue(sent: bytes) -> str:
    """The name of the queue a request is about; empty if it says none."""
    try:
        return str(json.loads(sent)["QueueUrl"]).rpartition("/")[2]
    except (ValueError, KeyError, TypeError):
        return ""
