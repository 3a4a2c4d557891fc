"""Orders of a command line: files found, the spec read, and both made into what the app is shown."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from pydantic import ValidationError

from cli import clip_files
from cli.clip_files import OWNER, LocalClip, NamedFiles, RefusedFile, WrongUsage, clip_id_of, readable
from cli.places import is_file
from cli.readers import readers
from cli.spec_options import MOST, spec_values
from cli.wording import on_command_line
from medley import limits
from medley.apps.registry import App, Library
from medley.apps.spec_faults import faults_of
from medley.apps.video_mixer.spec import MixSpec
from medley.contracts import keys
from medley.contracts.assets import AssetSource
from medley.errors import NotMedia
from medley.media.intake.asset_probe import probe_asset

ASSET_IDS = UUID("7f0c2b0e-6d0f-4f0e-9b39-0a4de2f7c1d5")  # ids are made of paths in this name space
ASSETS = {"music": "audio", "voice": "audio", "watermark": "image"}  # options that name an asset, and its kind

KINDS = {"audio": "a sound", "image": "an image"}


@dataclass(frozen=True)
class MixRequest:
    """`assets` are the files of music, voice-over and watermark, by the ids that stand for them in the spec."""

    named: NamedFiles
    spec: MixSpec
    assets: Mapping[UUID, Path]
    most: bool = False  # as many videos as there are: the spec's count is the most an order may have
    strict: bool = False  # what is worth a warning is an error


@dataclass(frozen=True)
class Footage:
    """The files of an order, read."""

    clips: list[LocalClip]
    refused: list[RefusedFile]
    assets: dict[Path, AssetSource]
    library: Library

    def told(self, named: NamedFiles) -> list[str]:
        """A line for each file or folder that is left out, or of which something will not be seen or heard."""
        return clip_files.told(self.clips, self.refused, named)


def read(
    clips: Sequence[str],
    groups: Sequence[str],
    options: Mapping[str, Any],
    *,
    recursive: bool = False,
    strict: bool = False,
) -> MixRequest:
    """Read CLIPS, `--groups` and the spec's options; no file is opened yet.

    Raises:
        WrongUsage: names the option and what it can be, or the file that is not there.
    """
    named = clip_files.find(clips, groups, recursive=recursive)
    clip_files.require_names(named.files)
    most = options.get("count") == MOST
    options = {**options, "count": str(limits.OUTPUTS_PER_GENERATION)} if most else options
    assets: dict[UUID, Path] = {}

    def file_id(option: str, text: str) -> UUID:
        if option not in ASSETS:
            return clip_id_of(_clip_named(text, named))
        path = Path(text).absolute()
        if not is_file(path):
            raise WrongUsage(f"--{option}: there is no file {text!r}")
        asset_id = uuid5(ASSET_IDS, str(path))
        assets[asset_id] = path
        return asset_id

    try:
        values = spec_values(options, file_id)
        _require_groups([str(group["name"]) for group in values.get("groups", ())], named)
        spec = MixSpec.model_validate({**values, "mode": "groups" if named.groups else "automatic"}, strict=False)
    except ValidationError as error:
        raise WrongUsage(_told(error)) from error
    except ValueError as error:
        raise WrongUsage(str(error)) from error
    return MixRequest(named, spec, assets, most, strict)


def settled(app: App, order: MixRequest, library: Library) -> MixSpec:
    """The spec of an order, with as many videos as there are where that was asked for, up to the most of one order.

    Raises:
        InvalidInput: nothing can be mixed as asked.
    """
    if not order.most:
        return order.spec
    possible = app.quote(order.spec.model_copy(update={"count": 1}), library).capacity or 0
    count = max(1, min(order.spec.count, possible - order.spec.skip))
    return order.spec.model_copy(update={"count": count})


def _require_groups(wanted: Sequence[str], named: NamedFiles) -> None:
    """Options about groups are about groups there are."""
    there = [name for name, _ in named.groups]
    for name in wanted:
        if not there:
            raise WrongUsage(f"there is an option about group {name!r}, but no group: name its files with --groups")
        if name not in there:
            raise WrongUsage(f"there is an option about group {name!r}, but only {', '.join(map(repr, there))}")


def _told(error: ValidationError) -> str:
    """The first fault of a spec, in the words of the command line."""
    fault = faults_of(error)[0]
    parts = [part for part in fault.field.split(".") if not part.isdecimal() and part != "asset"]
    option = "-".join("group" if part == "groups" else part for part in parts).replace("_", "-")
    if fault.said.code == "missing":
        return f"--{option} is missing, though options of it are given"
    if fault.field == "caption_style":  # it has no option of its own
        option += "-..."
    return f"--{option}: {on_command_line(fault.said)}"


def _clip_named(text: str, named: NamedFiles) -> Path:
    path = Path(text).absolute()
    for file in named.files:
        if path == file or file.name == text:
            return file
    raise WrongUsage(f"{text!r} is not one of the clips")


def open_files(order: MixRequest, *, workers: int, on_read: Callable[[], None]) -> Footage:
    """Probe every file, `workers` at a time; `on_read` is called in this thread after each clip.

    Raises:
        NotMedia: an asset is not what it should be; the message names it. Unavailable: a limit of this machine.
    """
    busy = "smart" in (order.spec.share, order.spec.fit)
    clips, refused = clip_files.read(order.named.files, workers=workers, with_activity=busy, on_read=on_read)
    with readers(workers) as (pool, remaining_s):
        assets = dict(pool.map(partial(_asset, remaining_s), order.assets.items()))
    _require_kinds(order, assets)
    library = clip_files.library(clips, order.named, tuple(assets.values()))
    return Footage(clips, refused, assets, library)


def _require_kinds(order: MixRequest, assets: Mapping[Path, AssetSource]) -> None:
    """Raises: NotMedia (code `wrong_kind`)."""
    for option, kind in ASSETS.items():
        part = getattr(order.spec, option)
        if part is not None and (facts := assets[order.assets[part.asset]].facts).kind != kind:
            name = readable(order.assets[part.asset].name)
            message = f"--{option} needs {KINDS[kind]}, and {name} is {KINDS[facts.kind]}."
            raise NotMedia(message, code="wrong_kind")


def _asset(remaining_s: Callable[[], float], item: tuple[UUID, Path]) -> tuple[Path, AssetSource]:
    asset_id, path = item
    try:
        clip_files.require_file(path)
        facts = probe_asset(path, remaining_s=remaining_s)
    except NotMedia as error:
        raise NotMedia(f"{readable(path.name)}: {error.message}", code=error.code) from error
    except OSError as error:
        why = clip_files.why_unopened(error)
        raise NotMedia(f"{readable(path.name)}: {why}", code="unreadable") from error
    key = str(keys.AssetKey(OWNER, OWNER, asset_id))
    return path, AssetSource(asset_id=asset_id, key=key, name=readable(path.name), facts=facts)
