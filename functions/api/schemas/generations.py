"""Bodies of quotes, generations and their outputs."""

from datetime import datetime
from uuid import UUID

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from functions.api.schemas.base import Input, JsonObject, View
from functions.api.schemas.library import PROJECT_ID, ReasonView
from functions.api.schemas.quotes import LINE_EXAMPLE, PriceLineView
from medley.domain.generations import MAIN, Generation, GenerationState, Output, OutputState, Part
from medley.limits import OUTPUT_DAYS
from medley.services.downloads import Link

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
    "outputs_done": 3,
    "outputs_failed": 0,
    "outputs_total": 12,
    "lines": [LINE_EXAMPLE],
    "price": 12,
    "earned": 3,
    "reason": None,
    "created_at": "2026-11-20T09:40:00Z",
    "deadline": "2026-11-20T15:40:00Z",
    "finished_at": None,
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
    "media_type": "video/mp4",
    "work": 840,
    "price": 1,
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
    outputs_done: int
    outputs_failed: int
    outputs_total: int
    lines: list[PriceLineView]
    price: int = Field(description="Credits held for it.")
    earned: int = Field(description="Credits of its finished outputs: what is spent in the end.")
    reason: ReasonView | None = Field(description="The first reason an output failed.")
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
            planned=generation.planned_at is not None,
            work_done=generation.work_done,
            work_total=generation.work_total,
            outputs_done=generation.outputs_made,
            outputs_failed=generation.outputs_failed,
            outputs_total=generation.outputs_total,
            lines=[PriceLineView.of(line) for line in generation.price_lines],
            price=generation.price,
            earned=generation.earned,
            reason=ReasonView.of(generation),
            created_at=generation.created_at,
            deadline=generation.deadline,
            finished_at=generation.finished_at,
        )


class PartView(View):
    """One object of an output; `facts` are the app's own."""

    role: str = Field(description="`main`, `poster` or another that the app names.")
    media_type: str
    size_bytes: int
    sha256: str
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
    media_type: str
    work: int
    price: int
    size_bytes: int | None
    sha256: str | None
    parts: list[PartView] = Field(description="Of a finished one: its objects, the main one first.")
    reason: ReasonView | None = Field(description="Of a failed one.")
    poster_url: str | None = Field(description="A picture of a finished one that is kept; the link expires.")
    settled_at: datetime | None
    expires_at: datetime | None = Field(
        description=f"Of a finished one: it is deleted {OUTPUT_DAYS} days after it was made."
    )
    gone_at: datetime | None = Field(description="Of a finished one: when its file was found to be lost.")

    @classmethod
    def of(cls, output: Output, poster_url: str | None) -> "OutputView":
        main = output.part(MAIN)
        return cls(
            n=output.n,
            title=output.title,
            state=output.state,
            seq=output.seq,
            media_type=output.media_type,
            work=output.work,
            price=output.price,
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
        json_schema_extra={"examples": [{"generation": GENERATION_EXAMPLE, "outputs": [OUTPUT_EXAMPLE], "next": None}]}
    )

    generation: GenerationView
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
