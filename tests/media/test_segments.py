"""A segment shows what the clip shows, frame by frame, and sounds when it sounds."""

import wave
from pathlib import Path
from typing import Any

import pytest

from medley.contracts.engine import Canvas, Encoding, Fit, Quality, Segment, Shot
from medley.contracts.media import Rational
from medley.errors import FFmpegFailed, NotMedia, Unavailable
from medley.media.output import segments, verify
from medley.media.sandbox.input_options import SourceFile
from medley.media.sound.pcm import samples_within
from tests.media import measure
from tests.media.clips import AAC, X264, Maker, run
from tests.media.conftest import CANVAS, DRAFT, Render
from tests.media.probes import facts as facts_of

LONG_GOP = (*X264, "-g", "250")
CONTAINERS = {
    "mp4": LONG_GOP,
    "mkv": LONG_GOP,
    "ts": LONG_GOP,
    "avi": ("-c:v", "mpeg4", "-q:v", "3"),
    "webm": ("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "2M"),
}


def at_thirty(source_frame: float) -> int:
    """The frame of a 30 fps output at which a picture due at `source_frame` of it is first shown."""
    return round(source_frame + 0.03)


@pytest.mark.parametrize("suffix", CONTAINERS)
def test_same_rate_gives_every_frame_once(suffix: str, tmp_path: Path, render: Render) -> None:
    clip = measure.numbered(tmp_path / f"clip.{suffix}", "30", 60, *CONTAINERS[suffix])
    for start in (0, 1, 37):
        made = render(clip, start_frame=start, frames=20)
        assert measure.numbers(made.video) == list(range(start, start + 20))


@pytest.mark.parametrize("rate", ["25", "24000/1001", "10", "60", "60000/1001", "120"])
@pytest.mark.parametrize("suffix", ["mp4", "mkv"])
def test_other_rates_show_the_nearest_picture(rate: str, suffix: str, tmp_path: Path, render: Render) -> None:
    clip = measure.numbered(tmp_path / f"clip.{suffix}", rate, 48, *LONG_GOP)
    step = 30 / Rational.of(rate).fraction
    made = render(clip)
    shown = [max(n for n in range(48) if at_thirty(n * step) <= k) for k in range(made.frames)]
    assert measure.numbers(made.video) == shown


def test_half_rate_in_milliseconds_takes_every_second_picture(tmp_path: Path, render: Render) -> None:
    clip = measure.numbered(tmp_path / "clip.mkv", "60000/1001", 60, *LONG_GOP)
    canvas = CANVAS.model_copy(update={"fps": Rational(num=30_000, den=1001)})
    assert measure.numbers(render(clip, canvas=canvas).video) == list(range(0, 60, 2))


@pytest.mark.parametrize(
    ("speed", "expected"),
    [
        (Rational(num=2), [2 * k for k in range(20)]),
        (Rational(num=1, den=2), [k // 2 for k in range(20)]),
        (Rational(num=11, den=10), [int(k * 1.1 + 0.5) for k in range(20)]),
    ],
)
def test_speed_scales_time(speed: Rational, expected: list[int], tmp_path: Path, render: Render) -> None:
    clip = measure.numbered(tmp_path / "clip.avi", "30", 60, *CONTAINERS["avi"])
    shown = measure.numbers(render(clip, frames=20, speed=speed).video)
    assert all(abs(a - b) <= 1 for a, b in zip(shown, expected, strict=True))
    if speed.fraction in (2, 0.5):
        assert shown == expected


def test_start_within_a_long_frame_shows_it(tmp_path: Path, render: Render) -> None:
    """A screen recording holds one picture for seconds; a cut into it must not show the next one."""
    clip = tmp_path / "clip.mkv"
    measure.numbered(clip, "30", 90, "-vf", "select='lte(n,5)+gte(n,80)'", "-fps_mode", "vfr", *LONG_GOP)
    assert measure.numbers(render(clip, start_frame=60, frames=22).video) == [5] * 20 + [80, 81]


def test_late_picture_starts_the_segment(tmp_path: Path, render: Render) -> None:
    silent = measure.numbered(tmp_path / "silent.mp4", "30", 30, *LONG_GOP)
    clip = tmp_path / "clip.mkv"
    tone = ("-f", "lavfi", "-i", "sine=duration=2")
    run(*tone, "-itsoffset", "0.5", "-i", str(silent), "-map", "1", "-map", "0", "-c:v", "copy", *AAC, str(clip))
    assert measure.numbers(render(clip).video) == [*range(30), *[29] * 15]  # held while the tone goes on


def test_a_stream_that_begins_within_a_group_of_pictures_starts_at_its_first_key_frame(
    tmp_path: Path, render: Render
) -> None:
    """A piece cut out of a broadcast: what comes before a key frame cannot be decoded, and must not freeze."""
    whole = measure.numbered(
        tmp_path / "whole.ts", "30", 60, *X264, "-g", "20", "-muxdelay", "0", "-pat_period", "0.01"
    )
    data = whole.read_bytes()
    cut = tmp_path / "cut.ts"
    cut.write_bytes(data[len(data) // 2 // 188 * 188 :])
    shown = measure.numbers(render(cut).video)
    assert shown == list(range(shown[0], 60))
    assert shown[0] % 20 == 0


@pytest.mark.parametrize("fps", ["24", "25", "30", "30000/1001", "60"])
def test_sound_has_the_exact_count_of_samples(fps: str, make: Maker, render: Render) -> None:
    canvas = CANVAS.model_copy(update={"fps": Rational.of(fps)})
    made = render(make("sound shorter"), canvas=canvas)
    assert made.sound is not None
    with wave.open(str(made.sound)) as file:
        assert file.getnframes() == samples_within(made.frames, canvas.fps)


def test_sound_that_ended_before_the_segment_is_silence(make: Maker, render: Render) -> None:
    made = render(make("sound shorter"), start_frame=30, frames=6)
    assert made.sound is not None
    with wave.open(str(made.sound)) as file:
        assert file.readframes(file.getnframes()) == bytes(4 * 9600)


def test_mono_keeps_its_level(make: Maker, render: Render) -> None:
    levels = {}
    for kind in ("plain", "mono 22 kHz"):
        audio = render(make(kind)).sound
        assert audio is not None
        levels[kind] = measure.samples(audio)[12_000:24_000].max()
    assert levels["mono 22 kHz"] == pytest.approx(levels["plain"], rel=0.05)


@pytest.mark.parametrize("fit", ["crop", "pad", "blur"])
@pytest.mark.parametrize("kind", ["plain", "portrait", "rotated 90", "wide pixels", "odd size"])
def test_every_fit_fills_the_canvas(fit: Fit, kind: str, make: Maker, render: Render) -> None:
    canvas = Canvas(width=108, height=192, fps=Rational(num=30), fit=fit)
    made = render(make(kind), canvas=canvas, frames=2)
    verify.segment(made.video, 2, canvas, Encoding())
    assert (measure.corner(made.video) < 5) == (fit == "pad" and kind != "portrait")


def test_brightness_survives_range_depth_and_codec(make: Maker, render: Render) -> None:
    plain = measure.luma(render(make("plain"), frames=12).video)
    for kind in ("full range", "10 bit", "4:4:4", "RGB", "HEVC", "VP8 and Vorbis", "AV1", "ProRes"):
        other = measure.luma(render(make(kind), frames=12).video)
        assert max(abs(a - b) for a, b in zip(plain, other, strict=True)) <= 4, kind


def test_quality_is_the_encoders(make: Maker, render: Render) -> None:
    qualities: tuple[Quality, ...] = ("draft", "standard", "high")
    videos = [render(make("plain"), encoding=Encoding(quality=quality)).video for quality in qualities]
    assert len({verify.parameter_sets(video) for video in videos}) == len(qualities)


def test_footage_that_is_not_there_is_refused(make: Maker, render: Render) -> None:
    with pytest.raises(NotMedia) as refused:
        render(make("plain"), frames=60)
    assert refused.value.code == "short_footage"


@pytest.mark.parametrize("playlist", ["#EXTM3U\n#EXTINF:1,\n{clip}\n", "ffconcat version 1.0\nfile '{clip}'\n"])
def test_a_playlist_is_never_followed(playlist: str, make: Maker, tmp_path: Path) -> None:
    """Were one to pass the probe, FFmpeg itself would still refuse it."""
    clip = make("transport stream")
    facts = facts_of(clip)
    path = clip.parent / f"{tmp_path.name}.mp4"
    path.write_text(playlist.format(clip=clip.name))
    segment = Segment(shot=Shot(clip_sha256=facts.sha256, frames=10))
    with pytest.raises((NotMedia, FFmpegFailed)):
        segments.render(
            segment,
            CANVAS,
            DRAFT,
            sources={facts.sha256: SourceFile(path, facts)},
            images={},
            video_out=tmp_path / "v.mp4",
            sound_out=None,
            threads=1,
        )
    assert not (tmp_path / "v.mp4").exists()


def test_progress_is_told(make: Maker, tmp_path: Path) -> None:
    heard: list[int] = []
    encode(make("Big Buck Bunny"), tmp_path, frames=150, progress=heard.append)
    assert heard[-1] == 150


def test_no_time_left_stops_the_encoder(make: Maker, tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as stopped:
        encode(make("Big Buck Bunny"), tmp_path, frames=150, height=2160, remaining_s=lambda: 0)
    assert stopped.value.code == "out_of_time"


def encode(clip: Path, folder: Path, *, frames: int, height: int = 120, **more: Any) -> None:
    facts = facts_of(clip)
    segments.render(
        Segment(shot=Shot(clip_sha256=facts.sha256, frames=frames)),
        CANVAS.model_copy(update={"width": height * 4 // 3, "height": height}),
        DRAFT,
        sources={facts.sha256: SourceFile(clip, facts)},
        images={},
        video_out=folder / "segment.mp4",
        sound_out=folder / "segment.wav",
        threads=1,
        **more,
    )
