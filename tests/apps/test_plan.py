"""Plans as the core sees them: outputs, and tasks that need tasks."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.topology import LANES, TOPOLOGY
from medley import limits
from medley.apps.registry import Library
from medley.apps.video_mixer import APP, tasks
from medley.apps.video_mixer.cost import SEGMENT_MS, shot_ms
from medley.apps.video_mixer.operations import AssembleOutputs, RenderSegments
from medley.apps.video_mixer.recipe import Recipe
from medley.apps.video_mixer.segmentation import GOP_S
from medley.apps.video_mixer.tasks import RENDER_TASK_MS
from medley.contracts.media import Rational
from medley.domain.generations import Plan, PlannedTask, check_plan
from medley.errors import InvalidInput
from tests.apps.builders import clip, clip_id, library

SIX = library("abcdef", {"hook": "ab", "body": "cd", "cta": "ef"})


def plan(found: Library, seed: int = 7, **options: Any) -> Plan:
    spec = APP.spec.model_validate(options | {"seed": seed})
    made = APP.plan(spec, found, seed)
    return check_plan(made, APP.quote(spec, found).total, made_count(options), [lane.name for lane in LANES])


def made_count(options: dict[str, Any]) -> int:
    count: int = options.get("count", 10)
    return count


def of(made: Plan, operation: str) -> list[PlannedTask]:
    return [task for task in made.tasks if task.operation == operation]


def orders(made: Plan) -> list[tuple[str, ...]]:
    return [tuple(shot["clip"] for shot in output.recipe["shots"]) for output in made.outputs]


@given(
    st.integers(1, 24),
    st.integers(0, 2**53 - 1),
    st.sampled_from([{"clips_per_video": 4}, {"mode": "groups", "order": "shuffled"}, {"vary_opening": False}]),
)
def test_fewer_videos_are_the_first_of_more(count: int, seed: int, options: dict[str, Any]) -> None:
    many = plan(SIX, seed, count=48, **options)
    few = plan(SIX, seed, count=count, **options)
    assert orders(many)[:count] == orders(few)
    assert [o.fingerprint for o in many.outputs][:count] == [o.fingerprint for o in few.outputs]


def test_more_without_repeats() -> None:
    both = plan(SIX, count=30)
    first, more = plan(SIX, count=20), plan(SIX, count=10, skip=20)
    assert orders(first) + orders(more) == orders(both)
    assert more.outputs[0].n == 1
    assert more.outputs[0].title == "Video 21"


def test_same_clips_spec_and_seed_same_plan() -> None:
    assert plan(SIX, 5, count=20) == plan(SIX, 5, count=20)
    assert orders(plan(SIX, 5, count=20)) != orders(plan(SIX, 6, count=20))


def test_all_videos_differ_and_each_task_names_those_that_need_it() -> None:
    made = plan(SIX, count=100, clips_per_video=3)
    assert len(set(orders(made))) == len({output.fingerprint for output in made.outputs}) == 100
    for task in of(made, "render"):
        users = [n for n, used in enumerate(orders(made), 1) if task.payload["clips"][0]["clip_id"] in used]
        assert list(task.outputs) == users


def test_openings_of_groups_are_even() -> None:
    openers = Counter(order[0] for order in orders(plan(SIX, count=8, mode="groups", order="fixed")))
    assert openers == {str(clip_id("a")): 4, str(clip_id("b")): 4}


def test_a_clip_nobody_shows_is_not_encoded() -> None:
    made = plan(SIX, count=1, clips_per_video=2)
    assert {task.payload["clips"][0]["clip_id"] for task in of(made, "render")} == set(orders(made)[0])


@pytest.mark.parametrize(
    ("count", "sizes"),
    [
        (1, [1]),
        (2, [1, 1]),
        (4, [1] * 4),
        (5, [1, 1, 2, 1]),
        (12, [1, 1, 2, 2, 2, 2, 2]),
        (50, [1, 1, 2, 4, 8, 8, 8, 9, 9]),
    ],
)
def test_the_first_outputs_are_assembled_by_themselves(count: int, sizes: list[int]) -> None:
    found = of(plan(SIX, count=count), "assemble")
    assert [len(task.makes) for task in found] == sizes
    assert sorted(n for task in found for n in task.makes) == list(range(1, count + 1))


def test_a_video_waits_for_its_own_clips_alone() -> None:
    made = plan(library([str(n) for n in range(20)]), count=50, clips_per_video=5)
    first = next(task for task in made.tasks if task.makes)
    assert (first.needs, first.index) == ((0, 1, 2, 3, 4), 5)
    placed = {digest: task.index for task in of(made, "render") for digest in _digests(task)}
    for task in of(made, "assemble"):
        recipes = [Recipe.model_validate(made.outputs[n - 1].recipe) for n in task.makes]
        wanted = [part.digest for recipe in recipes for part in (*recipe.pieces, *recipe.sounds)]
        assert set(task.needs) == {placed[digest] for digest in wanted if digest is not None}
    ready = [max(task.needs) for task in of(made, "assemble")]
    assert ready == sorted(ready)
    assert len(placed) == 2 * 20  # each once


def test_a_video_does_not_wait_for_all_variants_of_its_clips() -> None:
    made = plan(library("abcdef"), count=60, clips_per_video=3, speeds=["1", "1.25", "0.8"], looks=["none", "mono"])
    first = next(task for task in made.tasks if task.makes)
    assert [len(made.tasks[need].payload["segments"]) for need in first.needs] == [1, 1, 1]


def test_the_cheapest_video_comes_first() -> None:
    found = Library(tuple(clip(name, seconds=seconds) for name, seconds in zip("abcd", (9, 1, 8, 2), strict=True)))
    made = plan(found, count=12, clips_per_video=2)
    first = next(task for task in made.tasks if task.makes)
    (n,) = first.makes
    assert set(orders(made)[n - 1]) == {str(clip_id("b")), str(clip_id("d"))}


def test_large_orders_have_few_tasks() -> None:
    """Captions that differ make every segment another."""
    found = library([str(n) for n in range(40)], {str(n): [str(n), str(39 - n)] for n in range(10)})
    groups = [{"name": str(n), "caption": "{n}"} for n in range(10)]
    made = plan(found, count=300, mode="groups", groups=groups)
    assert sum(len(task.payload["segments"]) for task in of(made, "render")) == 3_000
    assert len(made.tasks) < 300


def test_rounds_grow_faster_where_there_would_be_too_many_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    options: dict[str, Any] = {"count": 60, "clips_per_video": 3, "speeds": ["1", "1.25", "0.8"]}
    usual = plan(library("abcdef"), **options)
    monkeypatch.setattr(limits, "PLAN_TASKS", len(usual.tasks) - 1)
    fewer = plan(library("abcdef"), **options)
    assert len(fewer.tasks) < len(usual.tasks)
    assert fewer.outputs == usual.outputs
    monkeypatch.setattr(limits, "PLAN_TASKS", 5)
    with pytest.raises(InvalidInput) as refused:
        plan(library("abcdef"), **options)
    assert refused.value.code == "too_much_encoding"


def test_long_outputs_are_assembled_fewer_at_a_time() -> None:
    hours = Library(tuple(clip(str(n), seconds=600) for n in range(3)))
    found = of(plan(hours, count=6, resolution=480), "assemble")
    assert [len(task.makes) for task in found] == [1, 1, 2, 2]
    assert tasks.joined_ms(2 * 54_000, APP.spec(resolution=480)) <= tasks.ASSEMBLE_TASK_MS


def test_outputs_that_are_decoded_whole_are_assembled_fewer_at_a_time() -> None:
    minutes = Library(tuple(clip(str(n), seconds=30) for n in range(7)))
    options: dict[str, Any] = {"count": 40, "resolution": 2160, "fps": 60, "clips_per_video": 2}
    plain, checked = (
        max(len(task.makes) for task in of(plan(minutes, **options, full_check=full), "assemble"))
        for full in (False, True)
    )
    assert (plain, checked < 4) == (8, True)


def test_weights_are_frames_and_a_twentieth_of_them() -> None:
    made = plan(library("ab"), count=2)
    assert [(task.lane, task.work) for task in made.tasks] == [
        ("render", 61),  # and the sound
        ("render", 61),
        ("assemble", 6),
        ("assemble", 6),
    ]
    assert [output.work for output in made.outputs] == [120, 120]


def test_the_payload_of_a_render_task() -> None:
    spec = APP.spec(count=1, audio="mute")
    found = library("ab")
    task = APP.plan(spec, found, 1).tasks[0]
    payload = RenderSegments.model_validate(task.payload)
    assert payload.clips[0] in found.clips
    assert task.title == f"Clip “{payload.clips[0].name}”"
    assert payload.canvas == spec.canvas
    assert payload.encoding == spec.encoding.model_copy(update={"gop_s": GOP_S, "b_frames": True})
    assert [(s.shot.start_frame, s.frames) for s in payload.segments] == [(0, 60)]
    assert payload.sounds == ()
    assert payload.model_dump(mode="json") == task.payload


def test_outputs_are_joined_of_what_the_render_tasks_make() -> None:
    spec = APP.spec(count=6, container="mov", full_check=True, artist="A", comment="C")
    found = Library((clip("a"), clip("b", sound=False), clip("c")))
    made = APP.plan(spec, found, 1)
    rendered: dict[str, Any] = {}
    for task in of(made, "render"):
        rendered |= _digests(task)
    payload = AssembleOutputs.model_validate(made.tasks[-1].payload)
    assert (payload.container, payload.full_check, payload.artist, payload.comment) == ("mov", True, "A", "C")
    for output in made.outputs:
        recipe = Recipe.model_validate(output.recipe)
        assert recipe.length == output.work == sum(sound.frames for sound in recipe.sounds)
        assert (output.media_type, output.price) == ("video/quicktime", 4)
        assert len({piece.digest for piece in recipe.pieces}) == 3
        assert [rendered[piece.digest].frames for piece in recipe.pieces] == [piece.frames for piece in recipe.pieces]
        heard = [sound for sound in recipe.sounds if sound.digest is not None]
        assert [rendered[sound.digest].frames for sound in heard] == [sound.frames for sound in heard]
        assert len(heard) == 2


def _digests(task: PlannedTask) -> dict[str, Any]:
    """What a render task makes."""
    payload = RenderSegments.model_validate(task.payload)
    pictures = {segment.digest(payload.canvas, payload.encoding): segment for segment in payload.segments}
    return pictures | {sound.digest(): sound for sound in payload.sounds}


def test_a_long_clip_is_cut_into_segments() -> None:
    long = clip("long", seconds=600, size=(1920, 1080))
    spec = APP.spec(count=1, resolution=1080, fps=30)
    made = APP.plan(spec, Library((long,)), 1)
    found = of(made, "render")
    pieces = [segment for task in found for segment in task.payload["segments"]]
    assert sum(segment["shot"]["frames"] for segment in pieces) == 600 * 30
    assert [len(task.payload["sounds"]) for task in found] == [0] * (len(found) - 1) + [1]
    assert all(task.outputs == (1,) for task in found)
    assert all(shot_ms(long, Rational(num=1), spec, task.work) <= RENDER_TASK_MS * 1.1 for task in found)
    assert 1 < len(found) < len(pieces)
    assert len(made.outputs[0].recipe["pieces"]) == len(pieces)


def test_a_clip_shown_twice_is_encoded_once() -> None:
    spec = APP.spec(count=1, mode="groups", order="fixed")
    found = library("a", {"x": "a", "y": "a"})
    made = APP.plan(spec, found, 1)
    first, second = made.outputs[0].recipe["pieces"]
    assert first == second
    assert [len(made.tasks[0].payload[name]) for name in ("segments", "sounds")] == [1, 1]
    assert made.tasks[0].outputs == (1,)


def test_a_clip_shorter_than_a_frame_is_one_frame() -> None:
    made = plan(Library((clip("blink", seconds=0.004),)), count=1, fps=24)
    assert made.outputs[0].work == 1


def test_a_thousand_videos_of_two_hundred_clips() -> None:
    made = plan(library([str(n) for n in range(limits.CLIPS_PER_PROJECT)]), count=limits.OUTPUTS_PER_GENERATION)
    assert len({output.fingerprint for output in made.outputs}) == 1000
    assert Counter(order[0] for order in orders(made)) == {str(clip_id(str(n))): 5 for n in range(200)}


def test_tasks_take_at_most_half_the_time_of_their_function() -> None:
    half_ms = TOPOLOGY.function("render").timeout_s * 1000 // 2
    assert SEGMENT_MS <= RENDER_TASK_MS <= half_ms


def test_titles() -> None:
    made = plan(library("ab"), count=2, title='{opening} "{n}" of {count}')
    assert sorted(output.title for output in made.outputs) in (
        ['a "1" of 2', 'b "2" of 2'],
        ['a "2" of 2', 'b "1" of 2'],
    )
    assert plan(SIX, count=10).outputs[0].title == "Video 01"


@pytest.mark.parametrize(
    ("name", "opening"),
    [
        ("../../etc/passwd", "../../etc/passwd"),
        ("two\nlines\x00.mp4", "two lines"),
        ("\u202egpj.exe", "gpj"),
        (".hidden", ".hidden"),
        ("a.tar.gz", "a.tar"),
        ("x" * 400 + ".mp4", "x" * limits.NAME_CHARACTERS),
        ("{n} {boom}.mp4", "{n} {boom}"),
        ("\n\t.mp4", "Video 1"),
    ],
)
def test_a_title_takes_any_name_of_a_clip(name: str, opening: str) -> None:
    odd = clip("a").model_copy(update={"name": name})
    assert plan(Library((odd,)), count=1, title="{opening}").outputs[0].title == opening
