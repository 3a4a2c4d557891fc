"""Accounts: users, sessions and the decisions about them. Plain values, no I/O."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Network, ip_address
from uuid import UUID

from medley.domain.weak_passwords import WEAK_PASSWORDS
from medley.domain.wording import CORE
from medley.errors import InvalidInput
from medley.limits import (
    EMAIL_CHARACTERS,
    PASSWORD_CHARACTERS_MAX,
    PASSWORD_CHARACTERS_MIN,
    REFRESH_GRACE_S,
    SIGN_IN_FAILURES,
    SIGN_IN_FAILURES_PER_ACCOUNT,
    SIGN_IN_FAILURES_PER_ADDRESS,
)


class Role(StrEnum):
    """What somebody may do beside what everybody may; each may all that those before it may."""

    USER = "user"
    ADMIN = "admin"
    SUPER_ADMIN = "super_admin"

    def includes(self, other: "Role") -> bool:
        """True if this one may all that `other` may."""
        order = tuple(Role)
        return order.index(self) >= order.index(other)


class Language(StrEnum):
    ENGLISH = "en"
    INDONESIAN = "id"
    CHINESE = "zh"


class Theme(StrEnum):
    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True)
class User:
    """A person with an account. `email` is normalised; `password_hash` is an argon2id string.

    `mail_on_end`: they want a mail when a generation ends. `email_verified_at` is None where nobody showed yet that the
    address is theirs, as in accounts that are older than mail.
    """

    id: UUID
    email: str
    name: str
    password_hash: str
    role: Role
    created_at: datetime
    disabled_at: datetime | None = None
    language: Language = Language.ENGLISH
    theme: Theme = Theme.SYSTEM
    mail_on_end: bool = False
    email_verified_at: datetime | None = None
    deleted_at: datetime | None = None


@dataclass(frozen=True)
class Session:
    """One signed-in device. Only SHA-256 hashes of its refresh tokens are kept.

    `read_at` is the database's clock at the moment the row was read, so that every time here is of one clock.
    """

    id: UUID
    user_id: UUID
    refresh_hash: str
    previous_hash: str | None
    rotated_at: datetime
    expires_at: datetime
    read_at: datetime
    revoked_at: datetime | None = None
    user_disabled: bool = False

    @property
    def live(self) -> bool:
        return self.revoked_at is None and not self.user_disabled and self.read_at < self.expires_at

    def issued(self, presented_hash: str) -> bool:
        """True for the hash of its current refresh token, or of the one before it."""
        return presented_hash in (self.refresh_hash, self.previous_hash)


class Refresh(StrEnum):
    """What to do with a refresh token that names a session."""

    ROTATE = "rotate"  # it is the current one: hand out its child
    KEEP = "keep"  # it is the current one, made a moment ago: it goes on, so that slow tabs still know its parent
    REPEAT = "repeat"  # a second tab, or a lost answer: hand out the same child again
    REVOKE = "revoke"  # an old one: somebody holds a copy, so the session ends
    REFUSE = "refuse"  # the session has ended already, or it was never one of ours


def decide_refresh(session: Session, presented_hash: str, *, issued: bool) -> Refresh:
    """Whether a presented refresh token may be exchanged, given the session it names.

    `issued` says that the token was made by us: a secret that somebody made up must not end a session, for its id is
    no secret.
    """
    if not session.live:
        return Refresh.REFUSE
    in_grace = session.read_at - session.rotated_at <= timedelta(seconds=REFRESH_GRACE_S)
    if presented_hash == session.refresh_hash:
        return Refresh.KEEP if in_grace and session.previous_hash is not None else Refresh.ROTATE
    if presented_hash == session.previous_hash:
        return Refresh.REPEAT if in_grace else Refresh.REVOKE
    return Refresh.REVOKE if issued else Refresh.REFUSE


def normalise_email(text: str) -> str:
    """One spelling per address: NFKC (full-width letters become plain ones), trimmed, lower case.

    Done before validation, so that what is checked is what is stored. What is longer than any address stays as it is:
    normalising takes the square of its length.
    """
    if len(text) > EMAIL_CHARACTERS:
        return text
    return unicodedata.normalize("NFKC", text).strip().lower()


def check_password(password: str, email: str) -> None:
    """Hold a new password to OWASP's rules: length, not the address, not a well-known one; nothing on composition.

    Raises:
        InvalidInput: code `weak_password`; `reason` is `too_short`, `too_long`, `is_email` or `well_known`.
    """
    folded = password.casefold()
    if len(password) < PASSWORD_CHARACTERS_MIN:
        reason = "too_short"
    elif len(password) > PASSWORD_CHARACTERS_MAX:
        reason = "too_long"
    elif folded in {email, email.partition("@")[0]}:
        reason = "is_email"
    elif folded in WEAK_PASSWORDS or len(set(folded)) == 1:
        reason = "well_known"
    else:
        return
    bounds = {"least": PASSWORD_CHARACTERS_MIN, "limit": PASSWORD_CHARACTERS_MAX}
    raise InvalidInput(CORE.say("weak_password", reason=reason, **bounds))


@dataclass(frozen=True)
class Attempts:
    """Attempts to sign in or up that count against one subject in its running window."""

    count: int
    window_ends_in_s: int


def network_of(address: str, ipv6_bits: int) -> str:
    """What stands for one caller in limits: an IPv4 address, or the network of an IPv6 address, of which whoever has
    one has all. What is no address stands for itself."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(IPv6Network((int(found), ipv6_bits), strict=False))


def attempt_limits(email: str, network: str, *, known: bool, device_id: UUID | None = None) -> dict[str, int]:
    """The subjects one sign-in attempt counts against, and how many each may have per window.

    `device_id`: that of a device the account was signed in to on before, known by its cookie. It counts by itself, so
    that no failure of anybody else, from wherever, keeps its owner out.

    Otherwise an account is limited per network first, so that nobody can lock its owner out from elsewhere; the wider
    limit on the account bounds guessing from many networks, the one on the network guessing at many accounts. `known`:
    the account was signed in to from this network before. Then the limit on the account is not for it, or strangers in
    ten networks could keep the owner out for as long as they like.
    """
    if device_id is not None:
        return {f"device:{device_id}": SIGN_IN_FAILURES}
    limits = {f"email:{email} ip:{network}": SIGN_IN_FAILURES, f"ip:{network}": SIGN_IN_FAILURES_PER_ADDRESS}
    return limits if known else {f"email:{email}": SIGN_IN_FAILURES_PER_ACCOUNT, **limits}
