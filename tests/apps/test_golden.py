"""For a fixed seed the video mixer's segments, sounds, recipes, videos and manifest are what they were."""

import json
from pathlib import Path

import pytest

from tests.apps import golden


def test_plans_are_what_they_were() -> None:
    assert golden.plans() == json.loads(golden.PLANS.read_text())


def test_videos_and_their_manifest_are_what_they_were(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told, before = golden.mix(tmp_path, monkeypatch), json.loads(golden.MIX.read_text())
    assert told["manifest"] == before["manifest"]
    assert (told["clips"], told["stored"], told["videos"]) == (before["clips"], before["stored"], before["videos"])
