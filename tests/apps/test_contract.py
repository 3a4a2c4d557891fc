"""The video mixer and the toys keep the contract of apps; what does not load, or lacks a lane, is told of."""

from pathlib import Path
from typing import ClassVar
from uuid import UUID

import pytest

from cli.directory_store import DirectoryStore
from medley.apps.registry import Library, load
from medley.contracts import keys
from medley.contracts.media import ClipSource
from medley.errors import AppUnavailable, InvalidInput
from tests.apps.contract import OWNER, AppContract
from tests.media.probes import facts

TOYS = Path(__file__).parent / "toys"
LINES_MAX = 60  # of code: it takes little to be an app


class TestVideoMixer(AppContract):
    package = "medley.apps.video_mixer"
    spec: ClassVar = {
        "count": 3,
        "resolution": 480,
        "quality": "draft",
        "transition": "fade",
        "transition_frames": 4,
        "seed": 7,
    }

    @pytest.fixture
    def library(self, store: DirectoryStore, clips: dict[str, Path]) -> Library:
        sources = []
        for name in ("red", "blue", "gold"):
            key = keys.UploadKey(OWNER, OWNER, UUID(int=10 + len(sources)))
            store.adopt(clips[name], str(key))
            sources.append(ClipSource(clip_id=key.clip, key=str(key), name=f"{name}.mp4", facts=facts(clips[name])))
        return Library(tuple(sources))


class TestStamps(AppContract):
    package = "tests.apps.toys.stamps"
    spec: ClassVar = {"count": 3, "pages": 4}


class TestFaulty(AppContract):
    package = "tests.apps.toys.faulty"
    spec: ClassVar = {"count": 3}


@pytest.mark.parametrize("name", ["stamps", "faulty"])
def test_a_toy_is_small(name: str) -> None:
    lines = [line for path in (TOYS / name).glob("*.py") for line in path.read_text().splitlines() if line.strip()]
    assert len(lines) <= LINES_MAX


def test_an_app_that_does_not_load_is_left_out_and_told_of() -> None:
    found = load(["tests.apps.toys.broken", "tests.apps.toys.stamps", "tests.apps.toys.missing"])
    assert list(found.apps) == ["stamps"]
    broken, missing = found.failures
    assert broken.reason == "ModuleNotFoundError: No module named 'a_package_that_is_not_installed'"
    assert (broken.manifest.id, broken.manifest.name, broken.manifest.order) == ("broken", "Broken", 40)
    assert (missing.manifest.id, missing.manifest.name) == ("missing", "Missing")
    with pytest.raises(AppUnavailable, match="Broken cannot be used at the moment: ModuleNotFoundError"):
        found.get("broken")
    with pytest.raises(AppUnavailable):
        found.operation("broken", "anything")
    with pytest.raises(InvalidInput, match="There is no app 'other'"):
        found.get("other")


def test_an_app_that_lacks_a_lane_is_left_out_and_told_of() -> None:
    found = load(["tests.apps.toys.stamps"], lanes=["render"])
    assert found.apps == {}
    (failure,) = found.failures
    assert (failure.manifest.id, failure.reason) == ("stamps", "Lane assemble is missing here.")


def test_apps_are_in_the_order_of_their_cards() -> None:
    packages = ["tests.apps.toys.faulty", "tests.apps.toys.stamps", "medley.apps.video_mixer"]
    assert list(load(packages).apps) == ["video_mixer", "stamps", "faulty"]
