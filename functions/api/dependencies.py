"""Dependencies of the routes: the collaborators of the process, and the person who asks.

They are coroutines, though they wait for nothing: what is not, the framework hands to a thread and back, each time.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any, Final, Protocol
from uuid import UUID

from aws_lambda_powertools import Logger
from fastapi import Depends, Request
from fastapi.security import HTTPBearer

from functions.api import cookies
from functions.api.request_context import caller_address, caller_country, note
from medley.apps.registry import Registry
from medley.domain.accounts import Role, network_of
from medley.errors import Forbidden, NotFound, NotSignedIn, Rejected
from medley.limits import IDEMPOTENCY_KEY_CHARACTERS, REQUESTS_PER_MINUTE
from medley.ports.cloud import Pusher, Queue
from medley.ports.database import UnitOfWork, UnitOfWorkFactory
from medley.ports.identity import Claims, Clock, Hasher, Ids, Secrets, Tokens
from medley.services import accounts, after_commit, audit_log
from medley.services.accounts import Device, Identity
from medley.services.after_commit import AfterCommit
from medley.services.uploads import Bucket
from medley.settings import AccountSettings, CallerSettings, SiteSettings

COLLABORATORS: Final = "medley.collaborators"  # where a request's scope keeps the Dependencies
ORIGIN_SHOWN: Final = 100  # characters of a refused origin that are said back


class Readiness(Protocol):
    def __call__(self) -> None:
        """Raises: DatabaseUnavailable, if the database does not answer in time or has another schema."""
        ...


@dataclass(frozen=True)
class Dependencies:
    """All that the API needs of the world."""

    unit_of_work: UnitOfWorkFactory
    bucket: Bucket
    queue: Queue
    pusher: Pusher
    registry: Registry
    hasher: Hasher
    tokens: Tokens
    secrets: Secrets
    clock: Clock
    ids: Ids
    accounts: AccountSettings
    site: SiteSettings
    caller: CallerSettings
    socket_url: str
    check_database: Readiness
    logger: Logger

    @property
    def identity(self) -> Identity:
        return Identity(self.ids, self.tokens, self.secrets)

    def follow_up(self, *effects: AfterCommit) -> None:
        """Do what is to be done after a commit, or after several."""
        after_commit.perform_all(effects, self.unit_of_work, self.queue, self.pusher)


async def dependencies_of(request: Request) -> Dependencies:
    deps: Dependencies = request.scope[COLLABORATORS]
    return deps


Deps = Annotated[Dependencies, Depends(dependencies_of)]


@dataclass
class Caller:
    """Whoever sent a valid access token. The way to the database leads through `transaction`, so a session that was
    ended is refused everywhere, at once; it costs one query by primary key on a connection that is open anyway.

    `counted` is the operation, if how often one may ask for it is limited; the first transaction counts it.
    """

    claims: Claims
    network: str
    path: str
    counted: str | None
    _deps: Dependencies

    @property
    def user_id(self) -> UUID:
        return self.claims.user_id

    @contextmanager
    def transaction(self) -> Iterator[UnitOfWork]:
        """A unit of work in which the session is known to be live.

        Somebody who asks for what is not theirs, or not there, is written down.

        Raises:
            NotSignedIn: code `session_ended`.
            TooManyRequests: code `too_many_requests`, where requests are counted.
        """
        try:
            with self._deps.unit_of_work() as uow:
                counted, self.counted = self.counted, None
                if counted is None:
                    accounts.require_live(uow, self.claims)
                    yield uow
                else:
                    accounts.require_few(uow, self.claims, counted)
                    yield uow
                    uow.commit()
        except NotFound as error:
            audit_log.not_found(self._deps.unit_of_work, self.user_id, error.code, self.path, self.network)
            raise

    @contextmanager
    def administration(self, role: Role) -> Iterator[UnitOfWork]:
        """A transaction of somebody who has this role and gave the password lately.

        Raises:
            NotSignedIn: code `session_ended`.
            Forbidden: codes `role_required`, `password_required`.
        """
        with self._deps.unit_of_work() as uow:
            accounts.require_role(uow, self.claims, role)
            yield uow


_scheme = HTTPBearer(auto_error=False, description="The `access_token` of sign-up, sign-in or refresh.")


def bearer_token(request: Request) -> str | None:
    """The token of the one Authorization header, or None if there is none of ours."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


async def _caller(request: Request, deps: Deps, _: Annotated[object, Depends(_scheme)]) -> Caller:
    token = bearer_token(request)
    if token is None:
        raise NotSignedIn("Sign in first.")
    operation = request.scope["route"].name
    counted = operation if operation in REQUESTS_PER_MINUTE else None
    claims, network = deps.tokens.read_access(token), network_of_caller(request, deps)
    caller = Caller(claims, network, request.url.path, counted, deps)
    note(request.scope, user_id=str(caller.user_id))
    return caller


def role_of_caller(request: Request, deps: Dependencies) -> Role | None:
    """What the caller of a route that anybody may ask may beside; None without a token.

    Raises:
        NotSignedIn: codes `invalid_token`, `session_ended`.
    """
    token = bearer_token(request)
    if token is None:
        return None
    with deps.unit_of_work() as uow:
        return accounts.require_live(uow, deps.tokens.read_access(token)).role


def network_of_caller(request: Request, deps: Dependencies) -> str:
    """What stands for the caller in limits."""
    return network_of(caller_address(request, deps.caller), deps.caller.ipv6_bits)


async def _device(request: Request, deps: Deps) -> Device:
    claimed = request.headers.get("user-agent", "")
    address, network = caller_address(request, deps.caller), network_of_caller(request, deps)
    cookie = deps.secrets.read(request.cookies.get(cookies.device_cookie(deps), ""))
    country = caller_country(request, deps.caller)
    return Device(address, network, "".join(filter(str.isprintable, claimed)), country, cookie)


async def _own_site(request: Request, deps: Deps) -> None:
    """Cookies go with requests of any page of this host, on whatever port; only pages of our own may make them act.

    A request without Origin is from no page: browsers send it with every POST.
    """
    origin = request.headers.get("origin")
    if origin is not None and origin not in deps.site.all_origins:
        raise Forbidden("Pages of another site may not do this.", code="foreign_origin", origin=origin[:ORIGIN_SHOWN])


async def _idempotency_key(request: Request) -> str:
    key = request.headers.get("idempotency-key")
    if key is None:
        raise Rejected("Send an Idempotency-Key header.", code="idempotency_key_required")
    return key


KEYED: Final[dict[str, Any]] = {  # what a route that takes an `IdempotencyKey` says of it
    "parameters": [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": True,
            "description": "Made by the client before sending, kept until it has an answer: sent again with the same "
            "key it is the same request.",
            "schema": {
                "type": "string",
                "minLength": 1,
                "maxLength": IDEMPOTENCY_KEY_CHARACTERS,
                "pattern": "^[!-~]([ -~]*[!-~])?$",
            },
            "example": "0198a3c5-6b1e-7c0e-a1f0-3f1f6f0f0a01",
        }
    ]
}
FromOwnSite = Depends(_own_site)
SignedIn = Annotated[Caller, Depends(_caller)]
FromDevice = Annotated[Device, Depends(_device)]
IdempotencyKey = Annotated[str, Depends(_idempotency_key)]
