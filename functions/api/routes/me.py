"""/v1/me, /v1/sessions and /v1/socket-tickets: whoever is signed in, where, and what they may change about it."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from functions.api import cookies
from functions.api.dependencies import Dependencies, Deps, SignedIn
from functions.api.errors import error_responses
from functions.api.inline_route import InlineRoute
from functions.api.schemas.accounts import (
    ChangeEmail,
    ChangePassword,
    LinkSent,
    PasswordProof,
    ProfileChanges,
    TicketView,
    UserView,
)
from functions.api.schemas.exports import ExportList, ExportView
from functions.api.schemas.sessions import SessionList, SignedInDevice
from medley.contracts import keys
from medley.domain.accounts import check_password
from medley.domain.exports import Export
from medley.domain.names import name_of
from medley.limits import MAIL_LINK_S, SOCKET_TICKET_S
from medley.services import accounts, credentials, ended, erasure, exports, profiles, sessions
from medley.services.credentials import Challenge

router = APIRouter(route_class=InlineRoute, prefix="/v1", tags=["Accounts"])


@router.get("/me", summary="Who is signed in", responses=error_responses())
def me(caller: SignedIn, deps: Deps) -> UserView:
    with deps.unit_of_work() as uow:
        return UserView.of(accounts.require_live(uow, caller.claims))


@router.patch("/me", summary="Change the profile", responses=error_responses("invalid_name", body=True))
def change_profile(body: ProfileChanges, caller: SignedIn, deps: Deps) -> UserView:
    """What is left out stays as it is."""
    wanted = profiles.ProfileChange(
        name=None if body.name is None else name_of(body.name, "person"),
        language=body.language,
        theme=body.theme,
        mail_on_end=body.mail_on_end,
    )
    with deps.unit_of_work() as uow:
        user = profiles.change(uow, caller.claims, wanted)
        uow.commit()
    return UserView.of(user)


@router.post(
    "/me/password",
    status_code=204,
    summary="Change the password",
    responses=error_responses("wrong_password", "weak_password", "too_many_attempts", body=True),
)
def change_password(body: ChangePassword, caller: SignedIn, deps: Deps) -> None:
    """All other sessions end, and a mail says that the password was changed."""
    met = _challenged(deps, caller, body.password)
    check_password(body.new_password, met.user.email)
    new_hash = deps.hasher.hash(body.new_password)
    with deps.unit_of_work() as uow:
        effects = credentials.change_password(uow, met, new_hash=new_hash, cause=deps.ids.new(), network=caller.network)
        uow.commit()
    deps.follow_up(effects)


@router.post(
    "/me/email",
    status_code=202,
    summary="Ask to change the address",
    responses=error_responses("wrong_password", "too_many_attempts", body=True),
)
def change_email(body: ChangeEmail, caller: SignedIn, deps: Deps) -> LinkSent:
    """Sends a mail with a link to the new address; it is yours when the link is opened. The answer is the same if
    somebody has it. The address an account has can be confirmed in the same way."""
    met = _challenged(deps, caller, body.password)
    with deps.unit_of_work() as uow:
        effects = credentials.ask_to_change_email(
            uow, met, email=body.email, cause=deps.ids.new(), network=caller.network
        )
        uow.commit()
    deps.follow_up(effects)
    return LinkSent(email=body.email, expires_in_s=MAIL_LINK_S)


@router.post(
    "/me/confirm-password",
    status_code=204,
    summary="Give the password again",
    responses=error_responses("wrong_password", "too_many_attempts", body=True),
)
def confirm_password(body: PasswordProof, caller: SignedIn, deps: Deps) -> None:
    """For what asks for it: administration, for a quarter of an hour."""
    met = _challenged(deps, caller, body.password)
    with deps.unit_of_work() as uow:
        credentials.passed(uow, met)
        uow.commit()


@router.post(
    "/me/delete",
    status_code=204,
    summary="Delete the account",
    responses=error_responses("wrong_password", "too_many_attempts", body=True),
)
def delete_account(body: PasswordProof, caller: SignedIn, response: Response, deps: Deps) -> None:
    """For good. Whatever runs is cancelled, everything you uploaded or had made is deleted, you are signed out
    everywhere, and the address is free. Credits that are left are lost."""
    met = _challenged(deps, caller, body.password)
    with deps.unit_of_work() as uow:
        follows = erasure.delete_account(uow, met, cause=deps.ids.new(), network=caller.network)
        uow.commit()
    ended.tell_workers(follows, deps.bucket)
    deps.follow_up(*follows)
    cookies.forget_session(response, deps)


@router.post(
    "/me/exports",
    status_code=202,
    summary="Ask for all your data",
    responses=error_responses("wrong_password", "too_many_attempts", "too_many_exports", body=True),
)
def create_export(body: PasswordProof, caller: SignedIn, deps: Deps) -> ExportView:
    """An archive of all that is kept about you. A mail says when it can be fetched. It holds 50 GiB of files at most,
    the newest first; `missing.txt` in it names the others."""
    met = _challenged(deps, caller, body.password)
    with deps.unit_of_work() as uow:
        asked = exports.ask(uow, met, deps.ids.new(), network=caller.network)
        uow.commit()
    deps.follow_up(asked.effects)
    return ExportView.of(asked.export, None)


@router.get("/me/exports", summary="List exports", responses=error_responses())
def list_exports(caller: SignedIn, deps: Deps) -> ExportList:
    """Those that are being made or can be fetched, newest first."""
    with caller.transaction() as uow:
        found = exports.of_user(uow, caller.user_id)
    return ExportList(items=[ExportView.of(each, _url(deps, each)) for each in found])


@router.get("/sessions", summary="List where you are signed in", responses=error_responses())
def list_sessions(caller: SignedIn) -> SessionList:
    """The last seen first; that is known to some ten minutes."""
    with caller.transaction() as uow:
        found = sessions.live(uow, caller.user_id)
    return SessionList(items=[SignedInDevice.of(each, current=each.id == caller.claims.session_id) for each in found])


@router.delete(
    "/sessions/{session_id}",
    status_code=204,
    summary="End a session",
    responses=error_responses("unknown_session"),
)
def end_session(session_id: UUID, caller: SignedIn, deps: Deps) -> None:
    """At once: its tokens are worth nothing, its WebSockets are closed. Its device is treated as a stranger's."""
    with caller.transaction() as uow:
        effects = sessions.end_one(uow, caller.claims, session_id, caller.network)
        uow.commit()
    deps.follow_up(effects)


@router.post("/sessions/end-others", status_code=204, summary="End all other sessions", responses=error_responses())
def end_other_sessions(caller: SignedIn, deps: Deps) -> None:
    with caller.transaction() as uow:
        effects = sessions.end_others(uow, caller.claims, caller.network)
        uow.commit()
    deps.follow_up(effects)


@router.post("/sessions/end-all", status_code=204, summary="End all sessions", responses=error_responses())
def end_all_sessions(caller: SignedIn, deps: Deps) -> None:
    """This one too."""
    with caller.transaction() as uow:
        effects = sessions.end_all(uow, caller.claims, caller.network)
        uow.commit()
    deps.follow_up(effects)


@router.post("/socket-tickets", status_code=201, summary="Get a ticket for the WebSocket", responses=error_responses())
def socket_ticket(request: Request, caller: SignedIn, deps: Deps) -> TicketView:
    """A browser cannot send headers when it opens a WebSocket; this short-lived ticket goes into its URL instead. It
    opens one, for a page of the same origin."""
    with caller.transaction():
        ticket = deps.tokens.ticket(caller.claims, request.headers.get("origin", ""))
    return TicketView(ticket=ticket, url=deps.socket_url, expires_in_s=SOCKET_TICKET_S)


def _challenged(deps: Dependencies, caller: SignedIn, password: str) -> Challenge:
    """Count an attempt, then compare the password, with no transaction open.

    Raises:
        InvalidInput: code `wrong_password`.
        TooManyRequests: code `too_many_attempts`.
    """
    with deps.unit_of_work() as uow:
        met = credentials.challenge(uow, caller.claims)
        uow.commit()
    if not deps.hasher.verify(password, met.user.password_hash):
        with deps.unit_of_work() as uow:
            credentials.failed(uow, met, caller.network)
            uow.commit()
        raise credentials.wrong_password()
    return met


def _url(deps: Dependencies, export: Export) -> str | None:
    """A link to the archive, if it is there. Signing needs no network."""
    if export.made_at is None:
        return None
    key = keys.export(export.user_id, export.id)
    return deps.bucket.sign_get(key, file_name=exports.FILE_NAME, content_type=exports.MEDIA_TYPE)
