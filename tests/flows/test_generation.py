"""A generation from order to end."""

from medley.domain.credits import Wallet
from medley.domain.generations import GenerationState, OutputState
from tests.flows.world import World


def test_all_outputs_are_made_and_paid(world: World) -> None:
    ordered = world.order()
    assert world.wallet() == Wallet(1_000 - ordered.price, ordered.price, 1_000, 0)
    world.work()
    ended = world.generation(ordered.id)
    assert ended.state is GenerationState.SUCCEEDED
    assert ended.frames_done == ended.frames_total
    assert [output.state for output in world.outputs(ordered.id)] == [OutputState.MADE] * 5
    assert world.wallet() == Wallet(1_000 - ordered.price, 0, 1_000, ordered.price)
