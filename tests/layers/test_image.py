"""The trial of the media image: what is asked of Docker, and what becomes of an image that does not work."""

import os
import stat
from collections.abc import Sequence
from pathlib import Path

import pytest

from infra.stages import DEV
from infra.topology import TOPOLOGY
from layers import image
from layers.build import stage_image
from layers.image import ANSWER, ROOT, NotGood, Trial, tried
from medley.runtime.sqs import SELF_TEST


class Docker(list[str]):
    """Every command that was run."""

    def __call__(self, command: Sequence[str]) -> str:
        self.append(" ".join(command))
        return "Traceback" if command[1] == "logs" else ""


def test_the_context_is_what_is_deployed_and_the_base_that_of_the_stage(tmp_path: Path) -> None:
    docker = Docker()
    Trial(docker, lambda: ANSWER).build(DEV, tmp_path / "image")
    (command,) = docker
    assert f"--build-arg BASE={DEV.base_image}" in command
    assert "--platform linux/amd64" in command
    assert (tmp_path / "image" / "Dockerfile").is_file()
    assert (tmp_path / "image" / "task" / "functions" / "worker" / "handler.py").is_file()
    assert not (tmp_path / "image" / "task" / "medley" / "db").exists()


def test_whoever_runs_the_image_can_read_it_however_strict_its_builder_is(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        stage_image(tmp_path / "strict", TOPOLOGY.functions)
    finally:
        os.umask(before)
    stage_image(tmp_path / "usual", TOPOLOGY.functions)
    modes = [
        {each.relative_to(folder): stat.S_IMODE(each.stat().st_mode) for each in (folder, *folder.rglob("*"))}
        for folder in (tmp_path / "strict", tmp_path / "usual")
    ]
    assert modes[0] == modes[1]
    assert set(modes[0].values()) == {0o755, 0o644}


def test_what_runs_is_not_root_and_has_none_of_what_built_it() -> None:
    lines = (ROOT / "layers" / "media.Dockerfile").read_text().splitlines()
    stages = [n for n, line in enumerate(lines) if line.startswith("FROM ")]
    assert [lines[n] for n in stages] == ["FROM ${BASE} AS packages", "FROM ${BASE}"]
    final = [line for line in lines[stages[1] + 1 :] if line]
    assert {line.split()[0] for line in final} == {"COPY", "USER", "CMD"}
    assert all("--from=packages " in line for line in final if line.startswith("COPY"))
    assert [line for line in lines if line.startswith("USER")] == ["USER 1001"]
    assert "USER 1001" in final


def test_each_handler_is_started_asked_and_taken_away() -> None:
    said = list[str]()
    for row in tried(TOPOLOGY.functions):
        docker = Docker()
        Trial(docker, lambda: ANSWER, said.append).check(row, DEV)
        started, removed = docker
        assert started.startswith("docker run --detach")
        assert started.endswith(f"functions.{row.folder}.handler.handle")
        assert "--read-only" in started
        assert removed == f"docker rm --force medley-try-{row.name}"
    assert [line.split()[0] for line in said] == ["ingest", "assemble"]


def test_one_that_does_not_work_is_told_with_its_log_and_taken_away() -> None:
    def silent() -> object:
        raise ConnectionRefusedError("no answer")

    for ask in (lambda: {"errorMessage": "no FFmpeg"}, silent):
        docker = Docker()
        with pytest.raises(NotGood, match="Traceback"):
            Trial(docker, ask).check(tried(TOPOLOGY.functions)[0], DEV)
        assert docker[-1].startswith("docker rm --force")


def test_the_question_is_that_of_an_event_source() -> None:
    assert image.QUESTION == SELF_TEST
