"""Cookies: the refresh token of a session, and what a device is known by. Scripts can read neither.

`__Host-` binds them to this host, to https and to all paths: no page of a neighbour, on another host of the domain, can
put one of its own in their place (docs/decisions/cookies.md). Where the origin is plain http, browsers refuse the
prefix; there the port is part of the name, for cookies are not told apart by it.
"""

from typing import TYPE_CHECKING, Final

from fastapi import Response

from medley.limits import DEVICE_KEPT_S, REFRESH_TOKEN_S
from medley.services.accounts import SignedIn

if TYPE_CHECKING:
    from functions.api.dependencies import Dependencies

REFRESH: Final = "medley_refresh"
DEVICE: Final = "medley_device"


def refresh_cookie(deps: "Dependencies") -> str:
    """The name of the one with the refresh token."""
    return _name(REFRESH, deps)


def device_cookie(deps: "Dependencies") -> str:
    """The name of the one by which a device is known."""
    return _name(DEVICE, deps)


def keep(response: Response, deps: "Dependencies", signed_in: SignedIn) -> None:
    """Have the browser keep what it needs to stay signed in."""
    _set(response, deps, refresh_cookie(deps), signed_in.refresh.text, REFRESH_TOKEN_S)
    if signed_in.device is not None:
        _set(response, deps, device_cookie(deps), signed_in.device.text, DEVICE_KEPT_S)


def forget_session(response: Response, deps: "Dependencies") -> None:
    """Have the browser forget its session; the device stays known."""
    secure = deps.accounts.cookie_secure
    response.delete_cookie(refresh_cookie(deps), path="/", secure=secure, httponly=True, samesite="strict")


def _set(response: Response, deps: "Dependencies", name: str, value: str, max_age_s: int) -> None:
    response.set_cookie(
        name,
        value,
        max_age=max_age_s,
        path="/",
        secure=deps.accounts.cookie_secure,
        httponly=True,
        samesite="strict",
    )


def _name(name: str, deps: "Dependencies") -> str:
    if deps.accounts.cookie_secure:
        return f"__Host-{name}"
    return f"{name}_{deps.site.port}" if deps.site.port else name
