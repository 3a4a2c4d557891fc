"""Signing in and out, and sessions. Every function works in the caller's open transaction; the caller commits.

Signing in takes three steps, so that no row is locked and no connection held while a password is hashed:
`begin_sign_in` (commit), compare the password, `sign_in` (commit).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from medley.domain.accounts import Attempts, Refresh, Role, User, attempt_limits, decide_refresh
from medley.domain.audit import Action, Event
from medley.domain.wording import CORE
from medley.errors import Forbidden, NotSignedIn, TooManyRequests
from medley.limits import (
    FRESH_S,
    REFRESH_TOKEN_S,
    REQUESTS_PER_MINUTE,
    REQUESTS_WINDOW_S,
    SESSIONS_PER_USER,
    SIGN_IN_WINDOW_S,
    SIGN_UP_WINDOW_S,
    WRONG_PASSWORDS_PER_HOUR,
)
from medley.ports.database import UnitOfWork
from medley.ports.identity import Claims, Ids, RefreshToken, Secret, Secrets, Tokens
from medley.services import sessions
from medley.services.after_commit import AfterCommit

NOTHING = AfterCommit()
USER_AGENT_CHARACTERS = 400  # of what a client claims to be; kept to show a person their devices


@dataclass(frozen=True)
class Device:
    """Where a request came from, and what the client says it is. `network` is what limits count (`network_of`);
    `country` is what a proxy of ours said, else empty; `cookie` is what the device is known by, if it is."""

    address: str
    network: str
    user_agent: str = ""
    country: str = ""
    cookie: Secret | None = None


@dataclass(frozen=True)
class Identity:
    """What makes ids, tokens and secrets."""

    ids: Ids
    tokens: Tokens
    secrets: Secrets


@dataclass(frozen=True)
class SignedIn:
    """A user with a live session, and the refresh token their browser keeps from now on; with the cookie of their
    device, where they signed in just now. `effects` are for after the commit."""

    user: User
    session_id: UUID
    refresh: RefreshToken
    device: Secret | None = None
    effects: AfterCommit = NOTHING

    @property
    def claims(self) -> Claims:
        return Claims(self.user.id, self.session_id)


@dataclass(frozen=True)
class Refreshed:
    """What a refresh token was worth: None if nothing. `effects` are for after the commit."""

    signed_in: SignedIn | None = None
    effects: AfterCommit = NOTHING


@dataclass(frozen=True)
class SignInAttempt:
    """Who may try a password now: the user of the address, None if there is none."""

    user: User | None
    subjects: Sequence[str]  # what the attempt was counted against


def begin_sign_in(uow: UnitOfWork, *, email: str, device: Device) -> SignInAttempt:
    """Count an attempt to sign in before the password is looked at, so that parallel guesses cannot slip through.

    Raises:
        TooManyRequests: code `too_many_attempts`, with `retry_after_s`; the transaction is not to be committed.
    """
    trusted = uow.devices.trusted(email, device.cookie.digest) if device.cookie else None
    known = uow.accounts.knows_network(email, device.network)
    limits = attempt_limits(email, device.network, known=known, device_id=trusted)
    count_attempts(uow, limits, SIGN_IN_WINDOW_S)
    return SignInAttempt(uow.accounts.user_by_email(email), tuple(limits))


def count_attempts(uow: UnitOfWork, limits: dict[str, int], window_s: int) -> None:
    """Count one attempt against each subject; `limits` are how many each may have in a window.

    Raises:
        TooManyRequests: code `too_many_attempts`, with `retry_after_s`; the transaction is not to be committed.
    """
    counted = uow.accounts.count_attempts(list(limits), window_s)
    over = [attempts for subject, attempts in counted.items() if attempts.count > limits[subject]]
    if over:
        raise _too_many(over)


def sign_in(
    uow: UnitOfWork, identity: Identity, *, candidate: SignInAttempt, rehashed: str | None, device: Device
) -> SignedIn:
    """Open a session for a candidate whose password was found right; the attempt is not held against anyone.

    The user's row is locked: the password that was compared is still the stored one when the session is opened.
    `rehashed` is it hashed with today's parameters, where the stored hash is of older ones.

    Raises:
        NotSignedIn: code `wrong_credentials`; the password was changed, or the account disabled or removed meanwhile.
    """
    user = candidate.user and uow.accounts.user(candidate.user.id, lock=True)
    if candidate.user is None or user is None or user.disabled_at is not None:
        raise wrong_credentials()
    if user.password_hash != candidate.user.password_hash:
        raise wrong_credentials()
    uow.accounts.forgive_attempt(candidate.subjects)
    if rehashed is not None:
        uow.accounts.replace_password_hash(user.id, user.password_hash, rehashed)
    uow.audit.add(Event(Action.SIGNED_IN, user.id, user.id, device.network))
    return open_session(uow, identity, user, device)


def failed_sign_in(uow: UnitOfWork, *, email: str, candidate: SignInAttempt, device: Device) -> None:
    """Write down that the password was wrong, so often an hour at most.

    Where nobody has the address the same statements run, and what they change is as much: the attempt is counted, so
    that the time it takes says nothing of whether there is an account.
    """
    uow.accounts.count_attempts([f"wrong email:{email}"], SIGN_UP_WINDOW_S)
    user_id = candidate.user.id if candidate.user else None
    uow.audit.add_some(Event(Action.WRONG_PASSWORD, user_id, None, device.network), WRONG_PASSWORDS_PER_HOUR)


def wrong_credentials() -> NotSignedIn:
    """One answer for an unknown address, a wrong password and a disabled account."""
    return NotSignedIn("The email address or the password is wrong.", code="wrong_credentials")


def refresh(uow: UnitOfWork, tokens: Tokens, presented: RefreshToken) -> Refreshed:
    """Exchange a refresh token for its child; a token used before ends the session it belongs to.

    Commit whatever comes of it, for the session may just have been ended.
    """
    session = uow.accounts.session(presented.session_id)
    if session is None:
        return Refreshed()
    children = tokens.children(presented)
    match decide_refresh(session, presented.digest, issued=presented.issued):
        case Refresh.ROTATE:
            token = children[0]
            uow.accounts.rotate_session(session.id, presented.digest, token.digest, lifetime_s=REFRESH_TOKEN_S)
        case Refresh.KEEP:
            token = presented
        case Refresh.REPEAT:
            current = [child for child in children if child.digest == session.refresh_hash]
            if not current:  # made with a key that is not accepted any more
                return Refreshed()
            token = current[0]
        case Refresh.REVOKE:
            uow.audit.add(Event(Action.TOKEN_REUSED, session.user_id))
            return Refreshed(effects=sessions.end(uow, session.user_id, [session.id]))
        case Refresh.REFUSE:
            return Refreshed()
    user = uow.accounts.user(session.user_id)
    return Refreshed(SignedIn(user, session.id, token) if user else None)


def sign_out(uow: UnitOfWork, claims: Claims | None, presented: RefreshToken | None) -> AfterCommit:
    """End the sessions an access token and a refresh token prove to be the caller's; others, and what has ended, are
    left as they are. The device is still trusted: whoever signs in there again is no stranger."""
    ending = {(claims.user_id, claims.session_id)} if claims else set()
    if presented is not None:
        session = uow.accounts.session(presented.session_id)
        if session is not None and (presented.issued or session.issued(presented.digest)):
            ending.add((session.user_id, session.id))
    closed: list[str] = []
    for user_id, session_id in sorted(ending):
        effects = sessions.end(uow, user_id, [session_id], Event(Action.SIGNED_OUT, user_id, user_id))
        closed += effects.closes
    return AfterCommit(closes=tuple(closed))


def require_live(uow: UnitOfWork, claims: Claims) -> User:
    """The user behind a valid access token, if the session has not been ended since the token was signed.

    Raises:
        NotSignedIn: code `session_ended`.
    """
    user = uow.accounts.live_user(claims.user_id, claims.session_id)
    if user is None:
        raise NotSignedIn("Sign in again.", code="session_ended")
    return user


def require_few(uow: UnitOfWork, claims: Claims, operation: str) -> User:
    """As `require_live`, and count a request of an operation of `limits.REQUESTS_PER_MINUTE`, in one statement. It
    counts if the transaction is committed.

    Raises:
        NotSignedIn: code `session_ended`.
        TooManyRequests: code `too_many_requests`, with `retry_after_s`.
    """
    subject, limit = f"{operation} user:{claims.user_id}", REQUESTS_PER_MINUTE[operation]
    user, counted = uow.accounts.counted_live_user(claims.user_id, claims.session_id, subject, REQUESTS_WINDOW_S)
    if user is None:
        raise NotSignedIn("Sign in again.", code="session_ended")
    if counted.count > limit:
        raise too_many_requests(limit, counted.window_ends_in_s)
    return user


def too_many_requests(limit: int, wait_s: int) -> TooManyRequests:
    """What is answered where somebody asks for more in a minute than one may."""
    return TooManyRequests(
        f"At most {limit} such requests a minute; the next in {wait_s} seconds.", limit=limit, retry_after_s=wait_s
    )


def require_role(uow: UnitOfWork, claims: Claims, role: Role) -> User:
    """The user, if they have this role or more, and gave their password within the last FRESH_S.

    Raises:
        NotSignedIn: code `session_ended`.
        Forbidden: codes `role_required`, `password_required`.
    """
    user = require_live(uow, claims)
    if not user.role.includes(role):
        raise Forbidden("This is for administrators.", code="role_required", role=role.value)
    if not uow.accounts.authenticated(claims.session_id, FRESH_S):
        raise Forbidden("Give your password again first.", code="password_required")
    return user


def open_session(uow: UnitOfWork, identity: Identity, user: User, device: Device) -> SignedIn:
    """Sign a user in on a device. What was signed in there before is over, as is, of very many, the one not seen
    longest."""
    cookie = device.cookie
    if cookie is None or not uow.devices.issued(cookie.digest):  # nobody brings a cookie of their own making
        cookie = identity.secrets.new()
    device_id = uow.devices.seen(identity.ids.new(), user.id, cookie.digest)
    token = identity.tokens.refresh(identity.ids.new())
    uow.accounts.add_session(
        token.session_id,
        user.id,
        token.digest,
        lifetime_s=REFRESH_TOKEN_S,
        user_agent=device.user_agent[:USER_AGENT_CHARACTERS],
        address=device.address,
        network=device.network,
        country=device.country,
        device_id=device_id,
    )
    beyond = uow.devices.sessions_beyond(user.id, device_id, token.session_id, SESSIONS_PER_USER)
    return SignedIn(user, token.session_id, token, cookie, sessions.end(uow, user.id, beyond))


def _too_many(over: Sequence[Attempts]) -> TooManyRequests:
    wait_s = max(attempts.window_ends_in_s for attempts in over)
    return TooManyRequests(CORE.say("too_many_attempts", retry_after_s=wait_s))
