"""A manifest as JSON and as a table: the same facts, and nothing a spreadsheet would run."""

import csv
import io
import json
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest

from medley.domain.manifests import FORMAT, Video, as_csv, manifest
from medley.domain.reports import NamedClip, Origin, SegmentUse, Timeline, TimelineEntry

A, B = UUID(int=1), UUID(int=2)
ORIGIN = Origin(2, 3, (NamedClip(A, "a.mp4", "aa"), NamedClip(B, "b.mp4", "bb")))
ENTRIES = (
    TimelineEntry(A, 0, 15, 60, "5/4", "warm", transition="dissolve", transition_frames=10, group="hook", caption="Hi"),
    TimelineEntry(B, 50, 0, 40, "1/1", "none"),
)
TIMELINE = Timeline(Fraction(30000, 1001), ENTRIES, (SegmentUse("d1", 50), SegmentUse("d2", 40)))
MADE = Video(1, "Video 1", 90, "made", TIMELINE, file="Video 1.mp4", size_bytes=1000, samples=144_144, sha256="cc")
FAILED = Video(2, "Video 2", 90, "failed", TIMELINE, code="bad_clip", message="b.mp4: cannot be read.")


def told(*videos: Video, origin: Origin = ORIGIN) -> dict[str, Any]:
    made = manifest(origin, videos, {"d1": ["f" * 64, ""]}, seed=7, spec={"count": 2}, ffmpeg="9.0.2")
    return dict(json.loads(json.dumps(made)))


def rows(*videos: Video, origin: Origin = ORIGIN) -> list[dict[str, str]]:
    text = as_csv(told(*videos, origin=origin))
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:], newline="")))


def test_the_json_says_what_each_video_is_made_of() -> None:
    found = told(MADE, FAILED)
    assert found["format"] == FORMAT
    assert found["versions"] == {"engine": 2, "planner": 3, "ffmpeg": "9.0.2"}
    assert (found["seed"], found["spec"]) == (7, {"count": 2})
    assert found["clips"][0] == {"clip_id": str(A), "name": "a.mp4", "sha256": "aa"}
    assert found["prints"] == {"d1": ["f" * 64, ""]}
    made, failed = found["outputs"]
    assert (made["file"], made["sha256"], made["duration_s"]) == ("Video 1.mp4", "cc", 3.003)
    assert (failed["state"], failed["reason"]["code"], failed["file"]) == ("failed", "bad_clip", None)
    first, second = made["shots"]
    assert (first["name"], first["start_frame"], first["start_s"], first["speed"]) == ("a.mp4", 15, 0.5005, "5/4")
    assert (first["transition"], second["transition"]) == ({"kind": "dissolve", "frames": 10}, None)
    assert (second["at_frame"], second["at_s"]) == (50, pytest.approx(1.668333))
    assert made["segments"] == [{"digest": "d1", "frames": 50}, {"digest": "d2", "frames": 40}]


def test_the_table_has_a_row_for_each_clip_of_each_video() -> None:
    found = rows(MADE, FAILED)
    assert [(row["video"], row["position"], row["clip"]) for row in found] == [
        ("1", "1", "a.mp4"),
        ("1", "2", "b.mp4"),
        ("2", "1", "a.mp4"),
        ("2", "2", "b.mp4"),
    ]
    first = found[0]
    assert (first["speed"], first["look"], first["transition"], first["transition_frames"]) == (
        "1.25",
        "warm",
        "dissolve",
        "10",
    )
    assert (first["clip_sha256"], first["video_sha256"], first["file"]) == ("aa", "cc", "Video 1.mp4")
    assert (first["seed"], first["engine"], first["planner"], first["ffmpeg"]) == ("7", "2", "3", "9.0.2")
    assert (found[2]["state"], found[2]["file"], found[2]["size_bytes"]) == ("failed", "", "")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", '=HYPERLINK("http://x")'])
def test_no_text_is_taken_for_a_formula(text: str) -> None:
    """Wherever a person's words stand: titles, file names, clips, groups, captions."""
    entry = TimelineEntry(A, 0, 0, 30, "1/1", "none", group=text, caption=text)
    video = Video(1, text, 30, "made", Timeline(Fraction(30), (entry,), ()), file=text)
    (row,) = rows(video, origin=Origin(2, 3, (NamedClip(A, text, None),)))
    for column in ("title", "file", "clip", "group", "caption"):
        assert row[column].startswith("'"), column
        assert row[column][1:].replace("\r\n", "\n") == text.replace("\r\n", "\n")


def test_ordinary_text_is_left_as_it_is() -> None:
    title = 'Über, "quoted"\nand 🎬 = fine'
    (row, _) = rows(Video(1, title, 90, "made", TIMELINE))
    assert row["title"] == title


def test_a_clip_that_is_not_known_any_more_has_no_name() -> None:
    found = told(MADE, origin=Origin(None, 1, ()))
    assert [entry["name"] for entry in found["outputs"][0]["shots"]] == ["", ""]
    assert found["versions"]["engine"] is None
