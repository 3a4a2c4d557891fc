"""Routes that are answered where they are called: Lambda gives a process one request at a time, so there is nobody to
whom a thread of its own would leave room, and starting it takes a third of a short request's time."""

from collections.abc import Callable
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any

from fastapi.routing import APIRoute


class InlineRoute(APIRoute):
    """Of an APIRouter's `route_class`: its functions may be plain ones and are called on the event loop."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint if iscoroutinefunction(endpoint) else _inline(endpoint), **options)


def _inline(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(endpoint)
    async def called(*arguments: Any, **named: Any) -> Any:
        return endpoint(*arguments, **named)

    return called
