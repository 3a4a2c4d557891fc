"""/v1/auth: signing up, in and out, and the links in mails."""

from contextlib import suppress
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from functions.api import cookies
from functions.api.dependencies import (
    Dependencies,
    Deps,
    FromDevice,
    FromOwnSite,
    bearer_token,
)
from functions.api.email_addresses import attempted_address
from functions.api.errors import error_responses
from functions.api.inline_route import InlineRoute
from functions.api.schemas.accounts import (
    CompleteReset,
    CompleteSignUp,
    LinkSent,
    MailAddress,
    SessionView,
    SignIn,
    SignUp,
    Token,
    UserView,
)
from medley.contracts.mail import Template
from medley.domain.accounts import check_password
from medley.domain.names import name_of
from medley.errors import NotSignedIn
from medley.limits import ACCESS_TOKEN_S, MAIL_LINK_S
from medley.ports.identity import Secret
from medley.ports.mail import Purpose
from medley.services import accounts, credentials
from medley.services import sign_up as signing_up
from medley.services.after_commit import AfterCommit

_ON_A_DEVICE: Final[dict[str, Any]] = {"security": [{"device_cookie": []}, {}]}
router = APIRouter(route_class=InlineRoute, prefix="/v1/auth", tags=["Accounts"], dependencies=[FromOwnSite])


@router.post(
    "/sign-up",
    status_code=202,
    summary="Ask for an account",
    responses=error_responses("too_many_attempts", "foreign_origin", signed_in=False, body=True),
)
def sign_up(body: SignUp, device: FromDevice, deps: Deps) -> LinkSent:
    """Sends a mail with a link to the address; whoever opens it chooses a password, and has an account. The answer is
    the same if the address has one: then the mail says that."""
    with deps.unit_of_work() as uow:
        signing_up.ask_for_link(
            uow, Template.SIGN_UP, deps.ids.new(), email=body.email, language=body.language, device=device
        )
        uow.commit()
    deps.follow_up(AfterCommit(sends=True))
    return LinkSent(email=body.email, expires_in_s=MAIL_LINK_S)


@router.post(
    "/sign-up/complete",
    status_code=201,
    summary="Make the account and sign in",
    openapi_extra=_ON_A_DEVICE,
    responses=error_responses(
        "invalid_link",
        "weak_password",
        "invalid_name",
        "too_many_attempts",
        "foreign_origin",
        signed_in=False,
        body=True,
    ),
)
def complete_sign_up(body: CompleteSignUp, response: Response, device: FromDevice, deps: Deps) -> SessionView:
    """`token` is from the link in the mail, and works once. A new account starts with bonus credits. The refresh token
    comes as an HttpOnly cookie."""
    secret = _usable(deps, Purpose.SIGN_UP, body.token, body.password, device)
    name = name_of(body.name, "person")
    password_hash = deps.hasher.hash(body.password)
    with deps.unit_of_work() as uow:
        signed_in = signing_up.complete(
            uow,
            deps.identity,
            secret=secret,
            name=name,
            password_hash=password_hash,
            language=body.language,
            bonus=deps.accounts.sign_up_bonus,
            device=device,
        )
        uow.commit()
    return _session(deps, response, signed_in)


@router.post(
    "/sign-in",
    summary="Sign in",
    openapi_extra=_ON_A_DEVICE,
    responses=error_responses("wrong_credentials", "too_many_attempts", "foreign_origin", signed_in=False, body=True),
)
def sign_in(body: SignIn, response: Response, device: FromDevice, deps: Deps) -> SessionView:
    """An unknown address and a wrong password are answered alike and take equally long. A device that was signed in to
    before is known by a cookie: what strangers try is not held against it."""
    email = attempted_address(body.email)
    with deps.unit_of_work() as uow:
        candidate = accounts.begin_sign_in(uow, email=email, device=device)
        uow.commit()
    known_hash = candidate.user.password_hash if candidate.user else None
    if not deps.hasher.verify(body.password, known_hash):
        with deps.unit_of_work() as uow:
            accounts.failed_sign_in(uow, email=email, candidate=candidate, device=device)
            uow.commit()
        raise accounts.wrong_credentials()
    rehashed = deps.hasher.hash(body.password) if known_hash and deps.hasher.outdated(known_hash) else None
    with deps.unit_of_work() as uow:
        signed_in = accounts.sign_in(uow, deps.identity, candidate=candidate, rehashed=rehashed, device=device)
        uow.commit()
    return _session(deps, response, signed_in)


@router.post(
    "/refresh",
    summary="Get a new access token",
    openapi_extra={"security": [{"refresh_cookie": []}]},
    responses=error_responses("session_ended", "foreign_origin", signed_in=False),
)
def refresh(request: Request, response: Response, deps: Deps) -> SessionView:
    """Exchanges the cookie for a new one; one that is itself some seconds old at most is kept. A cookie that was
    exchanged before ends the session, except for some seconds in which a second tab, or a client that lost the
    answer, is given the same new one."""
    presented = deps.tokens.read_refresh(request.cookies.get(cookies.refresh_cookie(deps), ""))
    with deps.unit_of_work() as uow:
        refreshed = accounts.refresh(uow, deps.tokens, presented)
        uow.commit()
    deps.follow_up(refreshed.effects)
    if refreshed.signed_in is None:
        raise NotSignedIn("Sign in again.", code="session_ended")
    return _session(deps, response, refreshed.signed_in)


@router.post(
    "/sign-out",
    status_code=204,
    summary="Sign out",
    openapi_extra={"security": [{"refresh_cookie": []}, {"bearer": []}, {}]},
    responses=error_responses("foreign_origin", signed_in=False),
)
def sign_out(request: Request, response: Response, deps: Deps) -> None:
    """Ends the session of the cookie and of the access token, at once: neither is worth anything from here on, and its
    WebSockets are closed."""
    claims = presented = None
    with suppress(NotSignedIn):
        claims = deps.tokens.read_access(bearer_token(request) or "")
    with suppress(NotSignedIn):
        presented = deps.tokens.read_refresh(request.cookies.get(cookies.refresh_cookie(deps), ""))
    if claims or presented:
        with deps.unit_of_work() as uow:
            effects = accounts.sign_out(uow, claims, presented)
            uow.commit()
        deps.follow_up(effects)
    cookies.forget_session(response, deps)


@router.post(
    "/reset-password",
    status_code=202,
    summary="Ask for a link to reset the password",
    responses=error_responses("too_many_attempts", "foreign_origin", signed_in=False, body=True),
)
def reset_password(body: MailAddress, device: FromDevice, deps: Deps) -> LinkSent:
    """Sends a mail with a link to the address, if it has an account. The answer is the same if it has none."""
    with deps.unit_of_work() as uow:
        signing_up.ask_for_link(uow, Template.RESET, deps.ids.new(), email=body.email, language=None, device=device)
        uow.commit()
    deps.follow_up(AfterCommit(sends=True))
    return LinkSent(email=body.email, expires_in_s=MAIL_LINK_S)


@router.post(
    "/reset-password/complete",
    summary="Reset the password and sign in",
    openapi_extra=_ON_A_DEVICE,
    responses=error_responses(
        "invalid_link", "weak_password", "too_many_attempts", "foreign_origin", signed_in=False, body=True
    ),
)
def complete_reset(body: CompleteReset, response: Response, device: FromDevice, deps: Deps) -> SessionView:
    """`token` is from the link in the mail, and works once. Whatever else is signed in to the account ends, and a mail
    says that the password was changed."""
    secret = _usable(deps, Purpose.RESET, body.token, body.password, device)
    new_hash = deps.hasher.hash(body.password)
    with deps.unit_of_work() as uow:
        signed_in = credentials.reset_password(
            uow, deps.identity, secret=secret, new_hash=new_hash, cause=deps.ids.new(), device=device
        )
        uow.commit()
    return _session(deps, response, signed_in)


@router.post(
    "/confirm-email",
    status_code=204,
    summary="Confirm a new address",
    responses=error_responses("invalid_link", "too_many_attempts", "foreign_origin", signed_in=False, body=True),
)
def confirm_email(body: Token, device: FromDevice, deps: Deps) -> None:
    """`token` is from the link in the mail to the new address, and works once. A mail to the old one says so."""
    with deps.unit_of_work() as uow:
        signing_up.admit(uow, device=device)
        uow.commit()
    with deps.unit_of_work() as uow:
        effects = credentials.change_email(
            uow, secret=deps.secrets.read(body.token), cause=deps.ids.new(), network=device.network
        )
        uow.commit()
    deps.follow_up(effects)


def _usable(deps: Dependencies, purpose: Purpose, token: str, password: str, device: accounts.Device) -> Secret:
    """The secret of a link that is good, with a password that may be this address's; the attempt is counted first.

    Raises:
        InvalidInput: codes `invalid_link`, `weak_password`.
        TooManyRequests: code `too_many_attempts`.
    """
    secret = deps.secrets.read(token)
    with deps.unit_of_work() as uow:
        signing_up.admit(uow, device=device)
        uow.commit()
    with deps.unit_of_work() as uow:
        link = signing_up.address_of(uow, purpose, secret)
    check_password(password, link.email)
    if secret is None:
        raise signing_up.invalid_link()
    return secret


def _session(deps: Dependencies, response: Response, signed_in: accounts.SignedIn) -> SessionView:
    deps.follow_up(signed_in.effects)
    cookies.keep(response, deps, signed_in)
    return SessionView(
        access_token=deps.tokens.access(signed_in.claims), expires_in_s=ACCESS_TOKEN_S, user=UserView.of(signed_in.user)
    )
