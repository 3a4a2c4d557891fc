"""What is left of a plan for the outputs that were not made."""

from medley.domain.generations import Output, OutputState, Plan, PlannedOutput, PlannedTask, check_plan
from medley.domain.quotes import PriceLine
from medley.domain.retried_plans import only, price_lines


def output(n: int, price: int = 1) -> PlannedOutput:
    return PlannedOutput(n, f"Video {n}", "video/mp4", 10 * n, price, f"print {n}", {"of": n})


def task(index: int, outputs: tuple[int, ...], makes: tuple[int, ...] = (), needs: tuple[int, ...] = ()) -> PlannedTask:
    operation = "join" if makes else "make"
    return PlannedTask(index, operation, "lane", "A task", 5, outputs, {"index": index}, makes, needs)


PLAN = Plan(
    planner_version=3,
    seed=7,
    outputs=(output(1), output(2, 2), output(3, 3), output(4)),
    tasks=(
        task(0, (1, 2)),
        task(1, (3,)),
        task(2, (1,), makes=(1,), needs=(0,)),
        task(3, (2, 3), makes=(2, 3), needs=(0, 1)),
        task(4, (4,), makes=(4,)),
    ),
)


def test_it_has_the_outputs_numbered_anew_and_what_they_need() -> None:
    left = check_plan(only(PLAN, [4, 2]), 3, 2, ["lane"])
    assert [(each.n, each.title, each.recipe) for each in left.outputs] == [
        (1, "Video 2", {"of": 2}),
        (2, "Video 4", {"of": 4}),
    ]
    assert [(each.index, each.payload["index"], each.outputs, each.makes, each.needs) for each in left.tasks] == [
        (0, 0, (1,), (), ()),
        (1, 3, (1,), (1,), (0,)),
        (2, 4, (2,), (2,), ()),
    ]
    assert (left.seed, left.planner_version) == (7, 3)


def test_of_all_outputs_it_is_the_plan() -> None:
    assert only(PLAN, [1, 2, 3, 4]) == PLAN


def stored(n: int, price: int) -> Output:
    return Output(n, f"Video {n}", "video/mp4", 10, price, 0, OutputState.FAILED, 2)


def test_it_costs_what_its_outputs_cost() -> None:
    lines = [PriceLine("video", "Video", 1, 4), PriceLine("hd", "720p", 2, 4)]
    assert price_lines(lines, [stored(1, 3), stored(4, 3)]) == (
        PriceLine("video", "Video", 1, 2),
        PriceLine("hd", "720p", 2, 2),
    )
    assert price_lines(lines, [stored(1, 3), stored(4, 2)]) == (PriceLine("again", "Made again", 5, 1),)
