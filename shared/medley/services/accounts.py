"""Signing up, in and out. Every function works in the caller's open transaction; the caller commits.

Signing in takes three steps, so that no row is locked and no connection held while a password is hashed:
`admit` (commit), compare the password, `sign_in` (commit). Signing up likewise.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from medley.domain.accounts import Attempts, Refresh, User, attempt_limits, decide_refresh
from medley.errors import Conflict, NotSignedIn, TooManyRequests
from medley.limits import REFRESH_TOKEN_S, SIGN_IN_WINDOW_S, SIGN_UP_WINDOW_S, SIGN_UPS_PER_ADDRESS
from medley.ports.database import UnitOfWork
from medley.ports.identity import Claims, Ids, RefreshToken, Tokens
from medley.services import wallet

USER_AGENT_CHARACTERS = 400  # of what a client claims to be; kept to show a person their devices


@dataclass(frozen=True)
class Device:
    """Where a request came from, and what the client says it is. `network` is what limits count (`network_of`)."""

    address: str
    network: str
    user_agent: str = ""


@dataclass(frozen=True)
class SignedIn:
    """A user with a live session, and the refresh token their browser keeps from now on."""

    user: User
    session_id: UUID
    refresh: RefreshToken

    @property
    def claims(self) -> Claims:
        return Claims(self.user.id, self.session_id)


@dataclass(frozen=True)
class Candidate:
    """Who may try a password now: the user of the address, None if there is none."""

    user: User | None
    subjects: Sequence[str]  # what the attempt was counted against


def sign_up(
    uow: UnitOfWork, ids: Ids, tokens: Tokens, *, email: str, name: str, password_hash: str, bonus: int, device: Device
) -> SignedIn:
    """Make an account with its first session and its bonus credits.

    Raises:
        Conflict: code `email_taken`, also for the later of two at the same moment.
    """
    user = uow.accounts.add_user(ids.new(), email, name, password_hash)
    if user is None:
        raise Conflict("There is an account with this email address already.", code="email_taken")
    wallet.grant_bonus(uow, user.id, bonus)
    return _open_session(uow, ids, tokens, user, device)


def admit_sign_up(uow: UnitOfWork, *, device: Device) -> None:
    """Count an attempt to sign up, before its password is hashed.

    Raises:
        TooManyRequests: code `too_many_attempts`, with `retry_after_s`; the transaction is not to be committed.
    """
    counted = uow.accounts.count_attempts([f"sign-up ip:{device.network}"], SIGN_UP_WINDOW_S)
    over = [attempts for attempts in counted.values() if attempts.count > SIGN_UPS_PER_ADDRESS]
    if over:
        raise _too_many(over)


def admit(uow: UnitOfWork, *, email: str, device: Device) -> Candidate:
    """Count an attempt to sign in before the password is looked at, so that parallel guesses cannot slip through.

    Raises:
        TooManyRequests: code `too_many_attempts`, with `retry_after_s`; the transaction is not to be committed.
    """
    known = uow.accounts.knows_network(email, device.network)
    limits = attempt_limits(email, device.network, known=known)
    counted = uow.accounts.count_attempts(list(limits), SIGN_IN_WINDOW_S)
    over = [attempts for subject, attempts in counted.items() if attempts.count > limits[subject]]
    if over:
        raise _too_many(over)
    return Candidate(uow.accounts.user_by_email(email), tuple(limits))


def sign_in(
    uow: UnitOfWork, ids: Ids, tokens: Tokens, *, candidate: Candidate, rehashed: str | None, device: Device
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
    return _open_session(uow, ids, tokens, user, device)


def wrong_credentials() -> NotSignedIn:
    """One answer for an unknown address, a wrong password and a disabled account."""
    return NotSignedIn("The email address or the password is wrong.", code="wrong_credentials")


def refresh(uow: UnitOfWork, tokens: Tokens, presented: RefreshToken) -> SignedIn | None:
    """Exchange a refresh token for its child; a token used before ends the session it belongs to.

    Returns None if it is worth nothing; commit then too, for the session may just have been ended.
    """
    session = uow.accounts.session(presented.session_id)
    if session is None:
        return None
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
                return None
            token = current[0]
        case Refresh.REVOKE:
            uow.accounts.revoke_session(session.id)
            return None
        case Refresh.REFUSE:
            return None
    user = uow.accounts.user(session.user_id)
    return SignedIn(user, session.id, token) if user else None


def sign_out(uow: UnitOfWork, claims: Claims | None, presented: RefreshToken | None) -> None:
    """End the sessions an access token and a refresh token prove to be the caller's; others, and what has ended, are
    left as they are."""
    ending = {claims.session_id} if claims else set()
    if presented is not None:
        session = uow.accounts.session(presented.session_id)
        if session is not None and (presented.issued or session.issued(presented.digest)):
            ending.add(session.id)
    for session_id in sorted(ending):
        uow.accounts.revoke_session(session_id)


def require_live(uow: UnitOfWork, claims: Claims) -> User:
    """The user behind a valid access token, if the session has not been ended since the token was signed.

    Raises:
        NotSignedIn: code `session_ended`.
    """
    user = uow.accounts.live_user(claims.user_id, claims.session_id)
    if user is None:
        raise NotSignedIn("Sign in again.", code="session_ended")
    return user


def _open_session(uow: UnitOfWork, ids: Ids, tokens: Tokens, user: User, device: Device) -> SignedIn:
    token = tokens.refresh(ids.new())
    uow.accounts.add_session(
        token.session_id,
        user.id,
        token.digest,
        lifetime_s=REFRESH_TOKEN_S,
        user_agent=device.user_agent[:USER_AGENT_CHARACTERS],
        address=device.address,
        network=device.network,
    )
    return SignedIn(user, token.session_id, token)


def _too_many(over: Sequence[Attempts]) -> TooManyRequests:
    wait_s = max(attempts.window_ends_in_s for attempts in over)
    return TooManyRequests(
        f"Too many attempts. Try again in {wait_s} seconds.", code="too_many_attempts", retry_after_s=wait_s
    )
