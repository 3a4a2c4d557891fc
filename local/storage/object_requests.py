"""Requests to the embedded S3; those for whole objects, what browsers and workers do most, are answered here.

A WSGI layer in front of moto's server:

- A request that nobody signed, or not so, is refused (`local.signatures`), as is one of a function for what its
  row in the topology does not grant (`local.storage.grants`), and a body that is not what its headers say
  (`local.storage.body_checks`).
- PUT (an object, or a part of an upload): the body goes to a file as it comes, moto gets a ticket for it and does
  all the rest: buckets, uploads, notifications.
- `If-None-Match: *` of a PUT or of the end of an upload: 412 if there is an object, whoever else is storing one now.
- GET and HEAD of an object: answered here from its file, ranges and conditions included. One whose file is missing, or
  not as long as it was stored, is no object: 404.
- CORS (`local.storage.cors`): the site's pages may upload, and read the ETag.

All else, and every other refusal, is moto's.
"""

import io
import logging
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from threading import Lock
from typing import Any, BinaryIO, Final
from urllib.parse import parse_qsl
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment
from xml.sax.saxutils import escape

from werkzeug.datastructures import EnvironHeaders
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wrappers import Response
from werkzeug.wsgi import FileWrapper

from local import signatures
from local.signatures import Keys, Refused, Signed
from local.storage.body_checks import CHECKSUM, BodyChecks
from local.storage.cors import SiteOrigins
from local.storage.grants import Grants, granted
from local.storage.moto_objects import Handover, StoredKey, has_bucket, stored_key
from local.storage.objects import BodyCutShort, body, body_length

_METADATA: Final = "x-amz-meta-"  # what whoever stored an object said of it
_CHUNK_BYTES: Final = 256 * 1024
_DOCUMENT_BYTES: Final = 4 * 1024**2  # of a body that is no object: the longest, 1,000 keys to delete, has less
_CONDITION: Final = "HTTP_IF_NONE_MATCH"
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Access:
    """Who may do what: how requests are signed, what each function may do, what pages may do."""

    keys: Keys
    grants: Grants
    site: SiteOrigins


class ObjectRequests:
    """The layer, around moto's application."""

    def __init__(self, moto: WSGIApplication, handover: Handover, access: Access) -> None:
        self._moto = moto
        self._handover = handover
        self._access = access
        self._conditional = Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        told = {header.lower(): value for header, value in EnvironHeaders(environ).items()}

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
            own = [(name, value) for name, value in headers if not name.lower().startswith("access-control-")]
            return start_response(status, own + self._access.site.answer(told), exc_info)

        if environ["REQUEST_METHOD"] == "OPTIONS":
            allowed = self._access.site.preflight(told)
            if allowed is None:
                refused = _refusal(HTTPStatus.FORBIDDEN, "AccessForbidden", "This CORS request is not allowed.")
                return refused(environ, start_response)
            return Response(status=HTTPStatus.OK, headers=allowed)(environ, start_response)
        try:
            return self._serve(environ, told, start)
        except Refused as error:
            return _refusal(error.status, error.code, error.message, error.details)(environ, start)
        except BodyCutShort:
            return _refusal(HTTPStatus.BAD_REQUEST, "IncompleteBody")(environ, start)

    def _serve(self, environ: WSGIEnvironment, told: dict[str, str], start: StartResponse) -> Iterable[bytes]:
        """Raises: Refused, BodyCutShort."""
        signed = self._signed(environ, told)
        if "aws-chunked" in told.get("content-encoding", "") or "x-amz-trailer" in told:
            message = "A body signed in chunks cannot be taken here."
            raise Refused("NotImplemented", HTTPStatus.NOT_IMPLEMENTED, message)
        checks = BodyChecks(told, signed.payload)
        match environ["REQUEST_METHOD"]:
            case "PUT" if _plain(environ) and "x-amz-copy-source" not in told:
                return self._put(environ, start, checks)
            case "GET" | "HEAD" if _plain(environ):
                return self._get(environ, start)
        return self._pass_on(environ, start, checks)

    def _signed(self, environ: WSGIEnvironment, told: dict[str, str]) -> Signed:
        method, path, query = environ["REQUEST_METHOD"], f"/{_path(environ)}", environ.get("QUERY_STRING", "")
        request = signatures.Request(method, path, query, told)
        signed = signatures.check(request, self._access.keys, service="s3", now=datetime.now(UTC))
        if not granted(method, path, query, signed.access_key, self._access.grants):
            raise Refused("AccessDenied", HTTPStatus.FORBIDDEN, f"{signed.access_key} may not do this.")
        return signed

    def _put(self, environ: WSGIEnvironment, start: StartResponse, checks: BodyChecks) -> Iterable[bytes]:
        length = body_length(environ.get("CONTENT_LENGTH", ""))
        if length is None:
            return _refusal(HTTPStatus.LENGTH_REQUIRED, "MissingContentLength")(environ, start)
        folder = self._handover.folder
        content = folder.write(checks.watching(body(environ["wsgi.input"].read, length)))
        try:
            checks.require_right()
        except Refused:
            content.path.unlink()
            raise
        ticket = self._handover.ticket(content)
        if environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
            environ["CONTENT_TYPE"] = "binary/octet-stream"  # curl's default, with which moto takes the body for a form
        given = {**_without_checksums(environ), "wsgi.input": io.BytesIO(ticket), "CONTENT_LENGTH": str(len(ticket))}
        try:
            return self._storing(given, start)
        finally:
            self._handover.withdraw(ticket)

    def _pass_on(self, environ: WSGIEnvironment, start: StartResponse, checks: BodyChecks) -> Iterable[bytes]:
        """A request that is not about content; what it sends is read and checked before anything is done."""
        size = body_length(environ.get("CONTENT_LENGTH", "")) or 0
        if size > _DOCUMENT_BYTES:
            return _refusal(HTTPStatus.BAD_REQUEST, "EntityTooLarge")(environ, start)
        document = b"".join(checks.watching(body(environ["wsgi.input"].read, size)))
        checks.require_right()
        given = {**_without_checksums(environ), "wsgi.input": io.BytesIO(document), "CONTENT_LENGTH": str(size)}
        return self._storing(given, start) if environ["REQUEST_METHOD"] == "POST" else self._moto(given, start)

    def _storing(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Let moto store an object. It looks whether there is one if asked to; of two asked so, the first stores it."""
        condition = environ.get(_CONDITION)
        if condition is None:
            return self._moto(environ, start)
        if condition.strip() != "*":
            raise Refused("NotImplemented", HTTPStatus.NOT_IMPLEMENTED, "If-None-Match can be * alone.")
        with self._conditional:
            bucket, _, name = _path(environ).partition("/")
            found = _opened(bucket, name)
            if found is None:  # moto takes one without its content for an object
                environ = {name: value for name, value in environ.items() if name != _CONDITION}
            else:
                found[1].close()
            return self._moto(environ, start)

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
    logger.warning("no object: the content of %r is missing or not as long as it was stored", name)
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


def _without_checksums(environ: WSGIEnvironment) -> WSGIEnvironment:
    """For moto, which would compute some of its own of what it is given."""
    checksum = f"HTTP_{CHECKSUM.replace('-', '_').upper()}"
    return {
        name: value
        for name, value in environ.items()
        if name not in {"HTTP_X_AMZ_SDK_CHECKSUM_ALGORITHM", "HTTP_CONTENT_MD5"} and not name.startswith(checksum)
    }


def _path(environ: WSGIEnvironment) -> str:
    """`bucket/key`, as text: WSGI hands over bytes that pretend to be Latin-1."""
    path: str = environ.get("PATH_INFO", "")
    return path.lstrip("/").encode("latin-1").decode("utf-8", "replace")


def _refusal(status: HTTPStatus, code: str, message: str = "", details: Mapping[str, str] | None = None) -> Response:
    said = {"Code": code, "Message": message or status.phrase, **(details or {})}
    elements = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in said.items())
    return Response(f"<Error>{elements}</Error>", status, mimetype="application/xml")
