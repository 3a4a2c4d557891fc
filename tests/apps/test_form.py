"""The hints of a form: what makes them wrong is found, and the video mixer's are as a person needs them."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from medley.apps.form import Choices, Section, sections, ui
from medley.apps.video_mixer.spec import MixSpec
from tests.apps import forms

SCHEMA: dict[str, Any] = MixSpec.model_json_schema()


def hints(schema: dict[str, Any], field: str) -> dict[str, Any]:
    found: dict[str, Any] = schema["properties"][field]["x-ui"]
    return found


def test_hints_say_what_is_given_and_no_more() -> None:
    assert ui("cut", "basic", 1, "seconds", unit="s") == {
        "x-ui": {"section": "cut", "level": "basic", "order": 1, "widget": "seconds", "unit": "s"}
    }
    made = ui(
        "cut", "more", 2, "picture", show_if={"a": (1, 2), "b": "given"}, options=Choices({"9:16": "Up"}, "shape")
    )
    assert made["x-ui"]["show_if"] == {"a": [1, 2], "b": "given"}
    assert made["x-ui"]["options"] == [{"value": "9:16", "title": "Up", "picture": "shape-9-16"}]
    assert sections(Section("a", "A", "All."))["x-ui"]["sections"] == [
        {"id": "a", "title": "A", "sentence": "All.", "order": 1}
    ]


def test_about_eight_fields_are_for_everyone() -> None:
    basic = {name for name in SCHEMA["properties"] if hints(SCHEMA, name)["level"] == "basic"}
    assert basic == {"count", "mode", "duration_s", "transition", "aspect", "resolution", "caption", "music"}


def test_ids_say_what_they_are_of() -> None:
    assert [hints(SCHEMA, name)["id"] for name in ("first_clip", "last_clip", "never_adjacent")] == ["clip"] * 3
    kinds = {
        part: SCHEMA["$defs"][part]["properties"]["asset"]["x-ui"]["asset"]
        for part in ("MusicOptions", "VoiceOptions", "WatermarkOptions")
    }
    assert kinds == {"MusicOptions": "audio", "VoiceOptions": "audio", "WatermarkOptions": "image"}


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda s: hints(s, "count").pop("section"), "count: no section"),
        (lambda s: hints(s, "count").update(section="elsewhere"), "count: no section"),
        (lambda s: hints(s, "count").update(level="all"), "count: no level"),
        (lambda s: hints(s, "count").update(widget="dial"), "count: no widget"),
        (lambda s: hints(s, "count").update(unit="furlongs"), "count: an unknown unit"),
        (lambda s: hints(s, "mode").update(order=10), "mode: order ('videos', 10) is taken"),
        (lambda s: hints(s, "fit")["options"].pop(), "fit: options ['crop', 'pad', 'blur'] of values"),
        (lambda s: hints(s, "fit")["options"][0].pop("title"), "fit: an option without title"),
        (lambda s: hints(s, "looks")["options"][0].pop("picture"), "looks: an option without picture"),
        (lambda s: hints(s, "share").update(show_if={"length": "given"}), "share: shown by length, which is no field"),
        (lambda s: hints(s, "windows").update(show_if={"trim": ["most"]}), "windows: shown by values trim does not"),
        (lambda s: hints(s, "first_clip").pop("id"), "first_clip: an id of nobody knows what"),
        (lambda s: s["x-ui"]["sections"][0].pop("sentence"), "a section without sentence"),
        (lambda s: [hints(s, name).update(level="basic") for name in s["properties"]], " basic fields"),
        (
            lambda s: s["$defs"]["MusicOptions"]["properties"]["asset"]["x-ui"].pop("asset"),
            "MusicOptions.asset: no kind",
        ),
    ],
)
def test_what_a_form_lacks_is_found(spoil: Callable[[dict[str, Any]], object], told: str) -> None:
    schema = copy.deepcopy(SCHEMA)
    spoil(schema)
    assert any(told in fault for fault in forms.faults(schema))
