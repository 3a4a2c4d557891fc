"""Timelines cut into segments and sounds: exact to the frame, each piece of footage once."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medley.apps.video_mixer.cost import SEGMENT_MS, shot_ms
from medley.apps.video_mixer.segmentation import GOP_S, SHORT, Segmenter, SegmentRef
from medley.apps.video_mixer.spec import MixSpec
from medley.apps.video_mixer.timeline import TimelineClip, least_frames, length
from medley.contracts.engine import Caption, Segment
from medley.contracts.media import ClipSource, Rational
from tests.apps.builders import clip

CLIPS = {name: clip(name, seconds=10) for name in "abcdef"}


def placed(name: str, frames: int = 90, *, start: int = 0, speed: int = 1, caption: str = "") -> TimelineClip:
    text = Caption(text=caption) if caption else None
    return TimelineClip(CLIPS[name], start, frames, Rational(num=speed), caption=text)


def segmenter(*videos: Sequence[TimelineClip], **options: object) -> Segmenter:
    return Segmenter(MixSpec.model_validate(options), videos)


def told(refs: Sequence[SegmentRef]) -> list[tuple[str, int, int]]:
    """Each segment as clips, first frame and frames used."""
    names = {source.facts.sha256: name for name, source in CLIPS.items()}
    found = []
    for ref in refs:
        segment = ref.item.content
        assert isinstance(segment, Segment)
        assert ref.frames <= segment.frames
        found.append(("".join(names[shot.clip_sha256] for shot in segment.shots), segment.shot.skip_frames, ref.frames))
    return found


def test_segments_are_whole_clips() -> None:
    video = [placed("a"), placed("b", 60), placed("a")]
    assert told(list(segmenter(video).segments(video))) == [("a", 0, 90), ("b", 0, 60), ("a", 0, 90)]


def test_transitions_are_cut_from_both_sides() -> None:
    video = [placed("a"), placed("b", 60), placed("c", 50)]
    refs = list(segmenter(video, transition="dissolve", transition_frames=10).segments(video))
    assert told(refs) == [
        ("a", 0, 10),
        ("a", 10, 70),
        ("ab", 80, 10),
        ("b", 10, 40),
        ("bc", 50, 10),
        ("c", 10, 40),
    ]
    assert sum(ref.frames for ref in refs) == length(video, 10) == 180


def test_a_segment_serves_every_length_and_place() -> None:
    videos = [[placed("a", 50), placed("b", 60)], [placed("b", 80), placed("a", 90)], [placed("a", 70)]]
    found = segmenter(*videos, transition="wipe", transition_frames=8)
    assert not found.encoding.b_frames  # where a segment is cut, nothing may need what comes after it
    refs = [ref for video in videos for ref in found.segments(video)]
    bodies = {ref.item.digest for ref in refs if told([ref])[0][1] == 8}
    assert len(bodies) == 2  # one of each clip, from frame 8 on, as long as the longest needs it
    assert {ref.item.content.frames for ref in refs if told([ref])[0][1] == 8} == {82, 72}


def test_where_clips_end_in_few_places_every_segment_is_used_whole() -> None:
    videos = [[placed("a"), placed("b"), placed("c")], [placed("c"), placed("a"), placed("b")], [placed("b")]]
    found = segmenter(*videos, transition="wipe", transition_frames=10)
    assert found.encoding.b_frames
    refs = [list(found.segments(video)) for video in videos]
    assert all(ref.frames == ref.item.content.frames for video in refs for ref in video)
    assert told(refs[2]) == [("b", 0, 10), ("b", 10, 70), ("b", 80, 10)]
    assert told(refs[0])[-2:] == [("c", 10, 70), ("c", 80, 10)]
    assert len({ref.item.digest for video in refs for ref in video}) == 3 + 3 + 2 + 3  # heads, bodies, ends, passages


@pytest.mark.parametrize(
    ("videos", "options"),
    [
        ([[placed("a", 50)], [placed("a", 70)]], {}),  # an exact length, shared out anew
        ([[placed("a", SHORT - 1), placed("b")]], {}),  # encoders delay more than the shortest stretch has
        ([[placed("a", 15), placed("b")]], {"transition": "slide", "transition_frames": 10}),  # ends within its head
        ([[placed("a"), placed("b")]], {"transition": "slide", "transition_frames": SHORT - 1}),
    ],
)
def test_segments_that_are_cut_or_too_short_have_no_b_frames(
    videos: list[list[TimelineClip]], options: dict[str, object]
) -> None:
    found = segmenter(*videos, **options)
    assert not found.encoding.b_frames
    assert found.encoding.gop_s == GOP_S


@given(st.lists(st.integers(0, 60), min_size=1, max_size=6), st.integers(0, 12))
def test_picture_and_sound_are_exact(extra: list[int], overlap: int) -> None:
    video = [placed("abcdef"[n], least_frames(overlap, n, len(extra)) + more) for n, more in enumerate(extra)]
    options = {"transition": "slide", "transition_frames": overlap} if overlap > 1 else {}
    used = overlap if options else 0
    found = segmenter(video, **options)
    refs = list(found.segments(video))
    assert sum(ref.frames for ref in refs) == length(video, used)
    assert all(0 < ref.frames <= ref.item.content.frames for ref in refs)
    sounds = list(found.sounds(video))
    assert sum(ref.frames - ref.overlap for ref in sounds) == length(video, used)
    assert [ref.overlap for ref in sounds] == [0] + [used] * (len(video) - 1)


def test_a_sound_serves_every_look_and_length() -> None:
    plain, captioned = placed("a", 50), placed("a", 90, caption="Hello")
    found = segmenter([plain], [captioned])
    (first,), (second,) = found.sounds([plain]), found.sounds([captioned])
    assert first.item is second.item
    assert (first.frames, second.frames, first.item and first.item.content.frames) == (50, 90, 90)
    assert told(list(found.segments([plain]))) == [("a", 0, 50)]


@pytest.mark.parametrize("options", [{"audio": "mute"}, {}])
def test_silence_where_nothing_is_to_be_heard(options: dict[str, str]) -> None:
    silent = TimelineClip(clip("s", seconds=3, sound=False), 0, 30, Rational(num=1))
    video = [silent, placed("a")]
    assert [ref.item is None for ref in segmenter(video, **options).sounds(video)] == [True, bool(options)]


def test_a_long_clip_is_cut_at_the_same_places_in_every_video() -> None:
    source: ClipSource = clip("long", seconds=300, size=(1920, 1080))
    spec = {"resolution": 1080, "quality": "high"}
    long, short = (TimelineClip(source, 0, frames, Rational(num=1)) for frames in (9000, 5000))
    found = segmenter([long], [short], **spec)
    whole, part = list(found.segments([long])), list(found.segments([short]))
    assert len(whole) > 3
    assert [ref.item.digest for ref in part] == [ref.item.digest for ref in whole][: len(part)]
    assert sum(ref.frames for ref in part) == 5000
    longest = max(ref.item.content.frames for ref in whole)
    assert shot_ms(source, Rational(num=1), MixSpec.model_validate(spec), longest) <= SEGMENT_MS * 1.01
