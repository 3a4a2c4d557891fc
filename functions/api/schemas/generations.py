"""Bodies of quotes, generations and their outputs."""

from datetime import datetime
from uuid import UUID

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from functions.api.schemas.base import Input, JsonObject, View
from functions.api.schemas.effects import EFFECT_EXAMPLE, PAIRS_EXAMPLE, OptionEffectView, PairTableView
from functions.api.schemas.library import PROJECT_ID, ReasonView
from medley import limits
from medley.domain.generations import (
    Generation,
    GenerationState,
    Output,
    OutputState,
    PriceLine,
    Quote,
)
from medley.limits import OUTPUT_DAYS
from medley.services.downloads import Link

GENERATION_ID = "01890f3e-7c2a-7d3e-9b1a-2f6d6c1e0e05"
SPEC_EXAMPLE: JsonDict = {"count": 12, "mode": "groups", "order": "fixed", "resolution": 480, "seed": 7}
BINDING_EXAMPLE = (
    "one clip of each group: hook (3), body (3), cta (2), groups in this order; shuffle the order for more"
)
LINE_EXAMPLE: JsonDict = {"code": "video", "label": "Video", "credits": 1, "quantity": 12, "total": 12}
GENERATION_EXAMPLE: JsonDict = {
    "id": GENERATION_ID,
    "project_id": PROJECT_ID,
    "app": "video_mixer",
    "app_version": "1",
    "spec": SPEC_EXAMPLE,
    "seed": 7,
    "state": "running",
    "seq": 5,
    "stage": 1,
    "stages": 2,
    "frames_done": 840,
    "frames_total": 1012,
    "outputs_done": 3,
    "outputs_failed": 0,
    "outputs_total": 12,
    "lines": [LINE_EXAMPLE],
    "unit_price": 1,
    "price": 12,
    "reason": None,
    "created_at": "2026-11-20T09:40:00Z",
    "deadline": "2026-11-20T15:40:00Z",
    "finished_at": None,
}
OUTPUT_EXAMPLE: JsonDict = {
    "n": 1,
    "title": "Video 01",
    "state": "made",
    "seq": 4,
    "frames": 840,
    "size_bytes": 3_145_728,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "reason": None,
    "poster_url": "https://bucket.example.com/outputs/...",
    "settled_at": "2026-11-20T09:41:10Z",
    "expires_at": "2026-12-20T09:41:10Z",
}


class Order(Input):
    """What to make; the fields of `spec` are those of the project's app, see `GET /v1/apps`."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"spec": SPEC_EXAMPLE}]})

    spec: JsonObject


class PriceLineView(View):
    """`credits` for each of `quantity` videos."""

    code: str
    label: str
    credits: int
    quantity: int
    total: int

    @classmethod
    def of(cls, line: PriceLine) -> "PriceLineView":
        return cls(code=line.code, label=line.label, credits=line.credits, quantity=line.quantity, total=line.total)


class QuoteView(View):
    """What is possible and what it costs."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "count": 12,
                    "capacity": "18",
                    "binding": BINDING_EXAMPLE,
                    "unit_price": 1,
                    "total": 12,
                    "lines": [LINE_EXAMPLE],
                    "encode_frames": 840,
                    "output_frames": 3780,
                    "encode_seconds": 9.8,
                    "effects": [EFFECT_EXAMPLE],
                    "notes": [],
                    "pairs": [PAIRS_EXAMPLE],
                }
            ]
        }
    )

    count: int
    capacity: str = Field(
        pattern=r"^[0-9]+$",
        description="How many different videos are possible, as a decimal string: it may have hundreds of digits.",
    )
    binding: str = Field(description="What sets that number.")
    unit_price: int
    total: int
    lines: list[PriceLineView]
    encode_frames: int = Field(description="Frames of encoding at most; what is cached is not encoded again.")
    output_frames: int = Field(description="Frames of all videos together, as expected.")
    encode_seconds: float = Field(description="About how long one worker encodes.")
    effects: list[OptionEffectView] = Field(description="What each option in use does, against the order without it.")
    notes: list[str]
    pairs: list[PairTableView] = Field(
        description="How often clips of two groups would be seen together; empty without groups, for more than "
        f"{limits.PAIRED_VIDEOS} videos, and where there are more than {limits.PAIR_CELLS:,} pairs."
    )

    @classmethod
    def of(cls, quote: Quote) -> "QuoteView":
        return cls(
            count=quote.count,
            capacity=str(quote.capacity),
            binding=quote.binding,
            unit_price=quote.unit_price,
            total=quote.total,
            lines=[PriceLineView.of(line) for line in quote.lines],
            encode_frames=quote.encode_frames,
            output_frames=quote.output_frames,
            encode_seconds=quote.encode_ms / 1000,
            effects=[OptionEffectView.of(effect) for effect in quote.effects],
            notes=list(quote.notes),
            pairs=[PairTableView.of(table) for table in quote.pairs],
        )


class GenerationView(View):
    """One order. `seq` rises by one with each change; progress is `frames_done` of `frames_total`."""

    model_config = ConfigDict(json_schema_extra={"examples": [GENERATION_EXAMPLE]})

    id: UUID
    project_id: UUID
    app: str
    app_version: str
    spec: JsonObject
    seed: int
    state: GenerationState
    seq: int
    stage: int
    stages: int
    frames_done: int
    frames_total: int
    outputs_done: int
    outputs_failed: int
    outputs_total: int
    lines: list[PriceLineView]
    unit_price: int
    price: int = Field(description="Credits held for it; in the end those of its finished videos are spent.")
    reason: ReasonView | None = Field(description="The first reason a video failed.")
    created_at: datetime
    deadline: datetime
    finished_at: datetime | None

    @classmethod
    def of(cls, generation: Generation) -> "GenerationView":
        return cls(
            id=generation.id,
            project_id=generation.project_id,
            app=generation.app,
            app_version=generation.app_version,
            spec=dict(generation.spec),
            seed=generation.seed,
            state=generation.state,
            seq=generation.seq,
            stage=generation.stage,
            stages=generation.stages,
            frames_done=generation.frames_done,
            frames_total=generation.frames_total,
            outputs_done=generation.outputs_made,
            outputs_failed=generation.outputs_failed,
            outputs_total=generation.outputs_total,
            lines=[PriceLineView.of(line) for line in generation.price_lines],
            unit_price=generation.unit_price,
            price=generation.price,
            reason=ReasonView.of(generation),
            created_at=generation.created_at,
            deadline=generation.deadline,
            finished_at=generation.finished_at,
        )


class OutputView(View):
    """One video of a generation; `seq` is the generation's when it last changed."""

    model_config = ConfigDict(json_schema_extra={"examples": [OUTPUT_EXAMPLE]})

    n: int
    title: str
    state: OutputState
    seq: int
    frames: int
    size_bytes: int | None
    sha256: str | None
    reason: ReasonView | None = Field(description="Of a failed one.")
    poster_url: str | None = Field(description="A picture of a finished one that is kept; the link expires.")
    settled_at: datetime | None
    expires_at: datetime | None = Field(
        description=f"Of a finished one: it is deleted {OUTPUT_DAYS} days after it was made."
    )

    @classmethod
    def of(cls, output: Output, poster_url: str | None) -> "OutputView":
        return cls(
            n=output.n,
            title=output.title,
            state=output.state,
            seq=output.seq,
            frames=output.frames,
            size_bytes=output.size_bytes,
            sha256=output.sha256,
            reason=ReasonView.of(output),
            poster_url=poster_url,
            settled_at=output.settled_at,
            expires_at=output.expires_at,
        )


class ProgressView(View):
    """A generation, and its outputs that changed after `after_seq`."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"generation": GENERATION_EXAMPLE, "outputs": [OUTPUT_EXAMPLE]}]}
    )

    generation: GenerationView
    outputs: list[OutputView]


class LinkView(View):
    """A link that saves the video under `file_name`; whoever has it may open it, until it expires."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "url": "https://bucket.example.com/outputs/...",
                    "file_name": "Video 01.mp4",
                    "expires_at": "2026-11-20T10:41:10Z",
                }
            ]
        }
    )

    url: str
    file_name: str
    expires_at: datetime

    @classmethod
    def of(cls, link: Link) -> "LinkView":
        return cls(url=link.url, file_name=link.file_name, expires_at=link.expires_at)
