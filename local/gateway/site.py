"""Site: the built web app, served beside the API on one origin, as the CDN serves it.

Every address that is neither the API's nor a file's is a page of the app: it gets `index.html`, whose code reads the
address; `/docs` has a page of its own, `docs.html`. A missing file stays missing (404): a browser must not read a page
as a script. Files below `/assets/` are named by their content and kept for ever; all else is asked for again each time,
and answered 304 if it is the same.
"""

import gzip
import hashlib
import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Final

from infra.page_headers import NO_REFERRER, NO_SNIFFING, OWN_WINDOW, content_security_policy
from local.gateway.http_events import HttpReply, Scope, joined_headers

API_PATHS: Final = ("/v1", "/openapi.json", "/healthz", "/readyz")
PAGE: Final = "index.html"
_PACKED: Final = {".html", ".js", ".css", ".json", ".svg", ".txt", ".webmanifest"}
_TYPES: Final = {".js": "text/javascript", ".webmanifest": "application/manifest+json", ".webp": "image/webp"}
_RANGE: Final = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")  # of more digits it is no range of a file
_FIXED: Final = (OWN_WINDOW, NO_REFERRER, NO_SNIFFING)


@dataclass(frozen=True)
class _File:
    """One file as it is sent."""

    content: bytes
    packed: bytes | None  # by gzip, where that helps
    tag: str


class Site:
    """The app in `folder`, which may be built while the cloud runs. Its pages may reach `bucket_url`, an origin."""

    def __init__(self, folder: Path, bucket_url: str) -> None:
        self._folder = folder.resolve()
        self._policy = content_security_policy(bucket_url)
        self._read: dict[tuple[Path, int], _File] = {}

    def serves(self, scope: Scope) -> bool:
        """True if this request is the site's, not the API's."""
        path = scope["path"]
        of_api = any(path == of_api or path.startswith(f"{of_api}/") for of_api in API_PATHS)
        return scope["method"] in {"GET", "HEAD"} and not of_api and (self._folder / PAGE).is_file()

    def answer(self, scope: Scope) -> HttpReply:
        """A file, or the page that every address of the app has."""
        path = self._path(scope["path"])
        if path is None:
            return HttpReply(404, (("content-type", "text/plain; charset=utf-8"), *_FIXED), b"Not found.")
        headers = joined_headers(scope)
        file = self._file(path)
        kept = "public, max-age=31536000, immutable" if self._is_named_by_content(path) else "no-cache"
        about = [("cache-control", kept), ("etag", file.tag), ("vary", "accept-encoding"), *_FIXED]
        if path.suffix == ".html":
            about.append(("content-security-policy", self._policy))
        if file.tag in headers.get("if-none-match", ""):
            return HttpReply(304, tuple(about), b"")
        about.append(("content-type", _media_type(path)))
        reply = _body(file, headers, about)
        if scope["method"] == "HEAD":
            return HttpReply(reply.status, (*reply.headers, ("content-length", str(len(reply.body)))), b"")
        return reply

    def _path(self, asked: str) -> Path | None:
        """The file an address means; None where there is none."""
        if "\0" in asked:
            return None
        path = (self._folder / asked.lstrip("/")).resolve()
        try:
            if path.is_relative_to(self._folder) and path.is_file():
                return path
        except OSError:  # longer than a name of a file can be
            return None
        if "." in asked.rpartition("/")[2]:
            return None
        own = path.with_name(f"{path.name}.html")
        return own if own.parent == self._folder and own.is_file() else self._folder / PAGE

    def _is_named_by_content(self, path: Path) -> bool:
        return path.is_relative_to(self._folder / "assets")

    def _file(self, path: Path) -> _File:
        key = (path, path.stat().st_mtime_ns)
        if key not in self._read:
            content = path.read_bytes()
            packed = gzip.compress(content, mtime=0) if path.suffix in _PACKED else None
            self._read[key] = _File(content, packed, f'"{hashlib.sha256(content).hexdigest()[:16]}"')
        return self._read[key]


def _media_type(path: Path) -> str:
    found = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return f"{found}; charset=utf-8" if found.startswith("text/") else found


def _body(file: _File, headers: Mapping[str, str], about: list[tuple[str, str]]) -> HttpReply:
    """The whole file, packed if the browser reads that; or the one range of it that a player asked for."""
    if file.packed is not None and "gzip" in headers.get("accept-encoding", ""):
        return HttpReply(200, (*about, ("content-encoding", "gzip")), file.packed)
    size = len(file.content)
    about.append(("accept-ranges", "bytes"))
    asked = _RANGE.fullmatch(headers.get("range", ""))
    if asked is None or asked.groups() == ("", ""):
        return HttpReply(200, tuple(about), file.content)
    first, last = asked.groups()
    start = int(first) if first else max(0, size - int(last))
    end = min(int(last), size - 1) if first and last else size - 1
    if start > end:
        refused = HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
        return HttpReply(refused, (*about, ("content-range", f"bytes */{size}")), b"")
    about.append(("content-range", f"bytes {start}-{end}/{size}"))
    return HttpReply(HTTPStatus.PARTIAL_CONTENT, tuple(about), file.content[start : end + 1])
