from uuid import UUID

import pytest
from pydantic import ValidationError

from medley.apps.registry import ASKED, STORED
from medley.apps.video_mixer import APP
from medley.apps.video_mixer.pricing import price_lines
from medley.apps.video_mixer.spec import MixSpec
from medley.contracts.media import Rational

ONE, TWO, THREE = (str(UUID(int=number)) for number in (1, 2, 3))


@pytest.mark.parametrize(
    ("aspect", "resolution", "size"),
    [
        ("16:9", 480, (854, 480)),
        ("16:9", 720, (1280, 720)),
        ("9:16", 1080, (1080, 1920)),
        ("1:1", 720, (720, 720)),
        ("4:5", 1080, (1080, 1350)),
        ("16:9", 2160, (3840, 2160)),
        ("9:16", 480, (480, 854)),
        ("4:3", 480, (640, 480)),
        ("3:4", 720, (720, 960)),
        ("2:3", 1080, (1080, 1620)),
    ],
)
def test_resolution_is_the_shorter_side(aspect: str, resolution: int, size: tuple[int, int]) -> None:
    canvas = MixSpec.model_validate({"aspect": aspect, "resolution": resolution}).canvas
    assert (canvas.width, canvas.height) == size


@pytest.mark.parametrize(
    ("fps", "rate"),
    [
        (15, Rational(num=15)),
        (24, Rational(num=24)),
        (48, Rational(num=48)),
        (120, Rational(num=120)),
        (60, Rational(num=60)),
        ("23.976", Rational(num=24000, den=1001)),
        ("29.97", Rational(num=30000, den=1001)),
        ("59.94", Rational(num=60000, den=1001)),
    ],
)
def test_frame_rates_are_exact(fps: int | str, rate: Rational) -> None:
    assert MixSpec.model_validate({"fps": fps}).canvas.fps == rate


@pytest.mark.parametrize(
    "wrong",
    [
        {"count": 0},
        {"count": 1001},
        {"fps": 29},
        {"fps": "30"},
        {"resolution": 100},
        {"aspect": "3:2"},
        {"quality": "best"},
        {"surprise": 1},
        {"seed": -1},
        {"seed": 2**53},
        {"skip": 5},
        {"mode": "groups", "clips_per_video": 2},
        {"clips_per_video": 0},
        {"clips_per_video": 201},
        {"first_clip": "a.mp4"},
        {"title": ""},
        {"title": "   "},
        {"title": "x" * 121},
        {"title": "{n"},
        {"title": "{user}"},
        {"title": "{n.__class__}"},
        {"title": "{n:>99999999}"},
        {"title": "{}"},
        {"title": "two\nlines"},
        {"speeds": []},
        {"speeds": ["0.49"]},
        {"speeds": ["2.01"]},
        {"speeds": ["1", "1.0"]},
        {"speeds": ["1", "1.1", "1.2", "1.3", "1.4", "1.5"]},
        {"speeds": ["1/0"]},
        {"speeds": ["1e-999999999"]},
        {"speeds": [1e-300]},
        {"speeds": ["1" * 100_000]},
        {"speeds": [{"a": 1}]},
        {"looks": ["none", "none"]},
        {"looks": ["sepia"]},
        {"trim": "head"},
        {"window_s": "1"},
        {"trim": "head", "window_s": "0.1"},
        {"trim": "spread", "window_s": "1", "windows": 5},
        {"trim": "spread", "window_s": "1", "windows": 1},
        {"trim": "spread", "window_s": "1", "duration_s": "9", "share": "smart"},
        {"duration_s": "0.4"},
        {"duration_s": "3600.001"},
        {"share": "smart"},
        {"transition": "fade", "transition_frames": 1},
        {"transition": "fade", "transition_frames": 31},
        {"max_kbps": 199},
        {"codec": "av1", "container": "mov"},
        {"loudness_lufs": -7},
        {"caption": "x" * 301},
        {"caption": "{boom}"},
        {"caption": "bell\x07"},
        {"caption": "Guten Tag, 你好"},
        {"mode": "groups", "groups": [{"name": "a", "caption": "नमस्ते"}]},
        {"groups": [{"name": "a"}]},
        {"mode": "groups", "groups": [{"name": "a"}, {"name": "a"}]},
        {"mode": "groups", "groups": [{"name": "a", "clips": 0}]},
        {"never_adjacent": [[ONE]]},
        {"never_adjacent": [[ONE, TWO], [TWO, THREE]]},
        {"music": {}},
        {"music": {"asset": ONE, "volume_percent": 401}},
        {"watermark": {"asset": ONE, "width_percent": 1}},
        {"comment": "x" * 121},
        {"artist": "a\r\nb"},
        {"artist": "a\x1b[31mb"},
        {"comment": "a\r\nb"},
        {"comment": "\u202eb"},
        {"title": "a\x1b[31mb"},
        {"windows": 3},
        {"trim": "head", "window_s": "1", "windows": 3},
        {"transition_frames": 20},
        {"caption_style": {"anchor": "top"}},
        {"mode": "groups", "groups": [{"name": "a", "volume_percent": 50}], "audio": "mute"},
        {"audio": "mute", "loudness_lufs": -14},
    ],
    ids=str,
)
def test_what_cannot_be_meant_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        MixSpec.model_validate(wrong)


def test_groups_stand_in_their_order_unless_said_otherwise() -> None:
    assert MixSpec.model_validate({}).order == "shuffled"
    assert MixSpec.model_validate({"mode": "groups"}).order == "fixed"
    assert MixSpec.model_validate({"mode": "groups", "order": "shuffled"}).order == "shuffled"


def test_fades_were_in_milliseconds_once() -> None:
    stored = {"music": {"asset": ONE, "fade_in_ms": 250, "fade_out_ms": 2_000}}
    music = MixSpec.model_validate(stored, context=STORED).music
    assert music is not None
    assert (float(music.fade_in_s), float(music.fade_out_s)) == (0.25, 2)
    with pytest.raises(ValidationError):
        MixSpec.model_validate(stored, context=ASKED)


def test_what_was_accepted_once_is_read_whatever_the_rules_are_now() -> None:
    accepted = {"count": 2, "transition_frames": 20, "windows": 3, "caption": "你好", "artist": "a\r\nb"}
    with pytest.raises(ValidationError):
        MixSpec.model_validate(accepted)
    stored = MixSpec.model_validate(accepted, context=STORED)
    assert (stored.transition_frames, stored.caption) == (20, "你好")


@pytest.mark.parametrize(
    "right",
    [
        {"count": 1},
        {"count": 1000},
        {"clips_per_video": 200},
        {"seed": 2**53 - 1, "skip": 10},
        {"title": "x" * 120},
        {"speeds": ["0.5", 2, "5/4", 0.8, "1"]},
        {"trim": "spread", "window_s": "0.2", "windows": 4},
        {"trim": "middle", "window_s": "1", "duration_s": "9", "share": "smart"},
        {"duration_s": "3600", "share": "proportional"},
        {"transition": "fade", "transition_frames": 30},
        {"transition": "slide", "transition_frames": 2},
        {"codec": "hevc", "container": "mov", "max_kbps": 200},
        {"caption": "two\nlines {n}"},
        {"caption": "x" * 300, "comment": "x" * 120},
        {"caption": "Größe ½ µm, ªº, Ž™ 👨‍👩‍👧 ❤️ 1️⃣ § Ελλάδα Україна Ếch გამარჯობა բարեւ שלום مرحبا می‌خواهم"},
        {"never_adjacent": [[ONE, TWO]]},
        {"windows": 2, "transition_frames": 15, "caption_style": {"anchor": "bottom", "size_percent": 6}},
        {"mode": "groups", "groups": [{"name": "a", "caption": "Hi"}], "caption_style": {"anchor": "top"}},
        {"audio": "mute", "music": {"asset": ONE}, "loudness_lufs": -14},
        {"mode": "groups", "groups": [{"name": "a", "clips": 40, "volume_percent": 400}]},
        {"music": {"asset": ONE}, "voice": {"asset": TWO}, "watermark": {"asset": THREE}, "loudness_lufs": -14},
        {"title": '{opening} {n}/{count} {{raw}} 👨‍👩‍👧 "quoted" ../'},
    ],
    ids=str,
)
def test_what_is_just_inside_the_limits_is_accepted(right: dict[str, object]) -> None:
    assert MixSpec.model_validate_json(MixSpec.model_validate(right).model_dump_json()) == MixSpec.model_validate(right)


def test_the_form_can_be_built_from_the_schema() -> None:
    schema = APP.spec.model_json_schema()
    assert schema["additionalProperties"] is False
    for name, field in schema["properties"].items():
        assert field["title"], name
        assert field["description"], name
        assert "default" in field, name
    assert schema["properties"]["fps"]["enum"] == [15, 24, 25, 30, 48, 50, 60, 120, "23.976", "29.97", "59.94"]


@pytest.mark.parametrize(
    ("options", "unit_price"),
    [
        ({"order": "fixed", "resolution": 480}, 1),
        ({"order": "shuffled", "resolution": 480}, 2),
        ({"order": "fixed", "resolution": 720}, 3),
        ({"order": "fixed", "resolution": 1080}, 6),
        ({"order": "fixed", "resolution": 1440}, 9),
        ({"order": "fixed", "resolution": 2160}, 13),
        ({"order": "fixed", "resolution": 480, "fps": 50}, 4),
        ({"order": "fixed", "resolution": 480, "fps": "59.94"}, 4),
        ({"order": "fixed", "resolution": 480, "fps": "29.97"}, 1),
        ({"order": "shuffled", "resolution": 1080, "fps": 60}, 10),
        ({"order": "fixed", "resolution": 480, "duration_s": "9", "share": "smart"}, 2),
    ],
    ids=str,
)
def test_the_price_of_one_video(options: dict[str, object], unit_price: int) -> None:
    lines = price_lines(MixSpec.model_validate(options | {"count": 7}))
    assert sum(line.credits for line in lines) == unit_price
    assert sum(line.total for line in lines) == 7 * unit_price
    assert all(line.credits > 0 for line in lines)
    assert len({line.code for line in lines}) == len(lines)
