"""Uploads: files that go straight to the bucket, in one request or in parts, and go on where they were interrupted."""

import math
import mimetypes
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx2

from medley_client.transport import Json, Transport

MEDIA_TYPES = {".mkv": "video/x-matroska", ".webm": "video/webm", ".mov": "video/quicktime", ".m4v": "video/mp4"}
MEDIA_TYPES_OF_ASSETS = {"audio": "audio/mpeg", "image": "image/png"}  # where the name does not say
PORTION = 32  # parts whose requests come at a time


class Uploader:
    """Sends files of one person. `storage` talks to the bucket, which knows nothing of tokens."""

    def __init__(self, transport: Transport, storage: httpx2.Client) -> None:
        self._transport = transport
        self._storage = storage

    def clip(self, project_id: str, path: Path, *, name: str | None = None) -> Json:
        """Ask for an upload and send the file; returns the clip, still `expected`.

        Raises:
            ApiError: it may not be uploaded.
            httpx2.HTTPError: it did not arrive; `resume` sends what is missing.
        """
        media_type = MEDIA_TYPES.get(path.suffix.lower()) or mimetypes.guess_type(path.name)[0] or "video/mp4"
        asked = {"name": name or path.name, "size_bytes": path.stat().st_size, "content_type": media_type}
        answer = self._transport.json("POST", f"/v1/projects/{project_id}/clips", body=asked)
        self._send(answer, path, {})
        return dict(answer["clip"])

    def resume(self, clip_id: str, path: Path) -> Json:
        """Go on with a clip's upload, whatever of it arrived and however long ago it was; returns the clip.

        Raises:
            ApiError: code `already_uploaded`; nothing is missing.
            httpx2.HTTPError: as `clip`.
        """
        answer = self._transport.json("POST", f"/v1/clips/{clip_id}/upload")
        arrived = dict(self._arrived(clip_id)) if answer["upload"]["kind"] == "multipart" else {}
        self._send(answer, path, arrived)
        return dict(answer["clip"])

    def asset(self, project_id: str, path: Path, kind: str, *, name: str | None = None) -> Json:
        """Send music or a voice-over (`audio`) or an `image`; returns the asset, `expected`."""
        media_type = mimetypes.guess_type(path.name)[0] or MEDIA_TYPES_OF_ASSETS[kind]
        size = path.stat().st_size
        asked = {"kind": kind, "name": name or path.name, "size_bytes": size, "content_type": media_type}
        answer = self._transport.json("POST", f"/v1/projects/{project_id}/assets", body=asked)
        self.put(answer["upload"]["request"], path, 0, size)
        return dict(answer["asset"])

    def _send(self, answer: Json, path: Path, arrived: Mapping[int, str]) -> None:
        """Send a clip's file, but for the parts that arrived (their ETags by number)."""
        clip, upload = answer["clip"], answer["upload"]
        size = path.stat().st_size
        if upload["kind"] == "single":
            self.put(upload["request"], path, 0, size)
            return
        step = upload["part_bytes"]
        etags = dict(arrived)
        missing = [n for n in range(1, math.ceil(size / step) + 1) if n not in etags]
        for part in self._requests(clip["id"], upload["parts"], missing):
            etags[part["number"]] = self.put(part["request"], path, (part["number"] - 1) * step, step)
        parts = [{"number": number, "etag": etags[number]} for number in sorted(etags)]
        self._transport.json("POST", f"/v1/clips/{clip['id']}/complete", body={"parts": parts})

    def _requests(self, clip_id: str, signed: Sequence[Json], missing: Sequence[int]) -> Iterator[Json]:
        """A request for each part that is missing: those that are `signed`, then others as their turn comes."""
        known = {part["number"]: part for part in signed}
        yield from (known[number] for number in missing if number in known)
        rest = [number for number in missing if number not in known]
        for start in range(0, len(rest), PORTION):
            body = {"numbers": rest[start : start + PORTION]}
            yield from self._transport.json("POST", f"/v1/clips/{clip_id}/parts", body=body)["parts"]

    def _arrived(self, clip_id: str) -> Iterator[tuple[int, str]]:
        cursor: Any = None
        while True:
            page = self._transport.json("GET", f"/v1/clips/{clip_id}/parts", query={"cursor": cursor})
            yield from ((part["number"], part["etag"]) for part in page["items"])
            cursor = page["next"]
            if cursor is None:
                return

    def put(self, request: Json, path: Path, offset: int, length: int) -> str:
        """Send bytes of a file by a signed request; returns the ETag, or "" if they had arrived before."""
        with path.open("rb") as file:
            file.seek(offset)
            content = file.read(length)
        response = self._storage.request(request["method"], request["url"], headers=request["headers"], content=content)
        if response.status_code == httpx2.codes.PRECONDITION_FAILED:
            return ""  # nothing sent to this URL replaces what is there
        response.raise_for_status()
        return str(response.headers["etag"])
