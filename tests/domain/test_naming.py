"""Naming templates: what they may say, and the names that come of them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medley.domain.naming import DEFAULT, FIELDS, NamedOrder, NamedVideo, check_naming, file_names
from medley.errors import InvalidInput
from medley.limits import NAMING_CHARACTERS

ORDER = NamedOrder(project="Spring / 50 %", seed=7, generation="01890f3e-7c2a-7d3e-9b1a-2f6d6c1e0e05", outputs=120)


def video(n: int, title: str = "Video", clips: tuple[str, ...] = ("hook a.mov", "body.b.mp4", "cta")) -> NamedVideo:
    return NamedVideo(n, title, date(2026, 11, 20), ".mp4", clips)


@pytest.mark.parametrize(
    ("template", "name"),
    [
        (DEFAULT, "Video.mp4"),
        ("{project} {n}", "Spring - 50 % 003.mp4"),
        ("{date}_{seed}_{generation}", "2026-11-20_7_6c1e0e05.mp4"),
        ("{n}-{clips}", "003-hook a+body.b+cta.mp4"),
        ("../../{n}/..", "003.mp4"),
        ("con", "_con.mp4"),
        ("{n}{n}", "003003.mp4"),
    ],
)
def test_fields_are_filled_in_and_the_name_is_safe_anywhere(template: str, name: str) -> None:
    assert file_names(check_naming(template), ORDER, [video(3)]) == {3: name}


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("", "empty"),
        ("  ", "empty"),
        ("x" * (NAMING_CHARACTERS + 1), "too_long"),
        ("{n}\n", None),
        ("a\nb", "control"),
        ("{n}\u202egpj", "control"),
        ("{clip}", "unknown_field"),
        ("{}", "unknown_field"),
        ("{n!r:>5}", "unknown_field"),
        ("{n", "brace"),
        ("n}", "brace"),
        ("{{n}}", "brace"),
        ("x" * NAMING_CHARACTERS, None),
    ],
)
def test_a_template_that_says_nothing_is_refused_with_its_reason(template: str, reason: str | None) -> None:
    if reason is None:
        assert check_naming(template) == template.strip()
        return
    with pytest.raises(InvalidInput) as refused:
        check_naming(template)
    assert (refused.value.code, refused.value.metadata["reason"]) == ("invalid_naming", reason)
    assert refused.value.metadata["fields"] == FIELDS


def test_no_two_files_are_called_alike_where_case_does_not_count() -> None:
    videos = [video(1, "Summer"), video(2, "summer"), video(3, "Summer (2)"), video(4, "SUMMER"), video(5, "manifest")]
    names = file_names("{title}", ORDER, videos, taken=("manifest.MP4",))
    assert names == {
        1: "Summer.mp4",
        2: "summer (2).mp4",
        3: "Summer (2) (2).mp4",
        4: "SUMMER (3).mp4",
        5: "manifest (2).mp4",
    }


@given(st.lists(st.text(max_size=300), min_size=1, max_size=12), st.sampled_from(["{title}", "{clips}", "x"]))
def test_names_are_always_different_short_and_one_part_of_a_path(titles: list[str], template: str) -> None:
    videos = [video(n, title, (title,) * 3) for n, title in enumerate(titles, start=1)]
    names = file_names(template, ORDER, videos)
    assert len({name.casefold() for name in names.values()}) == len(titles)
    for name in names.values():
        assert len(name.encode()) <= 255
        assert not set(name) & set('/\\:*?"<>|\0')
        assert not name.startswith(".")
