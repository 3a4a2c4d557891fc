"""Requests for whole objects, what browsers and workers do most with S3, answered without holding them in memory.

A WSGI layer in front of moto's server:

- PUT (an object, or a part of an upload): the body goes to a file as it comes, moto gets a ticket for it and does
  all the rest: buckets, uploads, notifications.
- GET and HEAD of an object: answered here from its file, ranges and conditions included. One whose file is missing, or
  not as long as it was stored, is no object: 404.
- CORS: any origin may do anything, and read the ETag.
- A request that nobody signed, or not so, is refused (`local.storage.presigned`), as is one of a function for what its
  row in the topology does not grant (`local.storage.grants`).

All else, and every other refusal, is moto's.
"""

import io
import logging
import os
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, BinaryIO, Final
from urllib.parse import parse_qsl
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.datastructures import EnvironHeaders
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wrappers import Response
from werkzeug.wsgi import FileWrapper

from local.environment import SECRET_ACCESS_KEY
from local.storage.grants import Grants, granted
from local.storage.moto_objects import Handover, StoredKey, has_bucket, stored_key
from local.storage.objects import BodyCutShort, body
from local.storage.presigned import refusal

_EXPOSED: Final = "ETag, Content-Length, Content-Range, Content-Disposition"
_METADATA: Final = "x-amz-meta-"  # what whoever stored an object said of it
_CHUNK_BYTES: Final = 256 * 1024
logger = logging.getLogger(__name__)


class ObjectRequests:
    """The layer, around moto's application."""

    def __init__(self, moto: WSGIApplication, handover: Handover, grants: Grants) -> None:
        self._moto = moto
        self._handover = handover
        self._grants = grants

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
            own = [(name, value) for name, value in headers if not name.lower().startswith("access-control-")]
            return start_response(status, own + _cors(environ), exc_info)

        method = environ["REQUEST_METHOD"]
        if method == "OPTIONS":
            return Response(status=200)(environ, start)
        path, query = f"/{_path(environ)}", environ.get("QUERY_STRING", "")
        headers = {header.lower(): value for header, value in EnvironHeaders(environ).items()}
        refused = refusal(method, path, query, headers, secret=SECRET_ACCESS_KEY, now=datetime.now(UTC))
        if refused is None and not granted(method, path, query, headers.get("authorization", ""), self._grants):
            refused = "AccessDenied"
        if refused is not None:
            return _refusal(HTTPStatus.FORBIDDEN, refused)(environ, start)
        match method:
            case "PUT" if _plain(environ) and not _needs_moto(environ):
                return self._put(environ, start)
            case "GET" | "HEAD" if _plain(environ):
                return self._get(environ, start)
        return self._moto(environ, start)

    def _put(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH", "")
        if not length.isdigit():
            return _refusal(HTTPStatus.LENGTH_REQUIRED, "MissingContentLength")(environ, start_response)
        try:
            content = self._handover.folder.write(body(environ["wsgi.input"].read, int(length)))
        except BodyCutShort:
            return _refusal(HTTPStatus.BAD_REQUEST, "IncompleteBody")(environ, start_response)
        ticket = self._handover.ticket(content)
        if environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
            environ["CONTENT_TYPE"] = "binary/octet-stream"  # curl's default, with which moto takes the body for a form
        try:
            return self._moto(
                {**environ, "wsgi.input": io.BytesIO(ticket), "CONTENT_LENGTH": str(len(ticket))}, start_response
            )
        finally:
            self._handover.withdraw(ticket)

    def _get(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        bucket, _, name = _path(environ).partition("/")
        if not has_bucket(bucket):
            return self._moto(environ, start_response)
        found = _opened(bucket, name)
        response = _refusal(HTTPStatus.NOT_FOUND, "NoSuchKey") if found is None else _answer(*found, environ)
        return response(environ, start_response)


def _opened(bucket: str, name: str) -> tuple[StoredKey, BinaryIO] | None:
    """The object and its file; None if there is none, or no file as long as it was stored."""
    for _ in range(2):  # it may be replaced while we look
        key = stored_key(bucket, name)
        if key is None:
            return None
        try:
            file = key.stored.path.open("rb")
        except OSError:
            continue
        if os.fstat(file.fileno()).st_size == key.size:
            return key, file
        file.close()
    logger.warning("no object: the content of %s is missing or not as long as it was stored", name)
    return None


def _answer(key: StoredKey, file: BinaryIO, environ: WSGIEnvironment) -> Response:
    """The object, or the part of it that was asked for. The file is closed with the answer."""
    told = {name: value for name, value in key.metadata.items() if name.lower().startswith(_METADATA)}
    response = Response(
        headers={**told, "Content-Type": key.metadata["Content-Type"], "Content-Length": str(key.size)},
        direct_passthrough=True,
    )
    response.set_etag(key.etag.strip('"'))
    response.last_modified = key.last_modified
    for name, value in parse_qsl(environ.get("QUERY_STRING", "")):
        if name.startswith("response-"):
            response.headers[name.removeprefix("response-")] = value
    response.call_on_close(file.close)
    if environ["REQUEST_METHOD"] == "GET":
        response.response = FileWrapper(file, _CHUNK_BYTES)
    try:
        response.make_conditional(environ, accept_ranges=True, complete_length=key.size)
    except RequestedRangeNotSatisfiable:
        response.close()
        return _refusal(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, "InvalidRange")
    if response.status_code == HTTPStatus.PRECONDITION_FAILED:
        response.close()
        return _refusal(HTTPStatus.PRECONDITION_FAILED, "PreconditionFailed")
    return response


def _plain(environ: WSGIEnvironment) -> bool:
    """True for a request for a whole object or part, false for one of its many sub-resources."""
    _, _, name = _path(environ).partition("/")
    parameters = [
        parameter.lower() for parameter, _ in parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True)
    ]
    writing = environ["REQUEST_METHOD"] == "PUT"
    return name != "" and all(
        parameter.startswith(("x-amz-", "response-"))
        or parameter == "x-id"
        or (writing and parameter in {"partnumber", "uploadid"})
        for parameter in parameters
    )


def _needs_moto(environ: WSGIEnvironment) -> bool:
    """True if the body is not just the content, or moto would compute something from it."""
    return (
        environ.get("HTTP_X_AMZ_CONTENT_SHA256", "").startswith("STREAMING-")
        or "aws-chunked" in environ.get("HTTP_CONTENT_ENCODING", "")
        or any(name in environ for name in ("HTTP_X_AMZ_COPY_SOURCE", "HTTP_X_AMZ_SDK_CHECKSUM_ALGORITHM"))
    )


def _path(environ: WSGIEnvironment) -> str:
    """`bucket/key`, as text: WSGI hands over bytes that pretend to be Latin-1."""
    path: str = environ.get("PATH_INFO", "")
    return path.lstrip("/").encode("latin-1").decode("utf-8", "replace")


def _cors(environ: WSGIEnvironment) -> list[tuple[str, str]]:
    headers = [("Access-Control-Allow-Origin", "*"), ("Access-Control-Expose-Headers", _EXPOSED)]
    if environ["REQUEST_METHOD"] == "OPTIONS":
        headers += [
            ("Access-Control-Allow-Methods", "GET, HEAD, PUT, POST, DELETE"),
            ("Access-Control-Allow-Headers", environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS", "*")),
            ("Access-Control-Max-Age", "600"),
        ]
    return headers


def _refusal(status: HTTPStatus, code: str) -> Response:
    return Response(
        f"<Error><Code>{code}</Code><Message>{status.phrase}</Message></Error>", status, mimetype="application/xml"
    )
