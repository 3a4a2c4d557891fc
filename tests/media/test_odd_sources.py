"""Sources that recorders, cameras and editors really write: all of them is seen and heard, in step, or it is said."""

from itertools import pairwise
from math import log10
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from medley.contracts.engine import Encoding, Segment, Shot, Sound
from medley.contracts.media import ClipFacts, Rational
from medley.errors import NotMedia
from medley.media.intake import activity, left_out, probe
from medley.media.output import segments
from medley.media.picture import posters
from medley.media.sound import audio_extract
from tests.media import measure
from tests.media.clips import AAC, X264, picture, run
from tests.media.conftest import CANVAS, DRAFT, Render, Rendered
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
    return onsets(found) if found.max() > 3_000 else []


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


def joined(path: Path, *parts: tuple[str, ...]) -> Path:
    """One transport stream of parts of two seconds each; each part is the arguments of one."""
    data = b""
    for number, part in enumerate(parts):
        piece = path.with_name(f"part{number}.ts")
        run(*part, "-output_ts_offset", str(2 * number), "-bf", "0", "-f", "mpegts", str(piece))
        data += piece.read_bytes()
    path.write_bytes(data)
    return path


def test_the_picture_of_a_transport_stream_is_the_same_with_its_sound_and_without(
    tmp_path: Path, render: Render
) -> None:
    """Its sound begins a part of a frame before it, and the clock with it."""
    run(*lamp(1), *bleep(1), *X264, *AAC, str(tmp_path / "clip.ts"))
    both = render(tmp_path / "clip.ts")
    source, shot = both.source, both.segment.shot
    alone = tmp_path / "alone.mp4"
    segments.render(
        *(both.segment, CANVAS, DRAFT),
        sources={shot.clip_sha256: source},
        images={},
        video_out=alone,
        sound_out=None,
        threads=1,
    )
    assert alone.read_bytes() == both.video.read_bytes()
    audio_extract.render(Sound.of(shot, CANVAS.fps), source, out=tmp_path / "alone.wav", threads=1)
    assert both.sound is not None
    assert (tmp_path / "alone.wav").read_bytes() == both.sound.read_bytes()


@pytest.mark.parametrize(
    "forms",
    [
        (("ac3", "48000", "2"), ("ac3", "48000", "6")),
        (("aac", "48000", "1"), ("aac", "44100", "2")),
        (("mp2", "44100", "2"), ("mp2", "48000", "1"), ("mp2", "48000", "2")),
    ],
)
def test_all_of_a_sound_that_changes_is_heard(
    forms: tuple[tuple[str, ...], ...], tmp_path: Path, render: Render
) -> None:
    parts = [
        (*lamp(2), *bleep(2), *X264, "-c:a", codec, "-ar", rate, "-ac", channels) for codec, rate, channels in forms
    ]
    path = joined(tmp_path / "clip.ts", *parts)
    made = render(path)
    facts = made.source.facts
    seconds = [float(n) for n in range(2 * len(forms))]
    assert "sound_changes" in codes(facts)
    assert seen(made) == pytest.approx([at * SECOND for at in seconds], abs=1)  # parts are not joined on a frame
    assert near(heard(made), seconds)
    cut = render(path, start_frame=45, frames=60, speed=Rational.of("1"))
    assert near(heard(cut), [0.5, 1.5])
    scores = activity.measure(path, facts, threads=1)
    assert scores is not None
    assert [max(scores.loudness[4 * n : 4 * n + 4]) > 100 for n in range(len(seconds))] == [True] * len(seconds)


def test_sound_that_stays_as_it_is_has_no_warning(tmp_path: Path) -> None:
    run(*lamp(1), *bleep(1), *X264, "-c:a", "ac3", str(tmp_path / "clip.ts"))
    assert codes(probe.probe(tmp_path / "clip.ts")) == []


def test_a_lost_packet_costs_a_moment_and_is_told(tmp_path: Path, render: Render) -> None:
    whole, path = tmp_path / "whole.ts", tmp_path / "clip.ts"
    run(*lamp(4, "640x360"), *bleep(4), *X264, "-g", "30", *AAC, str(whole))
    data = whole.read_bytes()
    packets = [data[at : at + 188] for at in range(0, len(data), 188)]
    video = [n for n, each in enumerate(packets) if (each[1] & 31, each[2]) == (1, 0) and not each[1] & 64]
    inner = [n for n, after in pairwise(video) if after == n + 1]  # the reader notices at the next packet of a picture
    lost = inner[len(inner) // 2]
    path.write_bytes(b"".join(packets[:lost] + packets[lost + 1 :]))
    made = render(path)
    (warning,) = made.source.facts.warnings
    assert warning.code == "damaged"
    assert 0 < int(warning.values["percent"]) < 5
    assert 1_000 < int(warning.values["at_ms"]) < 3_500
    assert made.source.facts.video.frames == 4 * SECOND
    assert seen(made) == [n * SECOND for n in range(4)]
    assert near(heard(made), [0.0, 1.0, 2.0, 3.0])


def test_a_file_with_more_lost_than_left_is_refused(tmp_path: Path) -> None:
    whole, path = tmp_path / "whole.ts", tmp_path / "clip.ts"
    run(*picture("640x360", seconds="2"), "-c:v", "mpeg2video", "-q:v", "2", str(whole))
    data = whole.read_bytes()
    packets = [data[at : at + 188] for at in range(0, len(data), 188)]
    path.write_bytes(b"".join(each for n, each in enumerate(packets) if n % 7 or n < 20))
    with pytest.raises(NotMedia) as refused:
        probe.probe(path)
    assert refused.value.code == "unreadable"


@pytest.mark.parametrize("file", ["clip.webm", "clip.mp4"])
def test_the_last_picture_is_held_while_sound_goes_on(file: str, tmp_path: Path, render: Render) -> None:
    path = tmp_path / file
    vp9 = ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus")
    run(*lamp(1.1), *bleep(4), *(vp9 if file.endswith("webm") else (*X264, *AAC)), str(path))
    made = render(path)
    facts = made.source.facts
    assert codes(facts) == ["sound_goes_on"]
    assert (facts.video.frames, facts.video.fps) == (33, Rational(num=30))
    assert made.frames == pytest.approx(4 * SECOND, abs=1)
    assert near(heard(made), [0.0, 1.0, 2.0, 3.0])
    white = flashes(made.video)
    assert seen(made) == [0, SECOND]
    assert set(range(SECOND, made.frames)) <= {*white}  # the last picture was lit
    for start, speed in ((75, "1"), (20, "2")):
        late = render(path, start_frame=start, frames=20, speed=Rational.of(speed))
        assert len(measure.luma(late.video)) == 20
        assert flashes(late.video)[-1] == 19
        assert near(heard(late), [0.5 if speed == "1" else 10 / 60])
    scores = activity.measure(path, facts, threads=1)
    assert scores is not None
    assert (scores.motion[-1], len(scores.motion)) == (0, pytest.approx(16, abs=1))


def test_a_picture_is_held_as_long_as_a_clip_can_be() -> None:
    report = {"video": {"first_us": 0, "end_us": 590_000_000}, "audio": {"packets": 9, "end_us": 600_000_000}}
    for end_us, held_us in ((600_000_000, 10_000_000), (600_000_001, 0), (590_090_000, 0)):
        report["audio"]["end_us"] = end_us
        assert left_out.held_us(report) == held_us


def decibels(samples: NDArray[np.int64]) -> float:
    """The loudness of the middle of a sound, over full scale."""
    middle = samples[len(samples) // 4 : len(samples) * 3 // 4]
    return 10 * log10(np.square(middle / 32_768).mean())


@pytest.mark.parametrize(
    ("layout", "speech"), [("5.1", "0|0|A|0|0|0"), ("7.1", "0|0|A|0|0|0|0|0"), ("5.1", "A|A|A|0|A|A")]
)
def test_surround_is_as_loud_as_it_was_meant(layout: str, speech: str, tmp_path: Path, render: Render) -> None:
    """As the usual mixing down to stereo has it; where that goes beyond full scale, it is held below it."""
    path = tmp_path / "clip.mkv"
    tone = f"aevalsrc={speech.replace('A', '0.6*sin(2*PI*1000*t)')}:c={layout}:s=48000:d=1.5"
    run(*lamp(1.5), "-f", "lavfi", "-i", tone, *X264, "-c:a", "pcm_s16le", str(path))
    made = render(path)
    assert made.sound is not None
    found = measure.samples(made.sound)
    if speech.count("A") == 1:
        assert decibels(found) == pytest.approx(20 * log10(0.6 * 0.7071) - 3.01, abs=0.5)
    else:
        assert 25_000 < found.max() < 32_700
        assert decibels(found) > -5.0


def colour(path: Path, x: str = "iw/2") -> tuple[int, ...]:
    """Red, green and blue around a place in the middle line of the first picture."""
    view = f"scale=in_color_matrix=bt709:in_range=tv,format=rgb24,crop=8:8:{x}-4:ih/2-4,scale=1:1:flags=area"
    return tuple(run("-i", str(path), "-vf", view, "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"))


@pytest.mark.parametrize(
    ("size", "matrix"), [("1280x544", "bt709"), ("544x1280", "bt709"), ("768x600", "bt709"), ("720x576", "smpte170m")]
)
def test_colours_that_are_not_named_go_by_the_size(size: str, matrix: str, tmp_path: Path, render: Render) -> None:
    path = tmp_path / "clip.mp4"
    unsaid = "setparams=colorspace=unknown:color_primaries=unknown:color_trc=unknown:range=unknown"
    view = f"scale=out_color_matrix={matrix}:out_range=tv,format=yuv420p,{unsaid}"
    run("-f", "lavfi", "-i", f"color=0x20C040:size={size}:rate=30:duration=0.2", "-vf", view, *X264, str(path))
    made = render(path)
    assert made.source.facts.video.matrix is None
    assert colour(made.video) == pytest.approx((0x20, 0xC0, 0x40), abs=8)  # by the other matrix 20 off
    assert bool(made.source.facts.reading) == (size in ("1280x544", "768x600"))


def test_what_can_be_seen_through_is_laid_over_black(tmp_path: Path, render: Render) -> None:
    path = tmp_path / "clip.mov"
    view = "format=rgba,geq=r=0:g=255:b=0:a='if(lt(X,80),255,0)'"
    source = ("-f", "lavfi", "-i", f"color=green:size=160x120:rate=30:duration=0.2,{view}")
    run(*source, "-c:v", "prores_ks", "-profile:v", "4444", "-pix_fmt", "yuva444p10le", str(path))
    made = render(path)
    assert colour(made.video, "iw/4") == pytest.approx((0, 255, 0), abs=12)
    assert colour(made.video, "iw*3/4") == pytest.approx((0, 0, 0), abs=6)
    posters.clip_poster(path, made.source.facts, tmp_path / "poster.jpg")
    assert measure.corner(tmp_path / "poster.jpg") < 8


@pytest.mark.parametrize(
    ("file", "codecs"),
    [
        ("clip.flv", (*X264, *AAC)),
        ("clip.flv", (*X264, "-c:a", "libmp3lame", "-ar", "44100")),
        ("clip.mpg", ("-c:v", "mpeg2video", "-b:v", "2M", "-c:a", "mp2", "-f", "vob")),
        ("clip.mpg", ("-c:v", "mpeg1video", "-b:v", "2M", "-c:a", "mp2", "-f", "mpeg")),
        ("clip.m2ts", (*X264, "-c:a", "pcm_bluray", "-mpegts_m2ts_mode", "1")),
        ("clip.avi", ("-c:v", "mjpeg", "-c:a", "adpcm_ima_wav")),
        ("clip.avi", ("-c:v", "mpeg4", "-c:a", "adpcm_ms")),
    ],
)
def test_what_cameras_and_streams_write_is_read(
    file: str, codecs: tuple[str, ...], tmp_path: Path, render: Render
) -> None:
    path = tmp_path / file
    run(*lamp(4), *bleep(4), *codecs, str(path))
    made = render(path)
    assert made.frames == pytest.approx(4 * SECOND, abs=4)
    assert seen(made) == pytest.approx([0, 30, 60, 90], abs=1)
    assert near(heard(made), [0.0, 1.0, 2.0, 3.0])
    late = render(path, start_frame=45, frames=60)
    assert seen(late) == pytest.approx([15, 45], abs=1)
    assert near(heard(late), [0.5, 1.5])


def test_what_is_not_read_is_named_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "clip.wmv"
    run(*lamp(0.5), "-c:v", "wmv2", str(path))
    with pytest.raises(NotMedia) as refused:
        probe.probe(path)
    assert "Windows Media" in refused.value.message
    assert all(kind in refused.value.message for kind in ("MP4", "MOV", "MKV", "WebM", "AVI", "MPG", "FLV", "convert"))
