"""The proxy of a clip shows at a time what the clip shows."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from medley.contracts.media import ClipFacts
from medley.media.intake import analysis_pass, proxy
from tests.media.clips import AAC, X264, Maker, picture, run, tone
from tests.media.measure import numbered, numbers, samples
from tests.media.probes import facts as facts_of


def made(clip: Path, folder: Path) -> tuple[ClipFacts, Path]:
    facts = facts_of(clip)
    out = folder / "proxy.mp4"
    assert analysis_pass.analyse(clip, facts, folder, proxy_out=out, threads=1) is not None
    return facts, out


@pytest.mark.parametrize(("rate", "step"), [("15", 1), ("30", 2), ("24000/1001", 2), ("60", 4)])
def test_at_a_time_it_shows_what_the_clip_shows(rate: str, step: int, tmp_path: Path) -> None:
    frames = 40
    clip = numbered(tmp_path / "numbered.mp4", rate, frames)
    _, out = made(clip, tmp_path)
    found = numbers(out)
    assert all(abs(n - step * place) < step for place, n in enumerate(found))
    assert len(found) == frames // step


def test_sound_stands_where_it_is_heard_in_the_clip(tmp_path: Path) -> None:
    """A second of silence, then a tone, beside a picture that begins half a second into the file."""
    clip = tmp_path / "clip.mkv"
    sound = ("-f", "lavfi", "-i", "sine=frequency=1000:sample_rate=48000:duration=2,volume='gte(t,1)':eval=frame")
    run(*sound, "-itsoffset", "0.5", *picture(seconds="1.5"), "-map", "1", "-map", "0", *X264, *AAC, str(clip))
    facts, out = made(clip, tmp_path)
    assert facts.video.start_us == pytest.approx(500_000, abs=2_000)
    loud = np.flatnonzero(np.abs(samples(out)) > 500)[0]
    assert loud / 48_000 == pytest.approx(0.5, abs=0.03)


def test_a_sound_that_changes_its_form_is_in_the_proxy(tmp_path: Path) -> None:
    parts = []
    for n, (rate, layout) in enumerate(((44_100, "mono"), (48_000, "stereo"))):
        part = tmp_path / f"part{n}.ts"
        offset = () if n == 0 else ("-output_ts_offset", "1.2")
        run(*picture(), *tone(rate, layout), *X264, *AAC, *offset, str(part))
        parts.append(part.read_bytes())
    clip = tmp_path / "changing.ts"
    clip.write_bytes(b"".join(parts))
    facts, out = made(clip, tmp_path)
    assert facts.audio is not None
    assert facts.audio.changes
    heard = samples(out)
    assert len(heard) / 48_000 == pytest.approx(facts.video.duration_us / 1_000_000, abs=0.1)
    half = len(heard) // 2
    assert np.abs(heard[: half // 2]).max() > 500
    assert np.abs(heard[half + half // 2 :]).max() > 500


@pytest.mark.parametrize(
    ("name", "needed"),
    [
        ("plain", False),
        ("no sound", False),
        ("rotated 90", False),
        ("HEVC", True),
        ("10 bit", True),
        ("Matroska", True),
        ("transport stream", True),
        ("QuickTime with PCM", True),
        ("interlaced", True),
        ("120 frames per second", True),
        ("sound longer", True),
        ("4:4:4", True),
    ],
)
def test_a_small_clip_that_plays_anywhere_is_its_own(name: str, needed: bool, make: Maker) -> None:
    facts = facts_of(make(name))
    assert proxy.needed(facts) == needed
    large = facts.video.model_copy(update={"width": 1920, "height": 1080})
    assert proxy.needed(facts.model_copy(update={"video": large}))


def test_a_clip_of_which_key_frames_must_do_has_none(
    make: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(analysis_pass, "FULL_DECODE_S", 0)
    _, out = made(make("plain"), tmp_path)
    assert not out.exists()


@pytest.mark.parametrize(
    ("lines", "fps", "shown"),
    [
        (1080, "30", "30"),
        (1080, "25", "25"),
        (1080, "60", "30"),
        (1080, "50", "25"),
        (1080, "120", "30"),
        (1080, "60000/1001", "30000/1001"),
        (1080, "31", "31/2"),
        (720, "30", "15"),
        (720, "24000/1001", "12000/1001"),
        (720, "10", "10"),
    ],
)
def test_rates(lines: int, fps: str, shown: str, make: Maker) -> None:
    video = facts_of(make("plain")).video.model_copy(update={"width": lines * 16 // 9, "height": lines})
    wanted = Fraction(fps)
    rate = video.fps.model_copy(update={"num": wanted.numerator, "den": wanted.denominator})
    assert proxy.rate(video.model_copy(update={"fps": rate})) == Fraction(shown)


@pytest.mark.parametrize(
    ("coded", "size"),
    [
        ((1920, 1080), (640, 360)),
        ((1080, 1920), (360, 640)),
        ((1440, 1080), (480, 360)),
        ((1080, 1080), (360, 360)),
        ((3840, 1600), (640, 266)),
        ((320, 180), (320, 180)),
        ((161, 91), (160, 90)),
    ],
)
def test_sizes(coded: tuple[int, int], size: tuple[int, int], make: Maker) -> None:
    video = facts_of(make("plain")).video.model_copy(update={"width": coded[0], "height": coded[1]})
    found = proxy.size(video)
    assert (found.width, found.height) == size
