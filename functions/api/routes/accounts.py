"""/v1/auth, /v1/me and /v1/socket-tickets."""

from contextlib import suppress
from typing import Final

from fastapi import APIRouter, Request, Response

from functions.api.dependencies import Dependencies, Deps, FromDevice, SignedIn, bearer_token
from functions.api.email_addresses import attempted_address
from functions.api.errors import error_responses
from functions.api.schemas.accounts import SessionView, SignIn, SignUp, TicketView, UserView
from medley.domain.accounts import check_password
from medley.domain.names import name_of
from medley.errors import NotSignedIn
from medley.limits import ACCESS_TOKEN_S, REFRESH_TOKEN_S, SOCKET_TICKET_S
from medley.services import accounts

router = APIRouter(prefix="/v1", tags=["Accounts"])
SECURE_COOKIE: Final = "__Host-medley_refresh"  # the prefix binds it to this host and to https
PLAIN_COOKIE: Final = "medley_refresh"  # where the origin is plain http, and browsers refuse the prefix


@router.post(
    "/auth/sign-up",
    status_code=201,
    summary="Make an account and sign in",
    responses=error_responses(
        "email_taken", "weak_password", "invalid_name", "too_many_attempts", signed_in=False, body=True
    ),
)
def sign_up(body: SignUp, response: Response, device: FromDevice, deps: Deps) -> SessionView:
    """A new account starts with bonus credits. The refresh token comes as an HttpOnly cookie."""
    check_password(body.password, body.email)
    name = name_of(body.name, "The name")
    with deps.unit_of_work() as uow:
        accounts.admit_sign_up(uow, device=device)
        uow.commit()
    password_hash = deps.hasher.hash(body.password)
    with deps.unit_of_work() as uow:
        signed_in = accounts.sign_up(
            uow,
            deps.ids,
            deps.tokens,
            email=body.email,
            name=name,
            password_hash=password_hash,
            bonus=deps.accounts.sign_up_bonus,
            device=device,
        )
        uow.commit()
    return _session(deps, response, signed_in)


@router.post(
    "/auth/sign-in",
    summary="Sign in",
    responses=error_responses("wrong_credentials", "too_many_attempts", signed_in=False, body=True),
)
def sign_in(body: SignIn, response: Response, device: FromDevice, deps: Deps) -> SessionView:
    """An unknown address and a wrong password are answered alike and take equally long."""
    with deps.unit_of_work() as uow:
        candidate = accounts.admit(uow, email=attempted_address(body.email), device=device)
        uow.commit()
    known_hash = candidate.user.password_hash if candidate.user else None
    if not deps.hasher.verify(body.password, known_hash):
        raise accounts.wrong_credentials()
    rehashed = deps.hasher.hash(body.password) if known_hash and deps.hasher.outdated(known_hash) else None
    with deps.unit_of_work() as uow:
        signed_in = accounts.sign_in(uow, deps.ids, deps.tokens, candidate=candidate, rehashed=rehashed, device=device)
        uow.commit()
    return _session(deps, response, signed_in)


@router.post(
    "/auth/refresh",
    summary="Get a new access token",
    responses=error_responses("session_ended", signed_in=False),
)
def refresh(request: Request, response: Response, deps: Deps) -> SessionView:
    """Exchanges the cookie for a new one; one that is itself some seconds old at most is kept. A cookie that was
    exchanged before ends the session, except for some seconds in which a second tab, or a client that lost the
    answer, is given the same new one."""
    presented = deps.tokens.read_refresh(request.cookies.get(_cookie_name(deps), ""))
    with deps.unit_of_work() as uow:
        signed_in = accounts.refresh(uow, deps.tokens, presented)
        uow.commit()
    if signed_in is None:
        raise NotSignedIn("Sign in again.", code="session_ended")
    return _session(deps, response, signed_in)


@router.post("/auth/sign-out", status_code=204, summary="Sign out", responses=error_responses(signed_in=False))
def sign_out(request: Request, response: Response, deps: Deps) -> None:
    """Ends the session of the cookie and of the access token, at once: neither is worth anything from here on."""
    claims = presented = None
    with suppress(NotSignedIn):
        claims = deps.tokens.read_access(bearer_token(request) or "")
    with suppress(NotSignedIn):
        presented = deps.tokens.read_refresh(request.cookies.get(_cookie_name(deps), ""))
    if claims or presented:
        with deps.unit_of_work() as uow:
            accounts.sign_out(uow, claims, presented)
            uow.commit()
    response.delete_cookie(
        _cookie_name(deps), path="/", secure=deps.accounts.cookie_secure, httponly=True, samesite="strict"
    )


@router.get("/me", summary="Who is signed in", responses=error_responses())
def me(caller: SignedIn, deps: Deps) -> UserView:
    with deps.unit_of_work() as uow:
        return UserView.of(accounts.require_live(uow, caller.claims))


@router.post("/socket-tickets", status_code=201, summary="Get a ticket for the WebSocket", responses=error_responses())
def socket_ticket(caller: SignedIn, deps: Deps) -> TicketView:
    """A browser cannot send headers when it opens a WebSocket; this short-lived ticket goes into its URL instead."""
    with caller.transaction():
        ticket = deps.tokens.ticket(caller.claims)
    return TicketView(ticket=ticket, url=deps.socket_url, expires_in=SOCKET_TICKET_S)


def _cookie_name(deps: Dependencies) -> str:
    return SECURE_COOKIE if deps.accounts.cookie_secure else PLAIN_COOKIE


def _session(deps: Dependencies, response: Response, signed_in: accounts.SignedIn) -> SessionView:
    response.set_cookie(
        _cookie_name(deps),
        signed_in.refresh.text,
        max_age=REFRESH_TOKEN_S,
        path="/",
        secure=deps.accounts.cookie_secure,
        httponly=True,
        samesite="strict",
    )
    return SessionView(
        access_token=deps.tokens.access(signed_in.claims), expires_in=ACCESS_TOKEN_S, user=UserView.of(signed_in.user)
    )
