"""Sentences: what they are made of gives exactly the sentence again, in English or in any other language."""

import ast
import copy
import json
import pickle
import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from medley.apps.video_mixer import wording as app_wording
from medley.apps.video_mixer.wording import SAID
from medley.domain import wording as core_wording
from medley.domain.wording import CORE, FIELDS, about, refused
from medley.sentences import EXACT_MAX, Sentence, Wording, arguments, as_json, fill, parameters_of, plain

ROOT = Path(__file__).parents[2]
CODE = (*(ROOT / "shared" / "medley").rglob("*.py"), *(ROOT / "functions").rglob("*.py"))
CLIPS = "{n, plural, =0 {nothing} one {# clip} other {# clips}}"


@pytest.mark.parametrize(
    ("template", "parameters", "text"),
    [
        ("As it is.", {}, "As it is."),
        ("{a} and {b}", {"a": 1, "b": "two"}, "1 and two"),
        (CLIPS, {"n": 0}, "nothing"),
        (CLIPS, {"n": 1}, "1 clip"),
        (CLIPS, {"n": 7}, "7 clips"),
        (CLIPS, {"n": "1" + "0" * 30}, "1" + "0" * 30 + " clips"),
        (CLIPS, {"n": "1.5"}, "1.5 clips"),
        ("{w, select, a {one} other {more}}", {"w": "a"}, "one"),
        ("{w, select, a {one} other {more}}", {"w": "z"}, "more"),
        ("{w, select, a {{n, plural, one {#!} other {#}}} other {}} #", {"w": "a", "n": 1}, "1! #"),
        ("the clip''s ''{a}''", {"a": "it's {a}"}, "the clip's 'it's {a}'"),
        ("{a}.", {"a": ["x", 2, "y"]}, "x, 2, y."),
        ("{a}.", {"a": [{"code": "c", "message": "stored", "parameters": {}}]}, "stored."),
    ],
)
def test_a_template_is_filled(template: str, parameters: dict[str, Any], text: str) -> None:
    assert fill(template, parameters) == text
    assert set(parameters) <= arguments(template)


@pytest.mark.parametrize(
    "broken", ["{", "}", "{a", "{a, plural, one {x}}", "{a, plural}", "{a b}", "{}", "{a, date, x}"]
)
def test_what_is_no_template_is_refused(broken: str) -> None:
    with pytest.raises(ValueError, match=r"argument|brace"):
        fill(broken, {"a": 1})


def test_a_parameter_that_is_missing_is_our_fault() -> None:
    with pytest.raises(KeyError):
        Wording({"x": "{a}"}).say("x")


def test_a_sentence_is_its_text_and_knows_what_it_is_made_of() -> None:
    inner = SAID.say("gives_look", videos=10**30)
    said = SAID.say("would_give_more", what=[inner])
    assert said == f"What would give more: another look ({10**30})."
    assert (said.code, said.parameters["what"]) == ("would_give_more", (inner,))
    for again in (copy.deepcopy(said), pickle.loads(pickle.dumps(said))):  # noqa: S301  # our own
        assert (again, again.code, again.parameters) == (said, said.code, said.parameters)
    wire = json.loads(json.dumps(said.as_json()))
    assert wire["parameters"]["what"] == [
        {"code": "gives_look", "message": inner, "parameters": {"videos": "1" + "0" * 30}}
    ]
    assert fill(SAID.templates[wire["code"]], wire["parameters"]) == wire["message"] == said


def test_numbers_that_javascript_does_not_hold_are_texts() -> None:
    held = Wording({"x": "{a} {b}"}).say("x", a=EXACT_MAX, b=EXACT_MAX + 1)
    assert held.parameters == {"a": EXACT_MAX, "b": str(EXACT_MAX + 1)}


@pytest.mark.parametrize(
    ("number", "text"),
    [(Decimal("1E+2"), "100"), (Decimal("12.50"), "12.5"), (Fraction(10, 3), "3.333"), (Decimal("0.2"), "0.2")],
)
def test_a_number_is_written_as_a_person_writes_it(number: Decimal | Fraction, text: str) -> None:
    assert plain(number) == text


def test_a_refusal_can_say_whose_file_it_is_of() -> None:
    error = refused("short_footage", found=3, frames=9)
    assert (error.code, error.metadata["found"], error.metadata["frames"]) == ("short_footage", 3, 9)
    named = about(error.message, CORE.say("of_file", name="a.mp4"))
    assert named == "a.mp4: The clip gives 3 of the 9 frames it should have: a part of it cannot be decoded."
    stored = json.loads(json.dumps(parameters_of(named)))
    assert fill(CORE.templates["short_footage"], stored) == named
    assert about("Something else.", CORE.say("of_file", name="a.mp4")) == "a.mp4: Something else."
    assert parameters_of("Something else.") == {}
    assert as_json({"a": Sentence("b", "c")}) == {"a": {"code": "c", "message": "b", "parameters": {}}}


def test_every_template_is_one_and_no_app_hides_one_of_the_core() -> None:
    for wording in (CORE, SAID):
        assert all(template and isinstance(arguments(template), frozenset) for template in wording.templates.values())
    assert set(CORE.templates) & set(SAID.templates) == set()


def said_in_code() -> Iterator[tuple[str, str, set[str]]]:
    """Each `CORE.say("code", ...)` and the like that names its code: where, the code, and the parameters it names."""
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = ast.unparse(node.func)
                if name in ("CORE.say", "SAID.say", "refused") and isinstance(node.args[0].value, str):
                    given = {keyword.arg for keyword in node.keywords}
                    yield name, node.args[0].value, {"*"} if None in given else {str(each) for each in given}


def test_what_code_says_has_a_template_with_those_parameters() -> None:
    found = list(said_in_code())
    assert len(found) > 80
    for name, code, given in found:
        templates = SAID.templates if name.startswith("SAID") else CORE.templates
        assert code in templates
        assert given - {"*"} <= arguments(templates[code]), code


def test_every_template_is_said_somewhere() -> None:
    sources = "".join(path.read_text() for path in CODE if path.name != "wording.py")
    made_up = ("option_", "resolution_")  # codes that are put together
    for codes in (set(CORE.templates) - set(FIELDS), SAID.templates):  # those of fields are pydantic's
        assert [code for code in codes if f'"{code}"' not in sources and not code.startswith(made_up)] == []


@pytest.mark.parametrize("module", [core_wording, app_wording])
def test_no_code_has_two_templates(module: ModuleType) -> None:
    tables = [found for name, found in vars(module).items() if isinstance(found, dict) and name.strip("_").isupper()]
    codes = Counter(code for table in tables for code in table if re.fullmatch(r"[a-z0-9_]+", code))
    assert [code for code, times in codes.items() if times > 1] == []
