"""Clips and libraries as values, for tests of pure code."""

from collections.abc import Mapping, Sequence
from uuid import UUID, uuid5

from medley.apps.registry import Library
from medley.contracts.media import AudioFacts, ClipFacts, ClipSource, Rational, VideoFacts
from medley.domain.projects import Group

SPACE = UUID("7c2f1a52-8c4f-4e0a-9a5b-5c2f4f8f3c11")


def clip_id(name: str) -> UUID:
    return uuid5(SPACE, name)


def clip(
    name: str,
    *,
    seconds: float = 2.0,
    content: str | None = None,
    sound: bool = True,
    size: tuple[int, int] = (640, 360),
) -> ClipSource:
    """A clip named `name`; its content is its own unless `content` names another's."""
    duration_us = round(seconds * 1_000_000)
    audio = AudioFacts(codec="aac", sample_rate=48_000, channels=2, duration_us=duration_us) if sound else None
    video = VideoFacts(
        codec="h264",
        width=size[0],
        height=size[1],
        fps=Rational(num=30),
        pixel_format="yuv420p",
        duration_us=duration_us,
        frames=max(1, round(seconds * 30)),
    )
    digest = uuid5(SPACE, f"content {content or name}").hex * 2
    return ClipSource(
        clip_id=clip_id(name),
        key=f"uploads/{name}",
        name=f"{name}.mp4",
        facts=ClipFacts(container="mp4", size_bytes=1, sha256=digest, video=video, audio=audio),
    )


def library(names: str | Sequence[str], groups: Mapping[str, str | Sequence[str]] | None = None) -> Library:
    """Clips by one-letter names, in order, and groups of them: `library("abcd", {"hook": "ab", "body": "cd"})`."""
    return Library(
        tuple(clip(name) for name in names),
        tuple(Group(title, tuple(clip_id(name) for name in members)) for title, members in (groups or {}).items()),
    )
