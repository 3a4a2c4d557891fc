"""Bodies of uploads: what is asked for, and the requests that send it."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from functions.api.schemas.base import Count, FileName, Input, Page, Text, View
from functions.api.schemas.library import CLIP_EXAMPLE, ClipView
from medley.domain.projects import Part
from medley.limits import NAME_CHARACTERS, PARTS_MAX, PARTS_SIGNED, SINGLE_UPLOAD_BYTES, UPLOAD_BYTES
from medley.ports.cloud import SignedRequest, StoredPart

REQUEST_EXAMPLE: JsonDict = {
    "method": "PUT",
    "url": "https://bucket.example.com/uploads/...",
    "headers": {"Content-Type": "video/mp4", "If-None-Match": "*"},
}


NO_LINKS: JsonDict = {"poster_url": None, "filmstrip_url": None, "waveform_url": None, "play_url": None}


class NewClip(Input):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "beach.mp4", "size_bytes": 8_388_608, "content_type": "video/mp4"}]}
    )

    name: FileName = Field(description="The file's name; shown, never a path.")
    size_bytes: Count = Field(json_schema_extra={"minimum": 1, "maximum": UPLOAD_BYTES})
    content_type: Text = Field(
        min_length=1,
        max_length=NAME_CHARACTERS,
        description="What the browser says it is: `video/*`, or one of the `application/*` types containers go by.",
    )


class RequestView(View):
    """A request to send to the bucket, not to this API: with these headers, byte for byte, and the file as its body.

    A browser sets `content-length` by itself. The URL expires. It replaces nothing: if the bucket answers 412, the file
    has arrived before.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [REQUEST_EXAMPLE]})

    method: str
    url: str
    headers: dict[str, str]

    @classmethod
    def of(cls, request: SignedRequest) -> "RequestView":
        return cls(method=request.method, url=request.url, headers=dict(request.headers))


class PartRequestView(View):
    """The request of one part; keep the `ETag` header of its answer."""

    number: int
    size_bytes: int
    request: RequestView

    @classmethod
    def of(cls, signed: Sequence[tuple[Part, SignedRequest]]) -> "list[PartRequestView]":
        return [
            cls(number=part.number, size_bytes=part.size_bytes, request=RequestView.of(request))
            for part, request in signed
        ]


class SingleUploadView(View):
    """The file goes in one request."""

    kind: Literal["single"] = "single"
    request: RequestView


class MultipartUploadView(View):
    """The file goes in parts of `part_bytes` each (the last may be shorter), in any order, then `complete`."""

    kind: Literal["multipart"] = "multipart"
    part_bytes: int
    parts_total: int
    parts: list[PartRequestView] = Field(
        description=f"The first {PARTS_SIGNED} at most; ask for the others' when their turn comes."
    )


UploadView = Annotated[SingleUploadView | MultipartUploadView, Field(discriminator="kind")]


class ExpectedClipView(View):
    """A clip that is awaited, and how to send it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "clip": CLIP_EXAMPLE | {"state": "expected", "facts": None, "warnings": [], **NO_LINKS},
                    "upload": {"kind": "single", "request": REQUEST_EXAMPLE},
                }
            ]
        }
    )

    clip: ClipView
    upload: UploadView = Field(description=f"Single up to {SINGLE_UPLOAD_BYTES:,} bytes, multipart above.")


class WantedParts(Input):
    model_config = ConfigDict(json_schema_extra={"examples": [{"numbers": [3, 4]}]})

    numbers: list[Count] = Field(min_length=1, max_length=PARTS_SIGNED, fail_fast=True)


class SignedPartsView(View):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "part_bytes": 8_388_608,
                    "parts": [{"number": 3, "size_bytes": 8_388_608, "request": REQUEST_EXAMPLE}],
                }
            ]
        }
    )

    part_bytes: int
    parts: list[PartRequestView]


class ArrivedPartView(View):
    """A part that the bucket has."""

    number: int
    size_bytes: int
    etag: str

    @classmethod
    def of(cls, part: StoredPart) -> "ArrivedPartView":
        return cls(number=part.number, size_bytes=part.size_bytes, etag=part.etag)


class ArrivedPartsView(Page[ArrivedPartView]):
    """A page of the parts that the bucket has, by number: what need not be sent again."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "items": [{"number": 1, "size_bytes": 8_388_608, "etag": "5d41402abc4b2a76b9719d911017c592"}],
                    "next": None,
                    "part_bytes": 8_388_608,
                    "parts_total": 11,
                }
            ]
        }
    )

    part_bytes: int
    parts_total: int = Field(description="How many there are when the file is whole.")


class SentPart(Input):
    number: Count
    etag: Text = Field(min_length=1, max_length=100, description="As the bucket answered it, quotes included or not.")


class SentParts(Input):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"parts": [{"number": 1, "etag": '"5d41402abc4b2a76b9719d911017c592"'}]}]}
    )

    parts: list[SentPart] = Field(min_length=1, max_length=PARTS_MAX, fail_fast=True)
