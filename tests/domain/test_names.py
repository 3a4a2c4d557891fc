"""Names of files made of titles."""

import time

import pytest

from medley.domain.names import STEM_BYTES, file_name_of, file_stem, is_misleading, name_of
from medley.errors import InvalidInput


@pytest.mark.parametrize(
    ("title", "stem"),
    [
        ("Video 1", "Video 1"),
        ("Übung, été 🦊", "Übung, été 🦊"),
        ("e\u0301te\u0301", "été"),
        ("../../etc/passwd", "etc-passwd"),
        ('a"b\\c:d*e?f<g>h|i', "a-b-c-d-e-f-g-h-i"),
        ("a\r\nSet-Cookie: x=y", "a Set-Cookie- x=y"),
        ("a\x00b\u202ec\u2028d\ud800", "a b c d"),
        ("  .hidden. ", "hidden"),
        ("-rf", "rf"),
        ("..", "_"),
        ("", "_"),
        ("CON", "_CON"),
        ("com1.backup", "_com1.backup"),
        ("\u202egpj", "gpj"),
        ('"quoted" <really>?', "quoted- -really"),
    ],
)
def test_a_title_as_a_file_name(title: str, stem: str) -> None:
    assert file_stem(title) == stem


@pytest.mark.parametrize("character", ["🎬", "é", "x"])
def test_a_long_title_is_cut_between_characters(character: str) -> None:
    stem = file_stem(character * 500)
    assert STEM_BYTES - 4 < len(stem.encode()) <= STEM_BYTES
    assert set(stem) == {character}


def test_what_misleads() -> None:
    assert all(map(is_misleading, "\0\n\x7f\u2028\u2029\u202e\u2066\ud800"))
    assert not any(map(is_misleading, "aé🎬 \u200dא'\"/"))


def test_a_name_without_end_is_refused_before_it_is_normalised() -> None:
    marks = "a" + "\u0301" * 20_000 + "\u0323" * 20_000  # sorting them takes the square
    for read in (file_name_of, lambda text: name_of(text, "project")):
        began = time.process_time()
        with pytest.raises(InvalidInput) as raised:
            read(marks)
        assert time.process_time() - began < 0.5
        assert raised.value.metadata["reason"] == "too_long"
