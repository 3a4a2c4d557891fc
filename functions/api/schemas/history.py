"""Bodies of the list over all projects, and of many links at once."""

from datetime import datetime
from typing import Annotated

from pydantic import ConfigDict, Field

from functions.api.schemas.base import Input, View
from functions.api.schemas.generations import GENERATION_EXAMPLE, GenerationView
from functions.api.schemas.library import ReasonView
from medley.errors import Rejected
from medley.limits import LISTED_PICTURES, PAGE_ITEMS
from medley.ports.history import Listed
from medley.services.downloads import Link, OutputLinks

Number = Annotated[int, Field(strict=True, ge=1, le=2**31 - 1)]


class ListedGenerationView(GenerationView):
    """A generation and the project it was ordered in."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    **GENERATION_EXAMPLE,
                    "project_name": "Spring",
                    "project_deleted": False,
                    "poster_urls": ["https://bucket.example.com/outputs/..."],
                }
            ]
        }
    )

    project_name: str
    project_deleted: bool
    poster_urls: list[str] = Field(
        description=f"Pictures of its first videos that are made and kept, {LISTED_PICTURES} at most; the links expire."
    )

    @classmethod
    def listed(cls, listed: Listed, poster_urls: list[str], now: datetime) -> "ListedGenerationView":
        project = {"project_name": listed.project_name, "project_deleted": listed.project_deleted}
        return cls.of(listed.generation, now, poster_urls=poster_urls, **project)


class WantedLinks(Input):
    """Which outputs: those with these numbers, or all that were made if there are none."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"outputs": [1, 2, 5]}, {}]})

    outputs: Annotated[list[Number], Field(min_length=1, max_length=PAGE_ITEMS)] | None = None


class OutputLinkView(View):
    """A link that saves output `n` under `file_name`; whoever has it may open it, until it expires."""

    n: int
    url: str
    file_name: str
    expires_at: datetime

    @classmethod
    def of(cls, n: int, link: Link) -> "OutputLinkView":
        return cls(n=n, url=link.url, file_name=link.file_name, expires_at=link.expires_at)


class NoLinkView(View):
    """An output there is no link to, and why: `unknown_output`, `not_made`, `expired` or `gone`."""

    n: int
    reason: ReasonView

    @classmethod
    def of(cls, n: int, reason: Rejected) -> "NoLinkView":
        return cls(n=n, reason=ReasonView(code=reason.code, message=reason.message, parameters=reason.metadata))


class LinksView(View):
    """A page of links by number. Ask again with `cursor=<next>` until `next` is null."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "items": [
                        {
                            "n": 1,
                            "url": "https://bucket.example.com/outputs/...",
                            "file_name": "Video 01.mp4",
                            "expires_at": "2026-11-20T10:41:10Z",
                        }
                    ],
                    "missing": [
                        {
                            "n": 5,
                            "reason": {
                                "code": "not_made",
                                "message": "This output is not there.",
                                "parameters": {"state": "planned"},
                            },
                        }
                    ],
                    "next": None,
                }
            ]
        }
    )

    items: list[OutputLinkView]
    missing: list[NoLinkView]
    next: str | None

    @classmethod
    def of(cls, found: OutputLinks) -> "LinksView":
        return cls(
            items=[OutputLinkView.of(n, link) for n, link in sorted(found.links.items())],
            missing=[NoLinkView.of(n, reason) for n, reason in sorted(found.missing.items())],
            next=None if found.next is None else str(found.next),
        )
