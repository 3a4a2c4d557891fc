"""Bodies of quotes, generations and their outputs."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from functions.api.schemas.base import Input, JsonObject, View
from functions.api.schemas.library import PROJECT_ID, ReasonView
from functions.api.schemas.quotes import LINE_EXAMPLE, PriceLineView
from medley.domain.generations import MAIN, Generation, GenerationState, Output, OutputState, Part
from medley.domain.previews import Screen
from medley.domain.progress import eta
from medley.limits import OUTPUT_DAYS, QUEUED_BEFORE
from medley.services.downloads import Link, file_name

GENERATION_ID = "01890f3e-7c2a-7d3e-9b1a-2f6d6c1e0e05"
SPEC_EXAMPLE: JsonDict = {"count": 12, "mode": "groups", "order": "fixed", "resolution": 480, "seed": 7}
GENERATION_EXAMPLE: JsonDict = {
    "id": GENERATION_ID,
    "project_id": PROJECT_ID,
    "app": "example_app",
    "app_version": "1",
    "spec": SPEC_EXAMPLE,
    "seed": 7,
    "state": "running",
    "seq": 5,
    "planned": True,
    "work_done": 840,
    "work_total": 1012,
    "outputs_made": 3,
    "outputs_failed": 0,
    "outputs_total": 12,
    "lines": [LINE_EXAMPLE],
    "price": 12,
    "charged": 3,
    "reason": None,
    "created_at": "2026-11-20T09:40:00Z",
    "started_at": "2026-11-20T09:40:04Z",
    "eta": {"earliest": "2026-11-20T09:42:20Z", "latest": "2026-11-20T09:43:05Z"},
    "deadline": "2026-11-20T15:40:00Z",
    "finished_at": None,
    "retry_of": None,
    "preview": False,
}
PART_EXAMPLE: JsonDict = {
    "role": "main",
    "media_type": "video/mp4",
    "size_bytes": 3_145_728,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "facts": {"frames": 840, "samples": 1_344_000},
}
OUTPUT_EXAMPLE: JsonDict = {
    "n": 1,
    "title": "Video 01",
    "state": "made",
    "seq": 4,
    "file_name": "Video 01.mp4",
    "media_type": "video/mp4",
    "work": 840,
    "progress": 1.0,
    "price": 1,
    "duration_s": 28.0,
    "width": 1280,
    "height": 720,
    "fps": 30.0,
    "size_bytes": 3_145_728,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "parts": [PART_EXAMPLE],
    "reason": None,
    "poster_url": "https://bucket.example.com/outputs/...",
    "settled_at": "2026-11-20T09:41:10Z",
    "expires_at": "2026-12-20T09:41:10Z",
    "gone_at": None,
}


class Order(Input):
    """What to make; the fields of `spec` are those of the project's app, see `GET /v1/apps`."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"spec": SPEC_EXAMPLE}]})

    spec: JsonObject


class EtaView(View):
    """When a generation may be done: between the two."""

    earliest: datetime
    latest: datetime


class GenerationView(View):
    """One order. `seq` rises by one with each change; progress is `work_done` of `work_total`, which is 0 until it is
    `planned`, a moment after it was ordered."""

    model_config = ConfigDict(json_schema_extra={"examples": [GENERATION_EXAMPLE]})

    id: UUID
    project_id: UUID
    app: str
    app_version: str
    spec: JsonObject
    seed: int
    state: GenerationState
    seq: int
    planned: bool
    work_done: int
    work_total: int
    outputs_made: int
    outputs_failed: int
    outputs_total: int
    lines: list[PriceLineView]
    price: int = Field(description="Credits held for it.")
    charged: int = Field(description="Credits of its finished outputs: what is spent in the end.")
    reason: ReasonView | None = Field(description="The first reason an output failed.")
    created_at: datetime
    started_at: datetime | None = Field(description="When a worker began; null until then.")
    eta: EtaView | None = Field(
        description="From the rate of the work so far; null where that says nothing: not begun, hardly begun, or ended."
    )
    deadline: datetime
    finished_at: datetime | None
    retry_of: UUID | None = Field(description="The generation whose outputs these are that it did not make.")
    preview: bool = Field(description="The first video of an order alone: a free draft, marked as such, in no list.")

    @classmethod
    def of(cls, generation: Generation, now: datetime, **besides: Any) -> Self:
        """`besides` is what a view of more says besides."""
        expected = eta(generation, now)
        return cls(
            id=generation.id,
            project_id=generation.project_id,
            app=generation.app,
            app_version=generation.app_version,
            spec=dict(generation.spec),
            seed=generation.seed,
            state=generation.state,
            seq=generation.seq,
            planned=generation.planned_at is not None,
            work_done=generation.work_done,
            work_total=generation.work_total,
            outputs_made=generation.outputs_made,
            outputs_failed=generation.outputs_failed,
            outputs_total=generation.outputs_total,
            lines=[PriceLineView.of(line) for line in generation.price_lines],
            price=generation.price,
            charged=generation.earned,
            reason=ReasonView.of(generation),
            created_at=generation.created_at,
            started_at=generation.started_at,
            eta=expected and EtaView(earliest=expected.earliest, latest=expected.latest),
            deadline=generation.deadline,
            finished_at=generation.finished_at,
            retry_of=generation.retry_of,
            preview=generation.preview,
            **besides,
        )


class PartView(View):
    """One object of an output; `facts` are the app's own."""

    role: str = Field(description="`main`, `poster` or another that the app names.")
    media_type: str
    size_bytes: int | None
    sha256: str | None
    facts: JsonObject

    @classmethod
    def of(cls, part: Part) -> "PartView":
        return cls(
            role=part.role,
            media_type=part.media_type,
            size_bytes=part.size_bytes,
            sha256=part.sha256,
            facts=dict(part.facts),
        )


class OutputView(View):
    """One output of a generation; `seq` is the generation's when it last changed. `work` is its size in the app's unit
    (of videos: frames); `size_bytes` and `sha256` are of its main part."""

    model_config = ConfigDict(json_schema_extra={"examples": [OUTPUT_EXAMPLE]})

    n: int
    title: str
    state: OutputState
    seq: int
    file_name: str = Field(description="What it is saved as.")
    media_type: str
    work: int
    progress: float | None = Field(
        ge=0, le=1, description="The share of its own work that is done; null of one that will not be made."
    )
    price: int
    duration_s: float | None = Field(description="Of a video, as are `width`, `height` and `fps`.")
    width: int | None
    height: int | None
    fps: float | None
    size_bytes: int | None
    sha256: str | None
    parts: list[PartView] = Field(description="Of a finished one: its objects, the main one first.")
    reason: ReasonView | None = Field(description="Of a failed one.")
    poster_url: str | None = Field(description="A picture of a finished one that is kept; the link expires.")
    settled_at: datetime | None
    expires_at: datetime | None = Field(
        description=f"Of a finished one: it is deleted then, {OUTPUT_DAYS} days after it was made if not kept longer."
    )
    gone_at: datetime | None = Field(description="Of a finished one: when its file was found to be lost.")

    @classmethod
    def of(
        cls, output: Output, *, poster_url: str | None, screen: Screen | None, progress: float | None
    ) -> "OutputView":
        main = output.part(MAIN)
        return cls(
            n=output.n,
            title=output.title,
            state=output.state,
            seq=output.seq,
            file_name=file_name(output),
            media_type=output.media_type,
            work=output.work,
            progress=progress,
            price=output.price,
            duration_s=screen and screen.seconds(output.work),
            width=screen and screen.width,
            height=screen and screen.height,
            fps=screen and round(float(screen.fps), 3),
            size_bytes=main and main.size_bytes,
            sha256=main and main.sha256,
            parts=[PartView.of(part) for part in output.parts],
            reason=ReasonView.of(output),
            poster_url=poster_url,
            settled_at=output.settled_at,
            expires_at=output.expires_at,
            gone_at=output.gone_at,
        )


class ProgressView(View):
    """A generation, and a page of its outputs that changed after `after_seq`, in the order they did."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"generation": GENERATION_EXAMPLE, "outputs": [OUTPUT_EXAMPLE], "queued_before": None, "next": None}
            ]
        }
    )

    generation: GenerationView
    queued_before: int | None = Field(
        description="How many tasks or orders, of anybody, came before this one and are not begun, counted up to "
        f"{QUEUED_BEFORE:,}. Queues are fair: who has much in them waits for those who have little. Null once a worker "
        "has begun."
    )
    outputs: list[OutputView]
    next: str | None = Field(
        description="Where more of them begin: ask again with `cursor`, until it is null. Then the `seq` of the last "
        "answer is what was seen."
    )


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
