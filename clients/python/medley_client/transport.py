"""Requests to the API: the token goes along and is renewed when it expires, what is refused is raised."""

from collections.abc import Mapping
from typing import Any

import httpx2

Json = dict[str, Any]
EXPIRED = "invalid_token"
REFRESH = "/v1/auth/refresh"


class ApiError(Exception):
    """The API said no: `status`, stable `code` and the whole error body."""

    def __init__(self, response: httpx2.Response) -> None:
        self.status = response.status_code
        try:
            self.error: Json = response.json()["error"]
        except (ValueError, KeyError):
            self.error = {"code": "not_json", "message": response.text[:500], "metadata": {}}
        self.code: str = self.error["code"]
        super().__init__(f"{self.status} {self.code}: {self.error['message']}")


class Transport:
    """One person's way to the API; cookies are kept as a browser keeps them."""

    def __init__(self, api_url: str) -> None:
        self.http = httpx2.Client(base_url=api_url, timeout=60)

    def remember(self, access_token: str | None) -> None:
        """Send this token from now on, or none."""
        self.http.headers.pop("authorization", None)
        if access_token is not None:
            self.http.headers["authorization"] = f"Bearer {access_token}"

    def json(self, method: str, path: str, **parts: Any) -> Any:
        """One request; the JSON of its answer. Raises: ApiError."""
        response = self.send(method, path, **parts)
        return response.json() if response.content else {}

    def text(self, method: str, path: str, **parts: Any) -> str:
        """One request; the text of its answer. Raises: ApiError."""
        return self.send(method, path, **parts).text

    def nothing(self, method: str, path: str, **parts: Any) -> None:
        """One request that has no answer. Raises: ApiError."""
        self.send(method, path, **parts)

    def send(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        query: Mapping[str, Any] | None = None,
        header: Mapping[str, Any] | None = None,
    ) -> httpx2.Response:
        """One request; what is None in `query` and `header` is left out.

        Raises:
            ApiError: any status of 400 and up.
        """
        given = {name: value for name, value in (query or {}).items() if value is not None}
        headers = {name: str(value) for name, value in (header or {}).items() if value is not None}
        response = self.http.request(method, path, json=body, params=given or None, headers=headers)
        if response.status_code == httpx2.codes.UNAUTHORIZED and path != REFRESH and self._renewed(response):
            response = self.http.request(method, path, json=body, params=given or None, headers=headers)
        if response.is_error:
            raise ApiError(response)
        return response

    def _renewed(self, refused: httpx2.Response) -> bool:
        """Whether there is a new token: access tokens live for minutes, the cookie of a session for weeks."""
        if ApiError(refused).code != EXPIRED:
            return False
        response = self.http.request("POST", REFRESH)
        if response.is_error:
            return False
        self.remember(response.json()["access_token"])
        return True
