"""`medley probe`: what is in files, whether Medley takes them, and what it will do to them."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.clip_files import find, left_out, readable, why_unopened
from cli.terminal import say
from cli.wording import counted
from medley.contracts.assets import AudioAssetFacts, ImageFacts
from medley.contracts.clip_warnings import Warned, warnings
from medley.contracts.media import ClipFacts
from medley.errors import NotMedia
from medley.media.intake.asset_probe import probe_asset
from medley.media.intake.probe import probe

Facts = ClipFacts | AudioAssetFacts | ImageFacts
NO_CLIP = frozenset({"no_video", "picture", "not_media"})  # why a file may still be an asset
ASSET = NO_CLIP - {"not_media"}  # it is one then, if anything


@dataclass(frozen=True)
class Verdict:
    """What Medley makes of a file: facts, or the code and the reason of a refusal."""

    path: Path
    facts: Facts | None = None
    code: str | None = None
    reason: str | None = None

    @property
    def name(self) -> str:
        """The file's, safe to print."""
        return "".join(character if character.isprintable() else "\ufffd" for character in readable(self.path.name))

    @property
    def taken_as(self) -> str | None:
        match self.facts:
            case ClipFacts():
                return "clip"
            case AudioAssetFacts():
                return "music or voice-over"
            case ImageFacts():
                return "image"
            case None:
                return None

    @property
    def warnings(self) -> list[Warned]:
        return list(warnings(self.facts)) if isinstance(self.facts, ClipFacts) else []


def main(arguments: Sequence[str], console: Console, *, as_json: bool, recursive: bool = False) -> int:
    """Probe every file, and those in folders; returns 0 if all can be used, else 1.

    `recursive`: and those in the folders within.

    Raises:
        WrongUsage: something named is not there. Unavailable: a limit of this machine was met.
    """
    named = find(arguments, (), recursive=recursive)
    verdicts = [verdict(path) for path in named.files]
    if as_json:
        passed_over = [{"path": readable(str(path)), "why": why} for path, why in named.passed_over]
        console.print_json(json.dumps({"files": [_document(each) for each in verdicts], "passed_over": passed_over}))
    else:
        for each in verdicts:
            console.print(_table(each))
        for line in left_out((), named):
            say(console, line, "yellow")
    return 0 if all(each.facts is not None for each in verdicts) else 1


def verdict(path: Path) -> Verdict:
    """Probe one file as a clip and, if it is none, as an asset."""
    refused: NotMedia | None = None
    kinds: tuple[Callable[[Path], Facts], ...] = (probe, probe_asset)
    for read in kinds:
        try:
            return Verdict(path, read(path))
        except NotMedia as error:
            if refused is not None and refused.code in ASSET and error.code != "not_media":
                return Verdict(path, code=error.code, reason=f"{refused.message} {error.message}")
            refused = refused or error
            if refused.code not in NO_CLIP:
                break
        except OSError as error:
            return Verdict(path, code="unreadable", reason=why_unopened(error))
    return Verdict(path, code=refused.code, reason=refused.message) if refused else Verdict(path)


def _document(found: Verdict) -> dict[str, Any]:
    document: dict[str, Any] = {"file": readable(str(found.path)), "accepted": found.facts is not None}
    if found.facts is None:
        return document | {"code": found.code, "reason": found.reason}
    facts = found.facts.model_dump(mode="json", exclude={"activity"})
    told = [warning.said.as_json() for warning in found.warnings]
    return document | {"as": found.taken_as, "facts": facts, "warnings": told}


def _table(found: Verdict) -> Table:
    table = Table(title=Text(found.name, "bold"), title_justify="left", show_header=False, min_width=60)
    table.add_column(style="cyan", no_wrap=True)
    table.add_column()
    if found.facts is None:
        table.add_row("verdict", Text(f"refused ({found.code})", "bold red"))
        table.add_row("reason", Text(found.reason or ""))
        return table
    table.add_row("verdict", Text(f"accepted as {found.taken_as}", "bold green"))
    for name, value in _rows(found.facts):
        table.add_row(name, Text(value))
    for warning in found.warnings:
        table.add_row("warning", Text(warning.message, "yellow"))
    return table


def _rows(facts: Facts) -> Iterator[tuple[str, str]]:
    match facts:
        case ClipFacts():
            yield from _clip_rows(facts)
        case AudioAssetFacts():
            yield "container", facts.container
            yield "sound", f"{facts.codec}, {facts.sample_rate:,} Hz, {counted(facts.channels, 'channel')}"
            yield "duration", f"{facts.duration_us / 1_000_000:.3f} s"
        case ImageFacts():
            yield "image", f"{facts.codec}, {facts.width}x{facts.height}{', see-through' if facts.alpha else ''}"
    yield "size", f"{facts.size_bytes:,} bytes"
    yield "SHA-256", facts.sha256


def _clip_rows(facts: ClipFacts) -> Iterator[tuple[str, str]]:
    video, audio = facts.video, facts.audio
    width, height = video.upright
    turned = f", turned {video.rotation} degrees" if video.rotation else ""
    yield "container", facts.container
    yield "picture", f"{video.codec}, {width}x{height}{turned}{', mirrored' if video.mirrored else ''}"
    yield "rate", f"{float(video.fps.fraction):.3f} frames per second{' on average' if video.variable_rate else ''}"
    yield "duration", f"{video.duration_us / 1_000_000:.3f} s, {counted(video.frames, 'frame')}"
    colours = (video.pixel_format, video.primaries, video.transfer, video.matrix)
    yield "colour", ", ".join(dict.fromkeys(filter(None, colours)))
    if audio is None:
        yield "sound", "none"
    else:
        yield "sound", f"{audio.codec}, {audio.sample_rate:,} Hz, {counted(audio.channels, 'channel')}"
