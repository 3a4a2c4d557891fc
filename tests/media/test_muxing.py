"""The command that makes a finished video: exact, and nothing a user typed is more than one bounded argument."""

from itertools import pairwise
from pathlib import Path

import pytest

from medley import limits
from medley.contracts.engine import Canvas, Codec, Container, Tags
from medley.contracts.media import Rational
from medley.media.output import muxing
from medley.media.output.assembly import concat_list

CANVAS = Canvas(width=1280, height=720, fps=Rational(num=30_000, den=1001), fit="crop")
GLOBAL = "ffmpeg -hide_banner -nostdin -nostats -v error -progress pipe:1 -stats_period 0.5 -y"


def command(tags: Tags, codec: Codec = "h264", container: Container = "mp4") -> list[str]:
    listing, out = Path("/w/list.ffconcat"), Path("/out/1.mp4")
    sound = muxing.joined_sound()
    return muxing.command("ffmpeg", listing, sound, out, canvas=CANVAS, codec=codec, container=container, tags=tags)


def test_the_whole_command() -> None:
    assert command(Tags(title="Mix 1", artist="Ann")) == [
        *GLOBAL.split(),
        *("-f", "concat", "-protocol_whitelist", "file", "-safe", "0", "-i", "file:/w/list.ffconcat"),
        *("-f", "s16le", "-ac", "2", "-ar", "48000", "-protocol_whitelist", "pipe", "-i", "pipe:0"),
        *("-map", "0:v:0", "-map", "1:a:0", "-f", "mp4", "-b:a", "160k", "-aac_coder", "fast", "-acodec", "aac"),
        *("-map_chapters", "-1", "-map_metadata", "-1", "-movflags", "+faststart", "-movie_timescale", "30000"),
        *("-tag:v", "avc1", "-vcodec", "copy", "-video_track_timescale", "30000"),
        *("-metadata", "title=Mix 1", "-metadata", "artist=Ann", "file:/out/1.mp4"),
    ]


@pytest.mark.parametrize(("codec", "tag"), [("h264", "avc1"), ("hevc", "hvc1"), ("av1", "av01")])
def test_a_codec_is_named_as_players_know_it(codec: Codec, tag: str) -> None:
    argv = command(Tags(title=""), codec)
    assert argv[argv.index("-tag:v") + 1] == tag


def test_the_container_is_as_asked_whatever_the_file_is_called() -> None:
    argv = command(Tags(title=""), container="mov")
    assert argv[argv.index("-b:a") - 2 : argv.index("-b:a")] == ["-f", "mov"]


def test_the_list_of_pieces_does_not_drift() -> None:
    assert concat_list(["0.mp4", "1.mp4", "0.mp4"], [10, 1, 20], CANVAS.fps) == (
        "ffconcat version 1.0\n"
        "file '0.mp4'\noption codec_whitelist none\noutpoint 316983us\nduration 333667us\n"
        "file '1.mp4'\noption codec_whitelist none\noutpoint 16683us\nduration 33366us\n"
        "file '0.mp4'\noption codec_whitelist none\noutpoint 650650us\nduration 667334us\n"
    )


@pytest.mark.parametrize("text", ["plain", "a\nb\x00c\x1b[0m", "-y /etc/passwd", "x" * 5_000, "é 🎬 «»"])
def test_a_tag_is_one_bounded_argument(text: str) -> None:
    argv = command(Tags(title=text, artist=text, comment=text))
    tags = [value for name, value in pairwise(argv) if name == "-metadata"]
    assert [tag.partition("=")[0] for tag in tags] == ["title", "artist", "comment"]
    for tag in tags:
        assert tag.isprintable()
        assert len(tag) <= len("comment=") + limits.NAME_CHARACTERS


def test_an_empty_tag_is_not_written() -> None:
    assert "-metadata" not in command(Tags(title="\n", artist=""))


def test_every_file_is_named_as_a_file() -> None:
    """So none can be an option or another protocol."""
    assert [word for word in command(Tags(title="")) if word.startswith("/")] == []
