"""A client of the HTTP API and the WebSocket, as a browser uses them: for scripts, the demo, benchmarks and tests.

`api` has a typed method for each operation, written from the OpenAPI document. The methods here are what takes several
of them: uploads, waiting, watching, downloads.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

import httpx2

from medley_client.generated.operations import Operations
from medley_client.transport import ApiError, Json, Transport
from medley_client.uploads import Uploader
from medley_client.watching import listening

__all__ = ["ApiError", "Client", "Json", "ids"]


class Client:
    """One signed-in person. Use as a context manager; sign up or in first."""

    def __init__(self, api_url: str) -> None:
        self._transport = Transport(api_url)
        self._storage = httpx2.Client(timeout=600)
        self.uploads = Uploader(self._transport, self._storage)
        self.api = Operations(self._transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._transport.http.close()
        self._storage.close()

    def call(self, method: str, path: str, body: Any = None, *, headers: Mapping[str, str] | None = None) -> Json:
        """One request below `/v1`; returns the JSON body.

        Raises:
            ApiError: any status of 400 and up.
        """
        return dict(self._transport.json(method, f"/v1{path}", body=body, header=headers))

    def ask_to_sign_up(self, email: str) -> Json:
        """Have a mail sent with a link; the token behind its `#token=` is for `complete_sign_up`."""
        return self.call("POST", "/auth/sign-up", {"email": email})

    def complete_sign_up(self, token: str, password: str, name: str) -> Json:
        body = {"token": token, "password": password, "name": name}
        return self._remember(self.call("POST", "/auth/sign-up/complete", body))

    def sign_up(self, email: str, password: str, name: str) -> Json:
        """Both, with the mail read from the mailbox of an embedded cloud."""
        self.ask_to_sign_up(email)
        return self.complete_sign_up(self.mailed_token(email), password, name)

    def mailed_token(self, email: str, *, count: int = 1, timeout_s: float = 60) -> str:
        """The token in the newest mail to an address, once it has `count` of them; of an embedded cloud.

        Raises:
            TimeoutError: it has not in time.
        """
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            answer = self._transport.http.get("/dev/mailbox.json", params={"to": email})
            mails = answer.raise_for_status().json()["items"]
            if len(mails) >= count:
                return str(mails[0]["links"][0].partition("#token=")[2])
            time.sleep(0.05)
        raise TimeoutError(f"No mail came to {email} within {timeout_s:.0f} s.")

    def sign_in(self, email: str, password: str) -> Json:
        return self._remember(self.call("POST", "/auth/sign-in", {"email": email, "password": password}))

    def sign_out(self) -> None:
        """End the session, here and at the API."""
        self.api.sign_out()
        self._transport.remember(None)

    def _remember(self, session: Json) -> Json:
        self._transport.remember(session["access_token"])
        return session

    def upload(self, project_id: str, path: Path, *, name: str | None = None) -> Json:
        """Ask for an upload and send the file straight to the bucket; returns the clip, still `expected`."""
        return self.uploads.clip(project_id, path, name=name)

    def resume(self, clip_id: str, path: Path) -> Json:
        """Go on with an upload that was interrupted: what arrived of it is not sent again."""
        return self.uploads.resume(clip_id, path)

    def upload_asset(self, project_id: str, path: Path, kind: str, *, name: str | None = None) -> Json:
        """Send music or a voice-over (`audio`) or an `image` straight to the bucket; returns the asset, `expected`."""
        return self.uploads.asset(project_id, path, kind, name=name)

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
            page = self._transport.json("GET", f"/v1{path}", query={"cursor": cursor})
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
        seq = 0
        with listening(self._transport) as ears:
            while time.monotonic() < deadline:
                answer = self._changes(generation_id, seq)
                generation = answer["generation"]
                if generation["seq"] > seq:
                    seq = generation["seq"]
                    yield answer
                if generation["state"] != "running":
                    return
                ears.wait(generation_id, poll_s)
        raise TimeoutError(f"The generation was not finished within {timeout_s:.0f} s.")

    def _changes(self, generation_id: str, after_seq: int) -> Json:
        """The generation as it is, with all its outputs that changed after it had this `seq`."""
        path, query = f"/v1/generations/{generation_id}", {"after_seq": after_seq}
        answer = self._transport.json("GET", path, query=query)
        outputs = list(answer["outputs"])
        while answer["next"] is not None:
            answer = self._transport.json("GET", path, query={**query, "cursor": answer["next"]})
            outputs += answer["outputs"]
        return {**answer, "outputs": outputs}

    def download(self, generation_id: str, n: int, folder: Path) -> Path:
        """Fetch one output under its own file name."""
        link = self.call("GET", f"/generations/{generation_id}/outputs/{n}/link")
        return self._fetch(link["url"], folder / Path(link["file_name"]).name)

    def bundle(
        self,
        generation_id: str,
        outputs: Sequence[int] | None = None,
        *,
        naming: str | None = None,
        key: str | None = None,
        poll_s: float = 2.0,
        timeout_s: float = 1800,
    ) -> Json:
        """Have videos bundled, all or those `outputs`, and wait until the bundle is ready, or failed; returns it.

        Raises:
            TimeoutError: it is neither in time.
        """
        body = {"outputs": list(outputs) if outputs is not None else None} | ({"naming": naming} if naming else {})
        headers = {"idempotency-key": key or str(uuid4())}
        deadline = time.monotonic() + timeout_s
        with listening(self._transport) as ears:
            bundle = self.call("POST", f"/generations/{generation_id}/bundles", body, headers=headers)
            while time.monotonic() < deadline:
                if bundle["state"] != "making":
                    return bundle
                ears.wait(bundle["id"], poll_s)
                bundle = self.call("GET", f"/bundles/{bundle['id']}")
        raise TimeoutError(f"The bundle was not ready within {timeout_s:.0f} s.")

    def download_bundle(self, bundle: Json, folder: Path) -> list[Path]:
        """Fetch the archives of a ready bundle under their own names."""
        return [self._fetch(volume["url"], folder / Path(volume["file_name"]).name) for volume in bundle["volumes"]]

    def _fetch(self, url: str, path: Path) -> Path:
        with self._storage.stream("GET", url) as response, path.open("wb") as file:
            response.raise_for_status()
            for chunk in response.iter_bytes():
                file.write(chunk)
        return path


def ids(items: Sequence[Json]) -> list[str]:
    return [item["id"] for item in items]
