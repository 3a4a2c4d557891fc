"""Bodies of manifests and distinctness reports."""

from typing import Final
from uuid import UUID

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from functions.api.schemas.base import JsonObject, SentenceView, View
from functions.api.schemas.effects import PAIRS_EXAMPLE, PairTableView
from functions.api.schemas.generations import GENERATION_ID, SPEC_EXAMPLE
from functions.api.schemas.library import ReasonView
from medley import limits

CLIP_ID: Final = "01890f3e-7c2a-7d3e-9b1a-2f6d6c1e0e03"
SHA256: Final = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
SHOT_EXAMPLE: Final[JsonDict] = {
    "clip_id": CLIP_ID,
    "name": "hook 1.mp4",
    "at_frame": 0,
    "at_s": 0.0,
    "start_frame": 0,
    "start_s": 0.0,
    "frames": 105,
    "duration_s": 3.5,
    "speed": "5/4",
    "look": "none",
    "transition": {"kind": "dissolve", "frames": 15},
    "group": "hook",
    "caption": None,
}
MANIFEST_EXAMPLE: Final[JsonDict] = {
    "generation_id": GENERATION_ID,
    "app": "example_app",
    "app_version": "1",
    "format": 4,
    "versions": {"engine": 2, "planner": 2, "ffmpeg": None},
    "seed": 7,
    "spec": SPEC_EXAMPLE,
    "clips": [{"clip_id": CLIP_ID, "name": "hook 1.mp4", "sha256": SHA256}],
    "outputs": [
        {
            "n": 1,
            "title": "Video 01",
            "state": "made",
            "file": "Video 01.mp4",
            "frames": 840,
            "duration_s": 28.0,
            "size_bytes": 3_145_728,
            "samples": 1_344_000,
            "sha256": SHA256,
            "reason": None,
            "shots": [SHOT_EXAMPLE],
            "segments": [{"digest": SHA256, "frames": 90}],
        }
    ],
    "pairs": [PAIRS_EXAMPLE],
    "prints": {SHA256: ["f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22"] * 3},
    "next": None,
}
CSV_EXAMPLE: Final = (
    "video,title,state,file,…,position,at_s,clip,…\r\n1,Video 01,made,Video 01.mp4,…,1,0.0,hook 1.mp4,…"
)
LIKENESS_EXAMPLE: Final[JsonDict] = {
    "pair": [3, 11],
    "most_percent": 62.5,
    "average_percent": 31.2,
    "pairs_over_half": 2,
}


class VersionsView(View):
    """Of what planned and encoded; null where it is not known."""

    engine: int | None
    planner: int | None
    ffmpeg: str | None


class NamedClipView(View):
    clip_id: UUID
    name: str
    sha256: str | None


class PassageView(View):
    kind: str
    frames: int


class ShotView(View):
    """A clip as it stands in a video. `at_*` counts in the video, `start_*` in the clip; both in frames of the video's
    rate and in seconds. `transition` is how it passes into the next: both are seen while it lasts."""

    clip_id: UUID
    name: str
    at_frame: int
    at_s: float
    start_frame: int
    start_s: float
    frames: int
    duration_s: float
    speed: str = Field(description="A fraction in lowest terms.")
    look: str
    transition: PassageView | None
    group: str | None
    caption: str | None


class SegmentUseView(View):
    """The first `frames` frames of a segment, as the video joins them."""

    digest: str
    frames: int


class ManifestOutputView(View):
    n: int
    title: str
    state: str
    file: str | None = Field(description="The name it is saved under, once it is made.")
    frames: int
    duration_s: float
    size_bytes: int | None
    samples: int | None
    sha256: str | None
    reason: ReasonView | None = Field(description="Why it failed.")
    shots: list[ShotView]
    segments: list[SegmentUseView]


class ManifestView(View):
    """Everything it takes to know what a generation's videos are made of."""

    model_config = ConfigDict(json_schema_extra={"examples": [MANIFEST_EXAMPLE]})

    generation_id: UUID
    app: str
    app_version: str
    format: int = Field(description="Of this document; rises when a field changes its meaning.")
    versions: VersionsView
    seed: int
    spec: JsonObject
    clips: list[NamedClipView]
    outputs: list[ManifestOutputView]
    pairs: list[PairTableView] = Field(
        description="How often clips of two groups are seen together in these outputs; empty without groups, and where "
        f"there are more than {limits.PAIR_CELLS:,} pairs."
    )
    prints: dict[str, list[str]] = Field(
        description="What each segment shows: a PDQ hash (256 bits, in hex) for each of its seconds, empty where it "
        "shows too little. Segments not made yet are missing."
    )
    next: str | None = Field(description="Where the next page of videos begins; null where there is none.")


class LikenessView(View):
    """Over all pairs, in per cent of the shorter of the two; `pair` are the most alike, null if there is no pair."""

    pair: tuple[int, int] | None
    most_percent: float
    average_percent: float
    pairs_over_half: int


class OpeningsView(View):
    """The first `frames` frames: `distinct` different ones, `most` videos with the commonest, `shared` videos whose
    opening another has too."""

    frames: int
    distinct: int
    most: int
    shared: int


class DistanceView(View):
    """Bits (of 256) by which pictures at the same second differ, on average: of the nearest pair of videos, and of all
    pairs. Unrelated pictures differ by about 128, one picture twice by 31 at most."""

    pair: tuple[int, int]
    bits: float
    average_bits: float


class PicturesView(View):
    """By what is seen, read from the prints of the segments; `covered_percent` of all seconds have one."""

    covered_percent: float
    in_order: LikenessView = Field(description="The same picture at the same second.")
    any_order: LikenessView = Field(description="The same pictures, whenever they come.")
    distance: DistanceView | None


class DistinctnessView(View):
    """How unlike each other the videos are: how different the edits are, no more."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "videos": 12,
                    "pairs": 66,
                    "footage": LIKENESS_EXAMPLE,
                    "source": LIKENESS_EXAMPLE,
                    "in_order": LIKENESS_EXAMPLE,
                    "openings": {"frames": 90, "distinct": 12, "most": 1, "shared": 0},
                    "pictures": {
                        "covered_percent": 100.0,
                        "in_order": LIKENESS_EXAMPLE,
                        "any_order": LIKENESS_EXAMPLE,
                        "distance": {"pair": [3, 11], "bits": 74.5, "average_bits": 112.0},
                    },
                    "notes": [{"code": "promises_nothing", "message": "This says how different …", "parameters": {}}],
                }
            ]
        }
    )

    videos: int
    pairs: int
    footage: LikenessView = Field(description="The same stretch of a clip at the same speed with the same look.")
    source: LikenessView = Field(description="The same stretch of a clip, whatever its speed and look.")
    in_order: LikenessView = Field(description="As `footage`, at the same time of both videos.")
    openings: OpeningsView
    pictures: PicturesView | None = Field(description="Null until there are prints.")
    notes: list[SentenceView]
