"""Sources that recorders, cameras and editors really write: all of them is seen and heard, in step, or it is said."""

from pathlib import Path

import pytest

from medley.contracts.engine import Encoding, Segment, Shot, Sound
from medley.contracts.media import ClipFacts, Rational
from medley.media.picture import posters
from tests.media import measure
from tests.media.clips import AAC, X264, picture, run
from tests.media.conftest import CANVAS, Render, Rendered
from tests.media.test_sync import flashes, onsets

SECOND = 30  # frames
NEAR = 2_400  # samples, one and a half frames


def lamp(seconds: float, size: str = "160x120") -> tuple[str, ...]:
    """A picture that flashes as each second begins."""
    lit = "drawbox=color=white:t=fill:enable='lt(mod(t,1),0.099)'"
    return ("-f", "lavfi", "-i", f"color=0x204060:size={size}:rate=30:duration={seconds},{lit}")


def bleep(seconds: float, rate: int = 48_000) -> tuple[str, ...]:
    """A sound that beeps as each second begins."""
    return ("-f", "lavfi", "-i", f"aevalsrc=0.5*sin(2*PI*1000*t)*lt(mod(t\\,1)\\,0.1):s={rate}:d={seconds}")


def hush(seconds: float) -> tuple[str, ...]:
    return ("-f", "lavfi", "-i", f"anullsrc=r=48000:cl=stereo:d={seconds}")


def seen(made: Rendered) -> list[int]:
    """The pictures in which a flash begins."""
    white = flashes(made.video)
    return [n for n in white if n - 1 not in white]


def heard(made: Rendered) -> list[int]:
    """The samples at which a beep begins."""
    assert made.sound is not None
    found = measure.samples(made.sound)
    return onsets(found) if max(found) > 3_000 else []


def near(found: list[int], seconds: list[float]) -> bool:
    return len(found) == len(seconds) and all(
        abs(at - due * 48_000) < NEAR for at, due in zip(found, seconds, strict=True)
    )


def codes(facts: ClipFacts) -> list[str]:
    return [warning.code for warning in facts.warnings]


@pytest.mark.parametrize("flagged", [0, 1])
def test_the_sound_flagged_as_default_is_heard_and_all_are_named(flagged: int, tmp_path: Path, render: Render) -> None:
    path = tmp_path / "clip.mkv"
    flags = [f"-disposition:a:{n}" for n in (0, 1)]
    run(
        *(*lamp(2), *hush(2), *bleep(2), "-map", "0", "-map", "1", "-map", "2", *X264, *AAC),
        *(flags[flagged], "default", flags[1 - flagged], "0"),
        *("-metadata:s:a:0", "title=Desk\ntop", "-metadata:s:a:1", "title=Mic", str(path)),
    )
    made = render(path)
    (warning,) = made.source.facts.warnings
    assert (warning.code, warning.values["taken"]) == ("sound_tracks", flagged + 1)
    assert "Mic" in str(warning.values["tracks"])
    assert seen(made) == [0, SECOND]
    assert near(heard(made), [0.0, 1.0] if flagged else [])


def test_another_track_than_the_first_gives_other_names_and_the_first_the_same() -> None:
    shot = Shot(clip_sha256="0" * 64, frames=5)
    other = shot.model_copy(update={"reading": "sound 1"})
    assert "reading" not in shot.model_dump_json() + Sound.of(shot, Rational(num=30)).model_dump_json()
    assert Sound.of(shot, Rational(num=30)).digest() != Sound.of(other, Rational(num=30)).digest()
    digests = {Segment(shot=each).digest(CANVAS, Encoding()) for each in (shot, other)}
    assert len(digests) == 2


def test_a_thumbnail_in_front_is_not_the_film(tmp_path: Path, render: Render) -> None:
    path, still = tmp_path / "clip.mkv", tmp_path / "still.jpg"
    run(*picture("320x240", seconds="0.1"), "-frames:v", "1", str(still))
    maps = ("-map", "0", "-map", "1", "-map", "2", "-c:v:0", "copy", "-disposition:v:0", "0")
    run("-i", str(still), *lamp(2), *bleep(2), *maps, "-c:v:1", "libx264", "-preset:v:1", "ultrafast", *AAC, str(path))
    made = render(path)
    facts = made.source.facts
    assert (facts.video.width, facts.video.frames, facts.video.track) == (160, 2 * SECOND, 1)
    assert codes(facts) == ["picture_tracks"]
    assert seen(made) == [0, SECOND]
    assert near(heard(made), [0.0, 1.0])
    posters.clip_poster(path, facts, tmp_path / "poster.jpg")
    assert measure.luma(tmp_path / "poster.jpg")[0] < 100  # the lamp's dark blue


@pytest.mark.parametrize("readable", [True, False])
def test_sound_that_is_not_read_is_no_reason_to_refuse(readable: bool, tmp_path: Path, render: Render) -> None:
    path = tmp_path / "clip.mkv"
    maps = ("-map", "0", "-map", "1", "-c:a:0", "dca", "-strict", "-2")
    run(*lamp(2), *bleep(2), *maps, *(("-map", "1", "-c:a:1", "aac") if readable else ()), *X264, str(path))
    made = render(path)
    assert seen(made) == [0, SECOND]
    assert codes(made.source.facts) == (["sound_tracks"] if readable else ["sound_not_read"])
    if readable:
        assert near(heard(made), [0.0, 1.0])
    else:
        assert (made.sound, made.source.facts.audio) == (None, None)
