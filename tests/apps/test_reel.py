"""Takes cut into segments and sounds: exact to the frame, each piece of footage once."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medley.apps.video_mixer.reel import SEGMENT_MS, Cut, Reel, Take, least_frames, length, shot_ms
from medley.apps.video_mixer.spec import MixSpec
from medley.contracts.media import Caption, ClipSource, Rational, Segment
from tests.apps.builders import clip

CLIPS = {name: clip(name, seconds=10) for name in "abcdef"}


def take(name: str, frames: int = 90, *, start: int = 0, speed: int = 1, caption: str = "") -> Take:
    text = Caption(text=caption) if caption else None
    return Take(CLIPS[name], start, frames, Rational(num=speed), caption=text)


def reel(*videos: Sequence[Take], **options: object) -> Reel:
    return Reel(MixSpec.model_validate(options), videos)


def told(cuts: Sequence[Cut]) -> list[tuple[str, int, int]]:
    """Each cut as clips, first frame and frames used."""
    names = {source.facts.sha256: name for name, source in CLIPS.items()}
    found = []
    for cut in cuts:
        segment = cut.made.content
        assert isinstance(segment, Segment)
        assert cut.frames <= segment.frames
        found.append(("".join(names[shot.clip_sha256] for shot in segment.shots), segment.shot.skip_frames, cut.frames))
    return found


def test_cuts_are_whole_takes() -> None:
    video = [take("a"), take("b", 60), take("a")]
    assert told(list(reel(video).cuts(video))) == [("a", 0, 90), ("b", 0, 60), ("a", 0, 90)]


def test_transitions_are_cut_from_both_sides() -> None:
    video = [take("a"), take("b", 60), take("c", 50)]
    cuts = list(reel(video, transition="dissolve", transition_frames=10).cuts(video))
    assert told(cuts) == [
        ("a", 0, 10),
        ("a", 10, 70),
        ("ab", 80, 10),
        ("b", 10, 40),
        ("bc", 50, 10),
        ("c", 10, 40),
    ]
    assert sum(cut.frames for cut in cuts) == length(video, 10) == 180


def test_a_segment_serves_every_length_and_place() -> None:
    videos = [[take("a", 50), take("b", 60)], [take("b", 80), take("a", 90)]]
    made = reel(*videos, transition="wipe", transition_frames=8)
    cuts = [cut for video in videos for cut in made.cuts(video)]
    bodies = {cut.made.digest for cut in cuts if told([cut])[0][1] == 8}
    assert len(bodies) == 2  # one of each clip, from frame 8 on, as long as the longest needs it
    assert {cut.made.content.frames for cut in cuts if told([cut])[0][1] == 8} == {82, 72}


@given(st.lists(st.integers(0, 60), min_size=1, max_size=6), st.integers(0, 12))
def test_picture_and_sound_are_exact(extra: list[int], overlap: int) -> None:
    video = [take("abcdef"[n], least_frames(overlap, n, len(extra)) + more) for n, more in enumerate(extra)]
    options = {"transition": "slide", "transition_frames": overlap} if overlap > 1 else {}
    used = overlap if options else 0
    made = reel(video, **options)
    cuts = list(made.cuts(video))
    assert sum(cut.frames for cut in cuts) == length(video, used)
    assert all(0 < cut.frames <= cut.made.content.frames for cut in cuts)
    sounds = list(made.sounds(video))
    assert sum(heard.frames - heard.overlap for heard in sounds) == length(video, used)
    assert [heard.overlap for heard in sounds] == [0] + [used] * (len(video) - 1)


def test_a_sound_serves_every_look_and_length() -> None:
    plain, captioned = take("a", 50), take("a", 90, caption="Hello")
    made = reel([plain], [captioned])
    (first,), (second,) = made.sounds([plain]), made.sounds([captioned])
    assert first.made is second.made
    assert (first.frames, second.frames, first.made and first.made.content.frames) == (50, 90, 90)
    assert told(list(made.cuts([plain]))) == [("a", 0, 50)]


@pytest.mark.parametrize("options", [{"audio": "mute"}, {}])
def test_silence_where_nothing_is_to_be_heard(options: dict[str, str]) -> None:
    silent = Take(clip("s", seconds=3, sound=False), 0, 30, Rational(num=1))
    video = [silent, take("a")]
    assert [heard.made is None for heard in reel(video, **options).sounds(video)] == [True, bool(options)]


def test_a_long_take_is_cut_at_the_same_places_in_every_video() -> None:
    source: ClipSource = clip("long", seconds=300, size=(1920, 1080))
    spec = {"resolution": 1080, "quality": "high"}
    long, short = (Take(source, 0, frames, Rational(num=1)) for frames in (9000, 5000))
    made = reel([long], [short], **spec)
    whole, part = list(made.cuts([long])), list(made.cuts([short]))
    assert len(whole) > 3
    assert [cut.made.digest for cut in part] == [cut.made.digest for cut in whole][: len(part)]
    assert sum(cut.frames for cut in part) == 5000
    longest = max(cut.made.content.frames for cut in whole)
    assert shot_ms(source, Rational(num=1), MixSpec.model_validate(spec), longest) <= SEGMENT_MS * 1.01
