"""Plans as the core sees them: outputs, tasks, commands."""

from collections import Counter
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.topology import TOPOLOGY
from medley import limits
from medley.apps.registry import Library, Order
from medley.apps.video_mixer import APP
from medley.apps.video_mixer.cost import SEGMENT_MS, shot_ms
from medley.apps.video_mixer.stages import RENDER_TASK_MS
from medley.contracts.commands import AssembleOutputs, RenderSegments
from medley.contracts.media import Rational
from medley.domain.generations import Plan, check_plan
from tests.apps.builders import clip, clip_id, library

ORDER = Order(UUID(int=1), UUID(int=2), UUID(int=3), attempt=2)
SIX = library("abcdef", {"hook": "ab", "body": "cd", "cta": "ef"})


def plan(found: Library, seed: int = 7, **options: Any) -> Plan:
    spec = APP.spec.model_validate(options | {"seed": seed})
    made = APP.plan(spec, found, seed)
    return check_plan(made, APP.quote(spec, found))


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
    for task in made.tasks:
        if task.stage == 0:
            users = [n for n, used in enumerate(orders(made), 1) if task.payload["clips"][0]["clip_id"] in used]
            assert list(task.outputs) == users


def test_openings_of_groups_are_even() -> None:
    openers = Counter(order[0] for order in orders(plan(SIX, count=8, mode="groups", order="fixed")))
    assert openers == {str(clip_id("a")): 4, str(clip_id("b")): 4}


def test_a_clip_nobody_shows_is_not_encoded() -> None:
    made = plan(SIX, count=1, clips_per_video=2)
    assert {task.payload["clips"][0]["clip_id"] for task in made.tasks if task.stage == 0} == set(orders(made)[0])


@pytest.mark.parametrize(
    ("count", "sizes"),
    [(1, [1]), (2, [1, 1]), (4, [1] * 4), (5, [2, 2, 1]), (12, [3] * 4), (40, [10] * 4), (45, [10] * 4 + [5])],
)
def test_outputs_are_spread_over_assemble_tasks(count: int, sizes: list[int]) -> None:
    tasks = [task for task in plan(SIX, count=count).tasks if task.lane == "assemble"]
    assert [len(task.outputs) for task in tasks] == sizes
    assert [n for task in tasks for n in task.outputs] == list(range(1, count + 1))


def test_long_outputs_are_assembled_fewer_at_a_time() -> None:
    hours = Library(tuple(clip(str(n), seconds=600) for n in range(3)))
    tasks = [task for task in plan(hours, count=6, resolution=480).tasks if task.lane == "assemble"]
    assert [len(task.outputs) for task in tasks] == [2, 2, 2]


def test_outputs_that_are_decoded_whole_are_assembled_fewer_at_a_time() -> None:
    minutes = Library(tuple(clip(str(n), seconds=30) for n in range(7)))
    options: dict[str, Any] = {"count": 40, "resolution": 2160, "fps": 60, "clips_per_video": 2}
    plain, checked = (
        [len(task.outputs) for task in plan(minutes, **options, full_check=full).tasks if task.lane == "assemble"]
        for full in (False, True)
    )
    assert plain == [10] * 4
    assert max(checked) < 4


def test_weights_are_frames_and_a_twentieth_of_them() -> None:
    made = plan(library("ab"), count=2)
    assert [(task.lane, task.frames) for task in made.tasks] == [
        ("render", 61),  # and the sound
        ("render", 61),
        ("assemble", 6),
        ("assemble", 6),
    ]


def test_the_render_command() -> None:
    spec = APP.spec(count=1, audio="mute")
    found = library("ab")
    made = APP.plan(spec, found, 1)
    command = APP.command(ORDER, spec, made.tasks[0], made.outputs)
    assert isinstance(command, RenderSegments)
    assert (command.owner_id, command.generation_id, command.task_id, command.attempt) == (
        UUID(int=1),
        UUID(int=2),
        UUID(int=3),
        2,
    )
    assert command.clips[0] in found.clips
    assert [(s.shot.start_frame, s.frames) for s in command.segments] == [(0, 60)]
    assert command.sounds == ()
    assert RenderSegments.model_validate_json(command.model_dump_json()) == command


def test_the_assemble_command_names_what_the_render_commands_made() -> None:
    spec = APP.spec(count=6)
    found = Library((clip("a"), clip("b", sound=False), clip("c")))
    made = APP.plan(spec, found, 1)
    commands = [APP.command(ORDER, spec, task, made.outputs) for task in made.tasks]
    rendered = {}
    for render in commands:
        if isinstance(render, RenderSegments):
            rendered |= {segment.digest(render.canvas, render.encoding): segment for segment in render.segments}
            rendered |= {sound.digest(): sound for sound in render.sounds}
    wanted = made.outputs[1:3]
    command = APP.command(ORDER, spec, made.tasks[-1], wanted)
    assert isinstance(command, AssembleOutputs)
    assert [order.n for order in command.outputs] == [2, 3]
    for order, output in zip(command.outputs, wanted, strict=True):
        assert order.frames == output.frames == sum(sound.frames for sound in order.sounds)
        assert len({piece.digest for piece in order.pieces}) == 3
        assert [rendered[piece.digest].frames for piece in order.pieces] == [piece.frames for piece in order.pieces]
        heard = [sound for sound in order.sounds if sound.digest is not None]
        assert [rendered[sound.digest].frames for sound in heard] == [sound.frames for sound in heard]
        assert len(heard) == 2


def test_a_long_clip_is_cut_into_segments() -> None:
    long = clip("long", seconds=600, size=(1920, 1080))
    spec = APP.spec(count=1, resolution=1080, fps=30)
    made = APP.plan(spec, Library((long,)), 1)
    tasks = [task for task in made.tasks if task.lane == "render"]
    pieces = [segment for task in tasks for segment in task.payload["segments"]]
    assert sum(segment["shot"]["frames"] for segment in pieces) == 600 * 30
    assert [len(task.payload["sounds"]) for task in tasks] == [0] * (len(tasks) - 1) + [1]
    assert all(task.outputs == (1,) for task in tasks)
    assert all(shot_ms(long, Rational(num=1), spec, task.frames) <= RENDER_TASK_MS * 1.1 for task in tasks)
    assert 1 < len(tasks) < len(pieces)
    command = APP.command(ORDER, spec, made.tasks[-1], made.outputs)
    assert isinstance(command, AssembleOutputs)
    assert len(command.outputs[0].pieces) == len(pieces)


def test_a_clip_shown_twice_is_encoded_once() -> None:
    spec = APP.spec(count=1, mode="groups", order="fixed")
    found = library("a", {"x": "a", "y": "a"})
    made = APP.plan(spec, found, 1)
    command = APP.command(ORDER, spec, made.tasks[-1], made.outputs)
    assert isinstance(command, AssembleOutputs)
    first, second = command.outputs[0].pieces
    assert first == second
    assert [len(made.tasks[0].payload[name]) for name in ("segments", "sounds")] == [1, 1]
    assert made.tasks[0].outputs == (1,)


def test_a_clip_shorter_than_a_frame_is_one_frame() -> None:
    made = plan(Library((clip("blink", seconds=0.004),)), count=1, fps=24)
    assert made.outputs[0].frames == 1


def test_a_thousand_videos_of_two_hundred_clips() -> None:
    made = plan(library([str(n) for n in range(limits.CLIPS_PER_PROJECT)]), count=limits.OUTPUTS_PER_GENERATION)
    assert len({output.fingerprint for output in made.outputs}) == 1000
    assert Counter(order[0] for order in orders(made)) == {str(clip_id(str(n))): 5 for n in range(200)}


def test_commands_fit_into_a_message() -> None:
    """SQS takes 1 MiB."""
    found = Library(tuple(clip(str(n), seconds=1) for n in range(limits.SEGMENTS_PER_OUTPUT)))
    spec = APP.spec(count=40)
    made = APP.plan(spec, found, 1)
    last = made.tasks[-1]
    assert len(last.outputs) == limits.OUTPUTS_PER_COMMAND
    command = APP.command(ORDER, spec, last, made.outputs[-limits.OUTPUTS_PER_COMMAND :])
    assert len(command.model_dump_json()) < 2**20


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
