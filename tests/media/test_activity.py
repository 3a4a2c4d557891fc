"""How busy a clip is when and where, and what a timeline shows of it: from one run over any kind of clip."""

import json
from pathlib import Path

import numpy as np
import pytest

from medley import limits
from medley.contracts.media import ClipFacts
from medley.errors import Unavailable
from medley.media.intake import activity, analysis_pass
from medley.media.intake.analysis_pass import HEIGHT, SAMPLE_RATE, WIDTH, Analysis
from medley.media.sandbox import ffmpeg
from medley.media.sound import waveform
from tests.media.clips import AAC, X264, Maker, run, tone
from tests.media.probes import facts as facts_of


def look(clip: Path, folder: Path, **options: object) -> tuple[ClipFacts, Analysis | None]:
    facts = facts_of(clip)
    strip = folder / "strip.jpg"
    return facts, analysis_pass.analyse(clip, facts, folder, filmstrip_out=strip, threads=1, **options)  # type: ignore[arg-type]


def moving(tmp_path: Path, box: str, *, sound: str = "aevalsrc=0", copied: tuple[str, ...] = ()) -> Path:
    """Two seconds of grey in which only a small white box moves, up and down, at `box` (x, an expression)."""
    path = tmp_path / "moving.mp4"
    made = path if not copied else tmp_path / "unturned.mp4"
    overlay = f"[0][1]overlay=x={box}:y='40+30*sin(t*9)'"
    run(
        *("-f", "lavfi", "-i", "color=gray:size=160x120:rate=30:duration=2"),
        *("-f", "lavfi", "-i", "color=white:size=16x16:rate=30:duration=2"),
        *("-f", "lavfi", "-i", f"{sound}:d=2"),
        *("-filter_complex", overlay, *X264, *AAC, str(made)),
    )
    if copied:
        run(*copied, "-i", str(made), "-c", "copy", str(path))
    return path


@pytest.mark.parametrize(
    ("box", "copied", "across", "down"),
    [
        ("8", (), (50, 150), (300, 500)),
        ("136", (), (850, 950), (300, 500)),
        ("8", ("-display_rotation", "-90"), (500, 700), (50, 150)),  # turned clockwise, its left is above
        ("8", ("-display_rotation", "180"), (850, 950), (500, 700)),
        ("8", ("-display_hflip",), (850, 950), (300, 500)),
    ],
)
def test_the_centre_of_motion_is_that_of_the_upright_picture(
    box: str, copied: tuple[str, ...], across: tuple[int, int], down: tuple[int, int], tmp_path: Path
) -> None:
    clip = moving(tmp_path, box, copied=copied)
    found = activity.measure(clip, facts_of(clip), threads=1)
    assert found is not None
    assert across[0] <= found.center_x <= across[1]
    assert down[0] <= found.center_y <= down[1]
    assert min(found.motion) > 0


def test_what_is_still_or_silent_scores_nothing(tmp_path: Path) -> None:
    path = tmp_path / "half.mp4"
    picture = (
        "color=gray:size=160x120:rate=30:duration=4,drawbox=w=80:h=120:color=white:t=fill:enable='gte(t,2)*mod(n,2)'"
    )
    sound = "aevalsrc='if(lt(t,2),0,0.5*sin(440*2*PI*t))':d=4"
    run("-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound, *X264, *AAC, str(path))
    facts = facts_of(path)
    found = activity.measure(path, facts, threads=1)
    assert found is not None
    assert found.step_us == 250_000
    assert found.motion[:7] == (0,) * 7
    assert found.loudness[:7] == (0,) * 7
    assert min(found.loudness[9:15]) > 200  # a sine at half of full scale is 9 dB below it
    assert (activity.SILENCE_DB, 255) == (-60, 255)


def test_a_still_picture_has_its_centre_in_the_middle(tmp_path: Path) -> None:
    path = tmp_path / "still.mp4"
    run("-f", "lavfi", "-i", "color=gray:size=160x120:rate=30:duration=1", *X264, str(path))
    found = activity.measure(path, facts_of(path), threads=1)
    assert found is not None
    assert (found.center_x, found.center_y) == (500, 500)
    assert found.motion == found.loudness == (0, 0, 0, 0)


def pictures(*levels: int) -> bytes:
    return b"".join(bytes([level]) * (WIDTH * HEIGHT) for level in levels)


@pytest.mark.parametrize(
    ("key_frames", "expected"),
    [(False, (0, 0, 0, 128, 0, 0, 255, 255)), (True, (32, 32, 32, 32, 85, 85, 85, 85))],
)
def test_between_key_frames_what_changed_is_spread(key_frames: bool, expected: tuple[int, ...], make: Maker) -> None:
    """Three key frames, of which the first stood for a second; the second differs by 16 and the third by 32."""
    facts = facts_of(make("no sound"))
    facts = facts.model_copy(update={"video": facts.video.model_copy(update={"duration_us": 2_000_000})})
    seen = Analysis(250_000, pictures(0, 0, 0, 0, 16, 16, 16, 48), None, key_frames)
    assert activity.of(seen, facts).motion == expected


def test_a_cut_is_busy_but_nowhere(make: Maker) -> None:
    facts = facts_of(make("no sound"))
    cut = np.zeros((2, HEIGHT, WIDTH), np.uint8)
    cut[1, :, : WIDTH // 2] = 200  # half of the picture is replaced
    found = activity.of(Analysis(250_000, cut.tobytes(), None, key_frames=False), facts)
    assert max(found.motion) == 255
    assert found.center_x == 500


def duration_of(facts: ClipFacts, duration_us: int) -> ClipFacts:
    return facts.model_copy(update={"video": facts.video.model_copy(update={"duration_us": duration_us})})


def test_long_clips_have_as_many_scores_as_are_allowed(make: Maker) -> None:
    facts = facts_of(make("no sound"))
    assert analysis_pass.rate(duration_of(facts, 300_000_000)) == 4
    assert analysis_pass.rate(duration_of(facts, 300_000_001)) == 2
    assert limits.CLIP_DURATION_S * analysis_pass.RATE_LONG == limits.ACTIVITY_SCORES


@pytest.mark.parametrize(
    ("frames", "size_bytes", "keys_only"),
    [(900, 10_000_000, False), (18_000, 10_000_000, True), (900, 1_000_000_000, True)],
)
def test_of_what_takes_long_to_decode_key_frames_are_enough(  # noqa: PLR0917 - three of them are cases
    frames: int, size_bytes: int, keys_only: bool, make: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = facts_of(make("plain"))
    video = facts.video.model_copy(update={"width": 1920, "height": 1080, "frames": frames})
    seen = []
    monkeypatch.setattr(ffmpeg, "run", lambda argv, **_: seen.append(argv))
    assert (
        analysis_pass.analyse(
            make("plain"), facts.model_copy(update={"video": video, "size_bytes": size_bytes}), tmp_path, threads=1
        )
        is None
    )
    (argv,) = seen
    assert ("nokey" in argv) == keys_only


def test_key_frames_alone_give_an_analysis_too(make: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysis_pass, "FULL_DECODE_S", 0)
    facts, seen = look(make("plain"), tmp_path)
    assert seen is not None
    assert seen.key_frames
    assert len(activity.of(seen, facts).motion) == 5


def test_an_analysis_that_takes_too_long_is_given_up(
    make: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(limits, "OVERVIEW_S", 0)
    monkeypatch.setattr("medley.media.sandbox.child_process.PULSE_S", 0.0)
    assert look(make("plain"), tmp_path)[1] is None
    assert "not looked over" in caplog.text


def test_a_caller_who_is_out_of_time_hears_of_it(make: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("medley.media.sandbox.child_process.PULSE_S", 0.0)
    with pytest.raises(Unavailable):
        look(make("plain"), tmp_path, remaining_s=lambda: 0.0)


def test_what_cannot_be_decoded_has_no_activity(make: Maker, tmp_path: Path) -> None:
    facts = facts_of(make("plain"))
    (tmp_path / "broken.mp4").write_bytes(b"\x00\x00\x00\x18ftypisom" + bytes(2_000))
    assert activity.measure(tmp_path / "broken.mp4", facts, threads=1) is None


@pytest.fixture
def leftovers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    return tmp_path / "temporary"


def test_measuring_leaves_nothing_behind(make: Maker, leftovers: Path) -> None:
    assert activity.measure(make("plain"), facts_of(make("plain")), threads=1) is not None
    assert list(leftovers.iterdir()) == []


def test_peaks_are_the_highest_levels() -> None:
    samples = np.zeros(4_000, "<i2")
    samples[10], samples[11], samples[3_999] = 16_384, -8_192, -32_768
    found = waveform.peaks(samples.tobytes())
    assert len(found) == limits.WAVEFORM_PEAKS
    assert (found[0], found[1], found[2], found[-1]) == (0, 127, 0, 255)
    assert waveform.peaks(samples[:3].tobytes()) == (0, 0, 0)
    assert waveform.peaks(b"") == ()


def test_the_waveform_of_a_clip(tmp_path: Path) -> None:
    path = tmp_path / "loud.mp4"
    source = "color=gray:size=64x64:rate=30:duration=2"
    run("-f", "lavfi", "-i", source, *tone(seconds="1"), "-af", "volume=12dB,apad=whole_dur=2", *X264, *AAC, str(path))
    _, seen = look(path, tmp_path)
    assert seen is not None
    assert seen.samples is not None
    assert abs(len(seen.samples) // 2 - 2 * SAMPLE_RATE) <= 0.05 * SAMPLE_RATE
    found = json.loads(waveform.document(seen.samples))["peaks"]
    assert min(found[5:190]) > 80
    assert max(found[215:]) <= 1
