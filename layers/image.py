"""Image of the media functions, built and tried out by whoever has Docker, before it goes to an account.

    python -m layers.image dev

The context is staged as for a deployment and built for the stage's machine. Then each function of the image is started
in a container under the emulator that AWS's base image brings, and asked whether its tools work: it makes a small clip
with FFmpeg, in its sandbox, and reads it again.
"""

import argparse
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.error import URLError
from urllib.request import Request, urlopen

from infra.rows import Function
from infra.stages import STAGES, Stage
from infra.topology import TOPOLOGY
from layers.build import stage_image

ROOT: Final = Path(__file__).resolve().parent.parent
CONTEXT: Final = ROOT / ".tools" / "image"
TAG: Final = "medley-media:try"
PLATFORMS: Final = {"arm64": "linux/arm64", "x86_64": "linux/amd64"}
PORT: Final = 9_017  # on this machine, of the container that is tried
INVOKE: Final = f"http://127.0.0.1:{PORT}/2015-03-31/functions/function/invocations"
QUESTION: Final = {"self_test": True}  # medley.runtime.sqs.SELF_TEST
ANSWER: Final[dict[str, list[str]]] = {"batchItemFailures": []}
ENVIRONMENT: Final = {  # of an account that is not there: it is asked of nothing
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "AWS_REGION": "us-east-1",
    "BUCKET_NAME": "none",
    "FFMPEG_THREADS": "2",
}
START_S: Final = 60.0
ANSWER_S: Final = 120.0

Run = Callable[[Sequence[str]], str]
Ask = Callable[[], object]


class NotGood(Exception):
    """The image does not do what it is for; the message says which function, and what it said."""


@dataclass(frozen=True)
class Trial:
    """`run` runs a command and returns what it prints; `ask` puts the question to the container and returns its
    JSON."""

    run: Run
    ask: Ask
    say: Callable[[str], object] = print

    def build(self, stage: Stage, context: Path = CONTEXT) -> None:
        """Stage the context and build it."""
        shutil.rmtree(context, ignore_errors=True)
        stage_image(context, TOPOLOGY.functions)
        platform = PLATFORMS[stage.image_architecture]
        base = f"BASE={stage.base_image}"
        self.run(["docker", "build", "--platform", platform, "--build-arg", base, "--tag", TAG, str(context)])

    def check(self, row: Function, stage: Stage) -> None:
        """Start one function and ask it. Raises: NotGood."""
        with self._container(row, stage) as name:
            try:
                answer = self.ask()
            except OSError as error:
                answer = str(error)
            if answer != ANSWER:
                raise NotGood(f"{row.name} answers {answer!r}. It said:\n{self.run(['docker', 'logs', name])}")
        self.say(f"{row.name:12} works")

    @contextmanager
    def _container(self, row: Function, stage: Stage) -> Iterator[str]:
        name = f"medley-try-{row.name}"
        given = [word for key, value in ENVIRONMENT.items() for word in ("--env", f"{key}={value}")]
        limits = ["--memory", f"{row.memory_mib}m", "--read-only", "--tmpfs", f"/tmp:size={row.storage_mib}m"]  # noqa: S108
        where = ["--platform", PLATFORMS[stage.image_architecture], "--publish", f"127.0.0.1:{PORT}:8080"]
        handler = f"functions.{row.folder}.handler.handle"
        self.run(["docker", "run", "--detach", "--name", name, *where, *limits, *given, TAG, handler])
        try:
            yield name
        finally:
            self.run(["docker", "rm", "--force", name])


def ask() -> object:
    """Put the question, once the container answers at all. Raises: OSError."""
    request = Request(INVOKE, json.dumps(QUESTION).encode())
    deadline = time.monotonic() + START_S
    while True:
        try:
            with urlopen(request, timeout=ANSWER_S) as answer:  # noqa: S310 - an address of ours
                found: object = json.loads(answer.read())
                return found
        except (URLError, ConnectionError):
            if time.monotonic() >= deadline:
                raise
            time.sleep(0.5)


def run(command: Sequence[str]) -> str:
    """Raises: CalledProcessError, FileNotFoundError."""
    done = subprocess.run(list(command), check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout


def tried(rows: Sequence[Function]) -> list[Function]:
    """One function for each handler of the image."""
    return list({row.folder: row for row in rows if row.kind == "image"}.values())


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m layers.image")
    parser.add_argument("stage", choices=STAGES)
    stage = STAGES[parser.parse_args().stage]
    trial = Trial(run, ask)
    try:
        trial.build(stage)
        for row in tried(TOPOLOGY.functions):
            trial.check(row, stage)
    except FileNotFoundError:
        sys.exit("There is no Docker here.")
    except (NotGood, subprocess.CalledProcessError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
