"""/v1/admin: for administrators, who give their password again every quarter of an hour."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from functions.api.dependencies import Deps, SignedIn
from functions.api.errors import error_responses
from functions.api.inline_route import InlineRoute
from functions.api.schemas.accounts import UserView
from functions.api.schemas.admin import Disabling, EventView, RoleChange
from functions.api.schemas.base import NumberCursor, Page, PageLimit, next_cursor
from medley.domain.accounts import Role
from medley.domain.audit import Action
from medley.limits import PAGE_ITEMS
from medley.services import accounts, audit_log, disabling

router = APIRouter(route_class=InlineRoute, prefix="/v1/admin", tags=["Administration"])


@router.get(
    "/audit",
    summary="Read the audit log",
    responses=error_responses("role_required", "password_required", "invalid_cursor"),
)
def read_audit(
    caller: SignedIn,
    user_id: Annotated[UUID | None, Query(description="Of whose account.")] = None,
    action: Annotated[Action | None, Query(description="Of one kind.")] = None,
    cursor: NumberCursor = None,
    limit: Annotated[PageLimit, Query()] = PAGE_ITEMS,
) -> Page[EventView]:
    """Newest first. For administrators. Reading it is in the log, too."""
    with caller.administration(Role.ADMIN) as uow:
        reader = accounts.require_live(uow, caller.claims)
        events = audit_log.read(
            uow, reader, user_id=user_id, action=action, before=cursor, limit=limit, network=caller.network
        )
        uow.commit()
    return Page(items=[EventView.of(each) for each in events], next=next_cursor(events, limit, lambda each: each.id))


@router.put(
    "/users/{user_id}/role",
    summary="Change somebody's role",
    responses=error_responses("role_required", "password_required", "unknown_user", "own_role", body=True),
)
def change_role(user_id: UUID, body: RoleChange, caller: SignedIn) -> UserView:
    """For super-administrators."""
    with caller.administration(Role.SUPER_ADMIN) as uow:
        user = audit_log.change_role(uow, user_id, body.role, actor_id=caller.user_id, network=caller.network)
        uow.commit()
    return UserView.of(user)


@router.put(
    "/users/{user_id}/disabled",
    status_code=204,
    summary="Disable an account, or enable it",
    responses=error_responses("role_required", "password_required", "unknown_user", "own_account", body=True),
)
def disable_account(user_id: UUID, body: Disabling, caller: SignedIn, deps: Deps) -> None:
    """For administrators; those who are one themselves, for super-administrators. Whoever has the account is signed out
    everywhere and cannot sign in. What runs goes on, nothing is deleted, and all is as before when it is enabled."""
    with caller.administration(Role.ADMIN) as uow:
        actor = accounts.require_live(uow, caller.claims)
        effects = disabling.change(uow, actor, user_id, disabled=body.disabled, network=caller.network)
        uow.commit()
    deps.follow_up(effects)
