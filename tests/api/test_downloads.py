"""File names of downloads."""

import pytest

from medley import limits
from medley.domain.generations import Output, OutputState
from medley.services.downloads import file_name


def output(title: object, key: str = "outputs/o/g/7.mp4") -> Output:
    return Output(n=7, frames=30, state=OutputState.MADE, recipe={"title": title}, seq=1, key=key)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Video 07", "Video 07.mp4"),
        ("Übung, été 🦊", "Übung, été 🦊.mp4"),
        ("../../etc/passwd", "_.._etc_passwd.mp4"),
        ('a"b\\c:d*e?f<g>h|i', "a_b_c_d_e_f_g_h_i.mp4"),
        ("a\r\nSet-Cookie: x=y", "a__Set-Cookie_ x=y.mp4"),
        ("a\x00b\u202ec\u2028d", "a_b_c_d.mp4"),
        ("  .hidden. ", "hidden.mp4"),
        ("...", "Video 7.mp4"),
        ("", "Video 7.mp4"),
        (None, "Video 7.mp4"),
        (7, "Video 7.mp4"),
        ("🦊" * 100, "🦊" * 62 + ".mp4"),
        ("x" * 500, "x" * (limits.FILE_NAME_CHARACTERS - 4) + ".mp4"),
    ],
)
def test_a_title_becomes_one_file_name_anywhere(title: object, name: str) -> None:
    assert file_name(output(title)) == name


def test_the_suffix_is_the_objects() -> None:
    assert file_name(output("Slides", "outputs/o/g/7.zip")) == "Slides.zip"
