"""Apps that are gone, or not offered: nothing is ordered from them, and what was ordered before is not lost."""

from dataclasses import replace
from typing import Any

import pytest

from medley.apps.registry import Failure, Registry
from medley.domain.accounts import Role
from medley.domain.quotes import Quote
from medley.errors import AppUnavailable, MedleyError
from medley.services import ordering, outbox
from tests.flows.world import World

SPEC: dict[str, Any] = {"count": 2, "clips_per_video": 2, "resolution": 480, "seed": 7}


def quote(world: World) -> Quote:
    return ordering.quote(world.transaction, world.registry, world.user, world.project, SPEC)


def test_an_app_that_is_gone_stops_no_generation_that_is_planned(world: World) -> None:
    ordered = world.order()
    waiting = world.order("later", send=False)
    manifest = world.registry.get("video_mixer").manifest
    world.registry = Registry({}, (Failure("medley.apps.video_mixer", "ImportError", manifest),))
    world.deliver()
    assert world.generation(ordered.id).state == "succeeded"
    with pytest.raises(AppUnavailable) as refused:
        world.order("other", send=False)
    assert refused.value.code == "app_unavailable"
    assert world.generation(waiting.id).state == "running"  # its order is kept until the app is back


@pytest.mark.parametrize(
    ("presented", "code"), [({"flags": ("soon",)}, "app_unavailable"), ({"roles": (Role.ADMIN,)}, "unknown_app")]
)
def test_an_app_that_is_not_offered_is_not_ordered_from(world: World, presented: dict[str, Any], code: str) -> None:
    """What was ordered before goes on."""
    ordered = world.order(send=False)
    app = world.registry.get("video_mixer")

    class Presented(type(app)):  # type: ignore[misc]  # whatever it is
        manifest = replace(app.manifest, **presented)

    world.registry = Registry({"video_mixer": Presented()})
    for act in (lambda: world.order("other", send=False), lambda: quote(world)):
        with pytest.raises(MedleyError) as refused:
            act()
        assert refused.value.code == code
    world.sql("UPDATE outbox SET claimed_until = NULL")
    outbox.drain(world.unit_of_work, world.queue)
    world.plan()
    world.deliver()
    assert world.generation(ordered.id).state == "succeeded"
