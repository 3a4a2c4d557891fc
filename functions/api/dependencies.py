"""What routes work with: the collaborators of the process, and the person who asks."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Protocol
from uuid import UUID

from aws_lambda_powertools import Logger
from fastapi import Depends, Request
from fastapi.security import HTTPBearer

from functions.api.request_context import caller_address
from medley.apps.registry import Registry
from medley.domain.accounts import network_of
from medley.errors import NotSignedIn
from medley.ports.cloud import Pusher, Queue
from medley.ports.database import UnitOfWork, UnitOfWorkFactory
from medley.ports.identity import Claims, Clock, Hasher, Ids, Tokens
from medley.services import accounts
from medley.services.accounts import Device
from medley.services.downloads import Bucket
from medley.settings import AccountSettings, CallerSettings


class Readiness(Protocol):
    def __call__(self) -> None:
        """Raises: DatabaseUnavailable, if the database does not answer in time or has another schema."""
        ...


@dataclass(frozen=True, eq=False)
class Dependencies:
    """All that the API needs of the world. One is equal to itself alone: an application is made for each."""

    unit_of_work: UnitOfWorkFactory
    bucket: Bucket
    queue: Queue
    pusher: Pusher
    registry: Registry
    hasher: Hasher
    tokens: Tokens
    clock: Clock
    ids: Ids
    accounts: AccountSettings
    caller: CallerSettings
    socket_url: str
    check_database: Readiness
    logger: Logger


def dependencies_of(request: Request) -> Dependencies:
    deps: Dependencies = request.app.state.dependencies
    return deps


Deps = Annotated[Dependencies, Depends(dependencies_of)]


@dataclass(frozen=True)
class Caller:
    """Whoever sent a valid access token. The way to the database leads through `transaction`, so a session that was
    ended is refused everywhere, at once; it costs one query by primary key on a connection that is open anyway."""

    claims: Claims
    _deps: Dependencies

    @property
    def user_id(self) -> UUID:
        return self.claims.user_id

    @contextmanager
    def transaction(self) -> Iterator[UnitOfWork]:
        """A unit of work in which the session is known to be live. Raises: NotSignedIn (`session_ended`)."""
        with self._deps.unit_of_work() as uow:
            accounts.require_live(uow, self.claims)
            yield uow


_scheme = HTTPBearer(auto_error=False, description="The `access_token` of sign-up, sign-in or refresh.")


def bearer_token(request: Request) -> str | None:
    """The token of the one Authorization header, or None if there is none of ours."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def _caller(request: Request, deps: Deps, _: Annotated[object, Depends(_scheme)]) -> Caller:
    token = bearer_token(request)
    if token is None:
        raise NotSignedIn("Sign in first.")
    return Caller(deps.tokens.read_access(token), deps)


def _device(request: Request, deps: Deps) -> Device:
    claimed = request.headers.get("user-agent", "")
    address = caller_address(request, deps.caller)
    network = network_of(address, deps.caller.ipv6_bits)
    return Device(address, network, "".join(filter(str.isprintable, claimed)))


SignedIn = Annotated[Caller, Depends(_caller)]
FromDevice = Annotated[Device, Depends(_device)]
