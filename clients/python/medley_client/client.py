"""A small client of the HTTP API and the WebSocket, as a browser uses them: for demo, benchmarks and tests."""

import json
import mimetypes
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote
from uuid import uuid4

import httpx2
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

Json = dict[str, Any]
MEDIA_TYPES = {".mkv": "video/x-matroska", ".webm": "video/webm", ".mov": "video/quicktime", ".m4v": "video/mp4"}
MEDIA_TYPES_OF_ASSETS = {"audio": "audio/mpeg", "image": "image/png"}  # where the name does not say


class ApiError(Exception):
    """The API said no: `status`, stable `code` and the whole error body."""

    def __init__(self, response: httpx2.Response) -> None:
        self.status = response.status_code
        try:
            self.error: Json = response.json()["error"]
        except (ValueError, KeyError):
            self.error = {"code": "not_json", "message": response.text[:500]}
        self.code: str = self.error["code"]
        super().__init__(f"{self.status} {self.code}: {self.error['message']}")


class Client:
    """One signed-in person. Use as a context manager; `sign_up` or `sign_in` first."""

    def __init__(self, api_url: str) -> None:
        self._api = httpx2.Client(base_url=api_url, timeout=60)
        self._storage = httpx2.Client(timeout=600)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._api.close()
        self._storage.close()

    def call(self, method: str, path: str, body: Any = None, *, headers: Mapping[str, str] | None = None) -> Json:
        """One request below `/v1`; returns the JSON body.

        Raises:
            ApiError: any status of 400 and up.
        """
        response = self._api.request(method, f"/v1{path}", json=body, headers=dict(headers or {}))
        if response.is_error:
            raise ApiError(response)
        return response.json() if response.content else {}

    def sign_up(self, email: str, password: str, name: str) -> Json:
        return self._remember(self.call("POST", "/auth/sign-up", {"email": email, "password": password, "name": name}))

    def sign_in(self, email: str, password: str) -> Json:
        return self._remember(self.call("POST", "/auth/sign-in", {"email": email, "password": password}))

    def _remember(self, session: Json) -> Json:
        self._api.headers["authorization"] = f"Bearer {session['access_token']}"
        return session

    def upload(self, project_id: str, path: Path, *, name: str | None = None) -> Json:
        """Ask for an upload and send the file straight to the bucket; returns the clip, still `expected`."""
        media_type = MEDIA_TYPES.get(path.suffix.lower()) or mimetypes.guess_type(path.name)[0] or "video/mp4"
        size = path.stat().st_size
        asked = {"name": name or path.name, "size_bytes": size, "content_type": media_type}
        answer = self.call("POST", f"/projects/{project_id}/clips", asked)
        clip, upload = answer["clip"], answer["upload"]
        if upload["kind"] == "single":
            self._put(upload["request"], path, 0, size)
        else:
            step = upload["part_bytes"]
            parts = [
                {"number": part["number"], "etag": self._put(part["request"], path, (part["number"] - 1) * step, step)}
                for part in upload["parts"]
            ]
            self.call("POST", f"/clips/{clip['id']}/complete", {"parts": parts})
        return dict(clip)

    def upload_asset(self, project_id: str, path: Path, kind: str, *, name: str | None = None) -> Json:
        """Send music or a voice-over (`audio`) or an `image` straight to the bucket; returns the asset, `expected`."""
        media_type = mimetypes.guess_type(path.name)[0] or MEDIA_TYPES_OF_ASSETS[kind]
        size = path.stat().st_size
        asked = {"kind": kind, "name": name or path.name, "size_bytes": size, "content_type": media_type}
        answer = self.call("POST", f"/projects/{project_id}/assets", asked)
        self._put(answer["upload"]["request"], path, 0, size)
        return dict(answer["asset"])

    def _put(self, request: Json, path: Path, offset: int, length: int) -> str:
        with path.open("rb") as file:
            file.seek(offset)
            content = file.read(length)
        response = self._storage.request(request["method"], request["url"], headers=request["headers"], content=content)
        response.raise_for_status()
        return str(response.headers["etag"])

    def settled_clips(self, project_id: str, count: int, timeout_s: float = 120) -> list[Json]:
        """Wait until `count` clips of the project are ready or rejected.

        Raises:
            TimeoutError: they are not in time.
        """
        return self._settled(f"/projects/{project_id}/clips", count, timeout_s)

    def settled_assets(self, project_id: str, count: int, timeout_s: float = 120) -> list[Json]:
        """Wait until `count` assets of the project are ready or rejected.

        Raises:
            TimeoutError: they are not in time.
        """
        return self._settled(f"/projects/{project_id}/assets", count, timeout_s)

    def _settled(self, path: str, count: int, timeout_s: float) -> list[Json]:
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            uploads = self.all_items(path)
            if sum(upload["state"] != "expected" for upload in uploads) >= count:
                return uploads
            time.sleep(0.1)
        raise TimeoutError(f"Not all of {count} uploads were read within {timeout_s:.0f} s.")

    def all_items(self, path: str) -> list[Json]:
        """Every item of a paged list."""
        items: list[Json] = []
        cursor: str | None = None
        while True:
            separator = "&" if "?" in path else "?"
            page = self.call("GET", f"{path}{separator}cursor={quote(cursor)}" if cursor else path)
            items += page["items"]
            cursor = page["next"]
            if cursor is None:
                return items

    def generate(self, project_id: str, spec: Json, *, key: str | None = None) -> Json:
        """Order videos. The key is made before sending: sent again, it gives the same generation."""
        headers = {"idempotency-key": key or str(uuid4())}
        return self.call("POST", f"/projects/{project_id}/generations", {"spec": spec}, headers=headers)

    def watch(self, generation_id: str, *, poll_s: float = 2.0, timeout_s: float = 1800) -> Iterator[Json]:
        """The generation each time it changes, until it is final: pushes say when to look, a slow poll is the net.

        Raises:
            TimeoutError: it is not final in time.
        """
        deadline = time.monotonic() + timeout_s
        ticket = self.call("POST", "/socket-tickets")
        seq = 0
        with connect(f"{ticket['url']}?ticket={quote(ticket['ticket'])}") as socket:
            while time.monotonic() < deadline:
                answer = self._changes(generation_id, seq)
                generation = answer["generation"]
                if generation["seq"] > seq:
                    seq = generation["seq"]
                    yield answer
                if generation["state"] != "running":
                    return
                _wait_for_push(socket, generation_id, poll_s)
        raise TimeoutError(f"The generation was not finished within {timeout_s:.0f} s.")

    def _changes(self, generation_id: str, after_seq: int) -> Json:
        """The generation as it is, with all its outputs that changed after it had this `seq`."""
        path = f"/generations/{generation_id}?after_seq={after_seq}"
        answer = self.call("GET", path)
        outputs = list(answer["outputs"])
        while answer["next"] is not None:
            answer = self.call("GET", f"{path}&cursor={answer['next']}")
            outputs += answer["outputs"]
        return {**answer, "outputs": outputs}

    def download(self, generation_id: str, n: int, folder: Path) -> Path:
        """Fetch one output under its own file name."""
        link = self.call("GET", f"/generations/{generation_id}/outputs/{n}/link")
        path = folder / Path(link["file_name"]).name
        with self._storage.stream("GET", link["url"]) as response, path.open("wb") as file:
            response.raise_for_status()
            for chunk in response.iter_bytes():
                file.write(chunk)
        return path


def _wait_for_push(socket: Any, generation_id: str, timeout_s: float) -> None:
    deadline = time.monotonic() + timeout_s
    try:
        while (left := deadline - time.monotonic()) > 0:
            push = json.loads(socket.recv(timeout=left))
            if push.get("generation_id") == generation_id:
                return
    except TimeoutError:
        return
    except ConnectionClosed:
        time.sleep(max(0.0, deadline - time.monotonic()))


def ids(items: Sequence[Json]) -> list[str]:
    return [item["id"] for item in items]
