"""The trial of the media image: what is asked of Docker, and what becomes of an image that does not work."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from infra.stages import DEV
from infra.topology import TOPOLOGY
from layers import image
from layers.image import ANSWER, NotGood, Trial, tried
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
