"""Fixtures of the media tests: clips and segments are made once per run and shared by its processes."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from medley.contracts.media import Canvas, ClipFacts, Encoding, Rational, Segment, available_frames
from medley.media import probe, segments
from medley.media.assembly import AssemblyPiece
from tests.media.clips import Maker

CANVAS = Canvas(width=160, height=120, fps=Rational(num=30), fit="pad")
DRAFT = Encoding(quality="draft")
NORMAL = Rational(num=1)


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """One folder for all processes of this test run."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "media"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def make(shared_folder: Path) -> Maker:
    """Makes a clip of a kind of `tests.media.clips`; returns its path."""
    return Maker(shared_folder)


@dataclass(frozen=True)
class Rendered:
    """A segment of a clip, encoded."""

    facts: ClipFacts
    segment: Segment
    video: Path
    audio: Path | None

    @property
    def piece(self) -> AssemblyPiece:
        return AssemblyPiece(self.video, self.audio, self.segment.frames)


Render = Callable[..., Rendered]


@pytest.fixture
def render(tmp_path: Path) -> Render:
    """Encodes a segment of the clip at `source`: the whole clip unless `frames` says less."""

    def rendered(
        source: Path,
        *,
        start_frame: int = 0,
        frames: int | None = None,
        speed: Rational = NORMAL,
        canvas: Canvas = CANVAS,
        encoding: Encoding = DRAFT,
        folder: Path = tmp_path,
    ) -> Rendered:
        facts = probe.probe(source)
        segment = Segment(
            clip_sha256=facts.sha256,
            start_frame=start_frame,
            frames=frames or available_frames(facts, canvas.fps, speed) - start_frame,
            speed=speed,
            audio=facts.audio is not None,
        )
        digest = segment.digest(canvas, encoding)
        video, audio = folder / f"{digest}.mp4", folder / f"{digest}.wav" if segment.audio else None
        segments.render(source, facts, segment, canvas, encoding, video_out=video, audio_out=audio, threads=1)
        return Rendered(facts, segment, video, audio)

    return rendered
