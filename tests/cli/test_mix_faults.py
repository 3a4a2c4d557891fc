"""`medley mix` when a clip, the cache or the folder of its videos goes away under it: each is named for what it is."""

import errno
import os
import re
import shutil
import threading
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli import mix_report
from cli.main import app
from medley import checksums
from medley.errors import FFmpegFailed
from medley.media.output import assembly, segments
from tests.breadth import usual
from tests.cli.conftest import QUICK

BLAME = ("Traceback", "decoded", "encoded", "put together", "upload", "lost", "tried")
SOME = ("--count", "4", "--order", "fixed", "--clips-per-video", "3", "--seed", "5")


def vanish(path: Path) -> None:
    path.unlink()


def become_another(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def become_a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


FATES = {vanish: "is not there any more", become_another: "was changed while videos", become_a_pipe: "is not there any"}


def before_first_use(monkeypatch: pytest.MonkeyPatch, strike: Callable[[], None]) -> None:
    """Let it happen between the plan and the first segment."""
    real = segments.render

    def render(*arguments: Any, **options: Any) -> Any:
        monkeypatch.setattr(segments, "render", real)
        strike()
        return real(*arguments, **options)

    monkeypatch.setattr(segments, "render", render)


@pytest.fixture
def own(clips: dict[str, Path], tmp_path: Path) -> list[Path]:
    """The scenes, as files that may be lost; `gold` is encoded last."""
    (tmp_path / "own").mkdir()
    names = ["red", "green", "blue", "gold"]
    return [Path(shutil.copy(clips[name], tmp_path / "own")) for name in names]


@pytest.mark.parametrize(
    ("fate", "when"),
    usual(
        [(vanish, "before"), (become_another, "before"), (become_another, "amid"), (become_a_pipe, "amid")],
        list(product(FATES, ("before", "amid"))),
    ),
)
def test_a_clip_that_goes_away_costs_its_own_videos(
    mix: Any, own: list[Path], monkeypatch: pytest.MonkeyPatch, fate: Callable[[Path], None], when: str
) -> None:
    gold = own[3]
    if when == "amid":  # its own encoder finds it so
        real = segments.render

        def render(*arguments: Any, sources: Any, **options: Any) -> Any:
            if any(source.path == gold for source in sources.values()):
                fate(gold) if gold.is_file() else None
                raise FFmpegFailed("FFmpeg ended with status 254.")
            return real(*arguments, sources=sources, **options)

        monkeypatch.setattr(segments, "render", render)
    else:
        before_first_use(monkeypatch, lambda: fate(gold))
    ran = mix(*own, *SOME, "--workers", "1", cached=gold.parent.parent / "cache")
    assert ran.status == 1
    assert f"gold.mp4: the file {FATES[fate]}" in ran.said
    assert [word for word in BLAME if word in re.sub("segments? encoded", "", ran.said)] == []
    states = {output["state"]: output for output in ran.report["outputs"]}
    assert set(states) == {"made", "failed"}
    assert "gold.mp4" not in [shot["name"] for shot in states["made"]["shots"]]
    assert all("gold.mp4" in str(o["shots"]) for o in ran.report["outputs"] if o["state"] == "failed")


def test_a_limit_met_while_a_failure_is_looked_into_ends_nothing(
    mix: Any, own: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What failed is told with the reason it failed for; all else is made and told."""
    real, digest, gold = segments.render, checksums.sha256, own[3]

    def render(*arguments: Any, sources: Any, **options: Any) -> Any:
        if any(source.path == gold for source in sources.values()):
            raise FFmpegFailed("FFmpeg ended with status 254.")
        return real(*arguments, sources=sources, **options)

    def summed(path: Path) -> str:
        if path == gold and threading.current_thread() is threading.main_thread():
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
        return digest(path)

    monkeypatch.setattr(segments, "render", render)
    monkeypatch.setattr(checksums, "sha256", summed)
    ran = mix(*own, *SOME, "--workers", "1", cached=tmp_path / "cache")
    states = [output["state"] for output in ran.report["outputs"]]
    assert (ran.status, set(states), states.count("made")) == (1, {"made", "failed"}, len(ran.files))
    assert "Cannot make" in ran.said
    assert "not there any more" not in ran.said


def test_a_clip_that_goes_away_before_its_passages_is_named(
    mix: Any, own: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, gold = segments.render, own[3]

    def render(segment: Any, *arguments: Any, sources: Any, **options: Any) -> Any:
        if segment.into is not None and any(source.path == gold for source in sources.values()):
            gold.unlink(missing_ok=True)
        return real(segment, *arguments, sources=sources, **options)

    monkeypatch.setattr(segments, "render", render)
    ran = mix(
        *own, *SOME, "--transition", "dissolve", "--transition-frames", "6", "--workers", "1", cached=tmp_path / "cache"
    )
    assert ran.status == 1
    assert "gold.mp4: the file is not there any more." in ran.said
    assert "could not be made anew" not in ran.said
    assert {o["reason"]["code"] for o in ran.report["outputs"] if o["state"] == "failed"} == {"clip_gone"}


def test_music_that_goes_away_is_named(
    mix: Any, own: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    music = Path(shutil.copy(own[0], tmp_path / "song.mp4"))
    before_first_use(monkeypatch, music.unlink)
    ran = mix(*own, *SOME, "--music", music, cached=tmp_path / "cache")
    assert (ran.status, "song.mp4: the file is not there any more." in ran.said) == (1, True)
    assert "upload" not in ran.said


def replaced(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


@pytest.mark.parametrize("go", [shutil.rmtree, replaced], ids=["removed", "replaced"])
def test_a_cache_that_goes_away_is_no_fault_of_a_clip(
    mix: Any, own: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, go: Callable[[Path], None]
) -> None:
    cache = tmp_path / "cache"
    before_first_use(monkeypatch, lambda: go(cache))
    ran = mix(*own, *SOME, "--workers", "1", cached=cache)
    assert ran.status == 1
    assert f"What was in the cache folder {cache} is not there any more. None of 4 videos was made" in ran.said
    assert [word for word in ("Traceback", "Cannot make", "decoded") if word in ran.said] == []
    assert {output["state"] for output in ran.report["outputs"]} == {"cancelled"}
    monkeypatch.undo()
    assert mix(*own, *SOME, cached=cache).status == 0


def test_a_cache_that_goes_away_later_leaves_what_was_made(
    mix: Any, own: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, cache, joined = assembly.assemble, tmp_path / "cache", []

    def assemble(*arguments: Any, **options: Any) -> Any:
        joined.append(options["tags"].title)
        if len(joined) == 3:
            shutil.rmtree(cache)
        return real(*arguments, **options)

    monkeypatch.setattr(assembly, "assemble", assemble)
    ran = mix(*own, *SOME, "--workers", "1", cached=cache)
    assert (ran.status, "Traceback" in ran.said) == (1, False)
    assert f"What was in the cache folder {cache} is not there any more" in ran.said
    made = [output for output in ran.report["outputs"] if output["state"] == "made"]
    assert len(made) == len(ran.files) > 0
    assert all(Path(output["file"]).is_file() for output in made)


@pytest.mark.parametrize(
    ("go", "cached"),
    usual([(shutil.rmtree, True), (replaced, False)], list(product([shutil.rmtree, replaced], [True, False]))),
)
def test_videos_that_went_with_their_folder_are_not_told_as_made(
    mix: Any, own: list[Path], monkeypatch: pytest.MonkeyPatch, go: Callable[[Path], None], cached: bool
) -> None:
    real, placed, folder = mix_report._place, [], own[0].parent.parent
    out = folder / "out"

    def place(made: Path, target: Path) -> None:
        real(made, target)
        placed.append(target)
        if len(placed) == 2:
            go(out)

    monkeypatch.setattr(mix_report, "_place", place)
    ran = mix(*own, *SOME, "--workers", "1", cached=folder / "cache" if cached else None)
    assert (ran.status, "Traceback" in ran.said) == (1, False)
    told = rf"The folder {re.escape(str(out))} is not there any more, nor (1 video|2 videos) in it. None of 4 videos"
    assert re.search(told, ran.said)
    assert {output["state"] for output in ran.report["outputs"]} == {"cancelled"}


def test_a_cache_whose_path_is_too_long_is_named(clips: dict[str, Path], tmp_path: Path) -> None:
    deep = tmp_path / "/".join(["c" * 200] * 18)
    for length in (3_850, 3_950, 4_050, 4_090, 4_100):
        cache = deep / "/".join(["d" * 90] * 8)
        cache = Path(str(cache)[:length].rstrip("/"))
        places = ["--out", str(tmp_path / f"{length}"), "--cache", str(cache)]
        result = CliRunner().invoke(app, ["mix", *QUICK, str(clips["red"]), "--count", "1", *places])
        assert isinstance(result.exception, SystemExit | None), (length, result.exception)
        assert (result.exit_code == 0) != ("File name too long" in result.output), (length, result.output)
