"""Fixtures of the media tests: clips and segments are made once per run and shared by its processes."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

import pytest

from medley.contracts.engine import Canvas, Encoding, Into, Segment, Shot, Transition, Watermark, available_frames
from medley.contracts.media import Activity, Rational
from medley.media.output import segments
from medley.media.output.assembly import AssemblyPiece
from medley.media.sandbox.input_options import SourceFile
from medley.media.sound.pcm import SoundPart
from tests.media.clips import Maker
from tests.media.probes import SHARED, facts

CANVAS = Canvas(width=160, height=120, fps=Rational(num=30), fit="pad")
DRAFT = Encoding(quality="draft")
NORMAL = Rational(num=1)
NOTHING: Mapping[str, Path] = MappingProxyType({})


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """One folder for all processes of this test run."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "media"
    folder.mkdir(exist_ok=True)
    (folder / SHARED).touch()
    return folder


@pytest.fixture(scope="session")
def make(shared_folder: Path) -> Maker:
    """Makes a clip of a kind of `tests.media.clips`; returns its path."""
    return Maker(shared_folder)


@dataclass(frozen=True)
class Rendered:
    """A segment, encoded; `sound` is that of its shot."""

    segment: Segment
    source: SourceFile  # of its first shot
    video: Path
    sound: Path | None
    prints: tuple[str, ...]

    @property
    def frames(self) -> int:
        return self.segment.frames

    @property
    def piece(self) -> AssemblyPiece:
        return AssemblyPiece(self.video, self.frames)

    @property
    def part(self) -> SoundPart:
        return SoundPart(self.sound, self.frames)


class Render(Protocol):
    def __call__(
        self,
        source: Path,
        *,
        frames: int | None = None,
        canvas: Canvas = CANVAS,
        encoding: Encoding = DRAFT,
        watermark: Watermark | None = None,
        images: Mapping[str, Path] = NOTHING,
        into: tuple[Transition, Path, dict[str, Any]] | None = None,
        activity: Activity | None = None,
        folder: Path | None = None,
        **shot: Any,
    ) -> Rendered:
        """Encode a segment of the clip at `source`: the whole clip unless `frames` says less.

        `shot` are more fields of its `Shot`, `into` the kind of passage, the clip it passes into and fields of that
        clip's `Shot`; `activity` is put into its facts, `folder` is where the files go.
        """


@pytest.fixture
def render(tmp_path: Path) -> Render:
    """Encodes a segment of a clip, and its sound if it is one shot of a clip with sound."""

    def rendered(
        source: Path,
        *,
        frames: int | None = None,
        canvas: Canvas = CANVAS,
        encoding: Encoding = DRAFT,
        watermark: Watermark | None = None,
        images: Mapping[str, Path] = NOTHING,
        into: tuple[Transition, Path, dict[str, Any]] | None = None,
        activity: Activity | None = None,
        folder: Path | None = None,
        **shot: Any,
    ) -> Rendered:
        first = SourceFile(source, facts(source))
        if activity is not None:
            first = SourceFile(source, first.facts.model_copy(update={"activity": activity}))
        sources = {first.facts.sha256: first}
        if frames is None:
            speed = shot.get("speed", NORMAL)
            frames = available_frames(first.facts, canvas.fps, speed) - shot.get("start_frame", 0)
        passage = None
        if into is not None:
            kind, path, more = into
            second = SourceFile(path, facts(path))
            sources[second.facts.sha256] = second
            passage = Into(kind=kind, shot=Shot(clip_sha256=second.facts.sha256, frames=frames, **more))
        head = Shot(clip_sha256=first.facts.sha256, frames=frames, **shot)
        segment = Segment(shot=head, into=passage, watermark=watermark)
        digest = segment.digest(canvas, encoding)
        folder = folder or tmp_path
        video = folder / f"{digest}.mp4"
        sound = folder / f"{digest}.wav" if first.facts.audio is not None and passage is None else None
        prints = segments.render(
            segment,
            canvas,
            encoding,
            sources=sources,
            images=images,
            video_out=video,
            sound_out=sound,
            threads=1,
        )
        return Rendered(segment, first, video, sound, prints)

    return rendered
