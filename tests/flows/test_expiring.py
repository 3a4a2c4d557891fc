"""What is kept long enough goes while everything runs, and not before."""

from medley import limits
from tests.flows.conftest import Sweep
from tests.flows.fakes import FakeStore
from tests.flows.world import World


def age(world: World, seconds: int) -> None:
    world.sql("UPDATE outputs SET settled_at = settled_at - make_interval(secs => :s)", s=seconds)


def test_files_go_when_they_were_kept_long_enough(world: World, store: FakeStore, run_sweep: Sweep) -> None:
    generation = world.order(count=2)
    world.work()
    store.objects = {
        f"outputs/{world.user}/{generation.id}/{n}.{kind}" for n in (1, 2) for kind in ("mp4", "jpg", "json")
    }
    age(world, limits.OUTPUT_DAYS * 86_400 - 60)
    assert "outputs_expired" not in run_sweep()
    world.sql("UPDATE outputs SET kept_days = 31 WHERE n = 2")
    age(world, 120)
    assert run_sweep()["outputs_expired"] == 1
    assert {key.rsplit("/")[-1] for key in store.objects} == {"2.mp4", "2.jpg", "2.json"}
    assert [output.removed_at is not None for output in world.outputs(generation.id)] == [True, False]
    assert "outputs_expired" not in run_sweep()
    age(world, 86_400)
    assert run_sweep()["outputs_expired"] == 1
    assert store.objects == set()
    assert world.broken() == {}
