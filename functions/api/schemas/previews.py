"""Bodies of plan previews: the first videos of an order before it is placed."""

from pydantic import ConfigDict, Field

from functions.api.schemas.base import View
from functions.api.schemas.reports import SHOT_EXAMPLE, ShotView
from medley.domain.manifests import shots
from medley.services.previews import Preview


class PreviewedVideoView(View):
    """Output `n` of the order, as its manifest will tell of it. A shot plays `duration_s` seconds of the video's time,
    from `start_s` of its clip on, at `speed`; it begins at `at_s` of the video."""

    n: int
    title: str
    frames: int
    duration_s: float
    shots: list[ShotView]


class PlanPreviewView(View):
    """The first videos of `count`. Order with this `seed` in the spec and these are made, as long as the clips and the
    groups of the project stay as they are."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "seed": 7,
                    "count": 12,
                    "width": 1280,
                    "height": 720,
                    "fps": 30.0,
                    "previews_left": 5,
                    "videos": [
                        {"n": 1, "title": "Video 01", "frames": 840, "duration_s": 28.0, "shots": [SHOT_EXAMPLE]}
                    ],
                }
            ]
        }
    )

    seed: int
    count: int
    width: int = Field(description="Of every video, in pixels.")
    height: int
    fps: float
    previews_left: int = Field(description="How many first videos of the project can be made as drafts today.")
    videos: list[PreviewedVideoView]

    @classmethod
    def of(cls, preview: Preview) -> "PlanPreviewView":
        screen = preview.screen
        return cls(
            seed=preview.seed,
            count=preview.count,
            width=screen.width,
            height=screen.height,
            fps=round(float(screen.fps), 3),
            previews_left=preview.left,
            videos=[
                PreviewedVideoView(
                    n=video.n,
                    title=video.title,
                    frames=video.frames,
                    duration_s=screen.seconds(video.frames),
                    shots=[
                        ShotView.model_validate(shot, strict=False) for shot in shots(video.timeline, preview.names)
                    ],
                )
                for video in preview.videos
            ],
        )
