"""One run over a clip of any kind gives its activity, what a timeline shows of it, and a proxy that plays anywhere."""

from pathlib import Path

import av
import pytest

from medley import limits
from medley.contracts.media import ClipFacts
from medley.media.intake import activity, analysis_pass, proxy
from medley.media.intake.analysis_pass import Analysis
from tests.media.clips import KINDS, Maker
from tests.media.measure import decode_errors
from tests.media.probes import facts as facts_of


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_clip_is_looked_over_and_has_a_proxy(name: str, make: Maker, tmp_path: Path) -> None:
    clip = make(name)
    facts, strip, out = facts_of(clip), tmp_path / "strip.jpg", tmp_path / "proxy.mp4"
    seen = analysis_pass.analyse(clip, facts, tmp_path, filmstrip_out=strip, proxy_out=out, threads=1)
    assert seen is not None
    assert_scored(seen, facts)
    with av.open(str(strip)) as file:
        width, height = file.streams.video[0].width, file.streams.video[0].height
    assert max(width / limits.FILMSTRIP_PICTURES, height) == 160  # each picture fits into a square of this side
    assert_plays_anywhere(out, facts)


def assert_scored(seen: Analysis, facts: ClipFacts) -> None:
    found = activity.of(seen, facts)
    steps = -(-facts.video.duration_us // found.step_us)
    assert (len(found.motion), len(found.loudness)) == (steps, steps)
    assert any(found.loudness) == (facts.audio is not None)
    assert (seen.samples is None) == (facts.audio is None)


def assert_plays_anywhere(out: Path, facts: ClipFacts) -> None:
    assert decode_errors(out) == ""
    content = out.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")  # a player begins before it has all
    with av.open(str(out)) as file:
        shown = file.streams.video[0]
        assert (shown.codec_context.name, shown.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert shown.codec_context.has_b_frames == 0
        assert (shown.width, shown.height) == (proxy.size(facts.video).width, proxy.size(facts.video).height)
        assert shown.sample_aspect_ratio in (None, 1)
        assert shown.average_rate is not None
        assert shown.average_rate <= proxy.FPS_MAX
        assert shown.duration is not None
        assert shown.time_base is not None
        seconds = float(shown.duration * shown.time_base)
        assert abs(seconds - facts.video.duration_us / 1_000_000) <= 1.5 / shown.average_rate
        assert [sound.codec_context.name for sound in file.streams.audio] == ([] if facts.audio is None else ["aac"])
        for sound in file.streams.audio:
            assert (sound.rate, sound.codec_context.layout.name) == (48_000, "stereo")
