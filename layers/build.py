"""Builder of what is deployed: a zip for each layer and function, and the context of the image. No Docker is needed.

    python -m layers.build FOLDER --architecture arm64 [--certificates rds.pem] [--offline]

Runs on the Python of the cloud, since bytecode is of one minor version: it is compiled in, never checked again
(`unchecked-hash`), for what a function finds at /opt and /var/task can be written by nobody. The same input gives the
same bytes.
"""

import argparse
import compileall
import os
import py_compile
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from infra.deployment import CERTIFICATES
from infra.rows import Function
from infra.topology import TOPOLOGY
from layers import zips
from layers.lists import IMAGE, MACHINES, PYTHON, ROOT, path

UV: Final = ROOT / ".tools" / "bin" / "uv"
GLIBC: Final = "2_34"  # of Amazon Linux 2023
TRACES: Final = ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json", "uv_build.json")
SERVICES: Final = frozenset({"apigatewaymanagementapi", "s3", "secretsmanager", "sesv2", "sqs", "sts"})
NOT_IN_ZIPS: Final = ("media",)  # of medley
NOT_IN_IMAGES: Final = ("db", "services")
MARK: Final = ".medley-build"  # in a folder that may be removed
MIB: Final = 1024**2


class NotOurs(Exception):
    """What would be removed was made by somebody else."""


class WrongPython(Exception):
    """This one compiles bytecode that Lambda does not read."""


def build(out: Path, architecture: str, *, certificates: Path | None = None, offline: bool = False) -> None:
    """Make everything in `out`, which must not be there yet.

    Args:
        architecture: of zips, as Lambda calls it.
        certificates: of who signs the certificates of RDS; part of layer `data`.
        offline: take wheels from uv's cache alone.

    Raises:
        WrongPython: this is not the Python of the cloud.
    """
    if sys.version_info[:2] != PYTHON:
        raise WrongPython(f"Layers are built with Python {'.'.join(map(str, PYTHON))}.")
    machine, work = MACHINES[architecture], out / "unpacked"
    for name in dict.fromkeys(layer for row in TOPOLOGY.functions for layer in row.layers):
        folder = work / f"layer-{name}"
        install(path(name, machine), folder / "python", machine, offline=offline)
        prune(folder / "python")
        compile_in(folder / "python", "/opt/python")
        if name == "data" and certificates is not None:
            shutil.copyfile(certificates, folder / Path(CERTIFICATES).name)
        zips.write(folder, out / f"layer-{name}.zip")
    for folder in stage_functions(work, sorted({row.folder for row in TOPOLOGY.functions if row.kind == "zip"})):
        zips.write(folder, out / f"{folder.name}.zip")
    stage_image(out / "image", TOPOLOGY.functions)


def make_anew(out: Path) -> None:
    """An empty folder, in the place of what was built in it before.

    Raises:
        NotOurs: something is there that was not built here.
    """
    if out.exists():
        if any(out.iterdir()) and not (out / MARK).is_file():
            raise NotOurs(f"{out} was not made by this command: name another folder, or remove it yourself.")
        shutil.rmtree(out)
    out.mkdir(parents=True)
    (out / MARK).touch()


def install(wanted: Path, folder: Path, machine: str, *, offline: bool) -> None:
    """Unpack the wheels of a list for Lambda's platform, each checked against its hash."""
    command = [
        *(str(UV), "pip", "install", "--quiet", "--target", str(folder), "--requirement", str(wanted)),
        *("--python-platform", f"{machine}-manylinux_{GLIBC}", "--python-version", ".".join(map(str, PYTHON))),
        *("--only-binary", ":all:", "--no-deps", "--require-hashes", "--no-compile-bytecode", "--link-mode", "copy"),
        *(["--offline"] if offline else []),
    ]
    subprocess.run(command, check=True, env={**os.environ, "UV_PYTHON_DOWNLOADS": "never", "UV_SYSTEM_CERTS": "1"})


def prune(packages: Path) -> None:
    """Remove what says who installed it and where, and descriptions of services nobody here asks."""
    shutil.rmtree(packages / "bin", ignore_errors=True)
    (packages / ".lock").unlink(missing_ok=True)
    for trace in TRACES:
        for found in packages.glob(f"*.dist-info/{trace}"):
            found.unlink()
    data = packages / "botocore" / "data"
    if data.exists():
        for found in data.iterdir():
            if found.is_dir() and found.name not in SERVICES:
                shutil.rmtree(found)
    for found in (packages / "boto3" / "data", packages / "boto3" / "examples"):
        shutil.rmtree(found, ignore_errors=True)


def compile_in(folder: Path, place: str) -> None:
    """Put bytecode beside every module, as of `place`, where the folder will be."""
    compileall.compile_dir(
        folder,
        quiet=2,  # some packages carry modules of another Python
        stripdir=str(folder),
        prependdir=place,
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )


def copy_code(folder: Path, functions: Iterable[str], without: Iterable[str]) -> None:
    """Our own code: these functions, and `medley` without some of its packages."""
    not_code = shutil.ignore_patterns("__pycache__", "*.pyc")
    medley = ROOT / "shared" / "medley"
    (folder / "functions").mkdir(parents=True)
    shutil.copyfile(ROOT / "functions" / "__init__.py", folder / "functions" / "__init__.py")
    for name in functions:
        shutil.copytree(ROOT / "functions" / name, folder / "functions" / name, ignore=not_code)
    left_out = {str(medley / name) for name in without}

    def ignore(where: str, entries: list[str]) -> set[str]:
        return not_code(where, entries) | {name for name in entries if str(Path(where) / name) in left_out}

    shutil.copytree(medley, folder / "medley", ignore=ignore)


def stage_functions(work: Path, functions: Sequence[str]) -> Iterator[Path]:
    """A folder below `work` for each function, with its code and bytecode; what they share is compiled once."""
    with TemporaryDirectory(dir=work) as place:
        together = Path(place) / "task"
        copy_code(together, functions, NOT_IN_ZIPS)
        compile_in(together, "/var/task")
        for name in functions:
            others = set(functions) - {name}

            def ignore(where: str, entries: list[str], others: set[str] = others) -> set[str]:
                return others & {*entries} if Path(where) == together / "functions" else set()

            yield Path(shutil.copytree(together, work / f"function-{name}", ignore=ignore))


def stage_image(folder: Path, rows: Iterable[Function]) -> None:
    """The context of the image: exactly what it holds, so that nothing else changes it."""
    code = sorted({row.folder for row in rows if row.kind == "image"})
    copy_code(folder / "task", code, NOT_IN_IMAGES)
    shutil.copyfile(ROOT / "layers" / "media.Dockerfile", folder / "Dockerfile")
    for machine in MACHINES.values():
        shutil.copyfile(path(IMAGE, machine), folder / f"requirements-{machine}.txt")
    for each in (folder, *folder.rglob("*")):  # whoever runs the image did not build it, and a builder may be strict
        each.chmod(0o755 if each.is_dir() else 0o644)


def sizes(out: Path) -> Iterator[tuple[str, int, int]]:
    """Name, bytes unzipped and bytes zipped of each zip."""
    for file in sorted(out.glob("*.zip")):
        yield file.stem, zips.size(out / "unpacked" / file.stem), file.stat().st_size


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m layers.build")
    parser.add_argument("out", type=Path)
    parser.add_argument("--architecture", choices=MACHINES, required=True)
    parser.add_argument("--certificates", type=Path)
    parser.add_argument("--offline", action="store_true")
    arguments = parser.parse_args()
    try:
        make_anew(arguments.out)
    except NotOurs as error:
        sys.exit(str(error))
    build(arguments.out, arguments.architecture, certificates=arguments.certificates, offline=arguments.offline)
    for name, unzipped, zipped in sizes(arguments.out):
        sys.stdout.write(f"{name:24} {unzipped / MIB:6.1f} MiB unzipped  {zipped / MIB:6.1f} MiB zipped\n")


if __name__ == "__main__":
    main()
