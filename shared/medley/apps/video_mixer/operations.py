"""Operations of the video mixer's worker, as the payloads of its tasks: each holds all its operation needs beside the
recipes of the videos to make."""

from pydantic import Field

from medley.contracts.assets import AssetSource
from medley.contracts.engine import Canvas, Container, Encoding, Mixdown, Segment, Sound
from medley.contracts.media import ClipSource, WireModel

RENDER, ASSEMBLE = "render", "assemble"  # operations; the lanes are named alike


class RenderSegments(WireModel):
    """Encode these segments and sounds, except those already in the bucket.

    `clips` are all whose footage is shown or heard, `images` all that are drawn over it.
    """

    clips: tuple[ClipSource, ...] = Field(min_length=1)
    images: tuple[AssetSource, ...] = ()
    canvas: Canvas
    encoding: Encoding
    segments: tuple[Segment, ...] = ()
    sounds: tuple[Sound, ...] = ()

    @property
    def subject(self) -> str:
        """What it works on, as its owner would say it: begins a sentence."""
        name = self.clips[0].name
        return f"Clip “{name}”" if len(self.clips) == 1 else f"A passage from clip “{name}”"


class AssembleOutputs(WireModel):
    """Join stored segments into the finished videos of the recipes. `full_check`: decode every video made, whole."""

    canvas: Canvas
    encoding: Encoding
    container: Container = "mp4"
    mixdown: Mixdown = Mixdown()
    full_check: bool = False
    artist: str = ""
    comment: str = ""
