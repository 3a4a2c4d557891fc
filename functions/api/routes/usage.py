"""/v1/usage."""

from fastapi import APIRouter

from functions.api.dependencies import SignedIn
from functions.api.errors import error_responses
from functions.api.inline_route import InlineRoute
from functions.api.schemas.usage import UsageView
from medley.services import quota

router = APIRouter(route_class=InlineRoute, prefix="/v1", tags=["Accounts"])


@router.get("/usage", summary="Read what you use of what is limited", responses=error_responses())
def read_usage(caller: SignedIn) -> UsageView:
    """Deleted files count while they can be restored; what is deleted for good ceases to count at once."""
    with caller.transaction() as uow:
        return UsageView.of(quota.usage(uow, caller.user_id))
