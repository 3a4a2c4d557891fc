"""Clips named on a command line: files and folders found, probed, and sorted into usable and refused."""

import errno
import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid5

from cli.places import is_file, is_folder, is_there
from cli.readers import readers
from medley import machine
from medley.apps.registry import Library
from medley.contracts import keys
from medley.contracts.assets import AssetSource
from medley.contracts.clip_warnings import warned
from medley.contracts.media import ClipFacts, ClipSource
from medley.domain.projects import Group
from medley.errors import NotMedia
from medley.media.intake.probe import probe

OWNER = UUID(int=0)  # of everything on this machine: the cache is the user's own
CLIP_IDS = UUID("b9f1f0a4-53f2-4f2e-8a34-0d8d9f6f3a10")  # ids are made of paths in this name space

SHOWN = 5  # names in one message
_COMMA = re.compile(r"(?<!,),(?!,)")
DEEPER = "--recursive takes the clips in it too"  # why something was passed over
A_LINK = "a link to a folder; name it to take the clips in it"
NO_FILE = "it is no file"
TAKEN_FOR_A_GROUP = " ({!r} was taken for a group; an option such as --group-caption is repeated for each group)"


class WrongUsage(Exception):
    """The command line does not make sense; the message says why."""


@dataclass(frozen=True)
class LocalClip:
    path: Path
    source: ClipSource


@dataclass(frozen=True)
class RefusedFile:
    """A file that is not a usable clip."""

    path: Path
    code: str
    message: str


@dataclass(frozen=True)
class NamedFiles:
    """What a command line names: every file once, in order, the groups they stand in, folders taken whole, and what
    was passed over within these, with why."""

    files: tuple[Path, ...]
    groups: tuple[tuple[str, tuple[Path, ...]], ...] = ()
    folders: tuple[Path, ...] = ()
    passed_over: tuple[tuple[Path, str], ...] = ()


def find(arguments: Sequence[str], groups: Sequence[str], *, recursive: bool = False) -> NamedFiles:
    """Read CLIPS and `--groups NAME=FILE,FILE`; a folder stands for the files in it, in order of name, and with
    `recursive` for those in the folders within it too.

    An argument NAME=... that is no file is a group too, so that several may follow one `--groups`. A group's files
    are paths, or names of files among CLIPS; a comma of a name is written twice.

    Raises:
        WrongUsage: something named is not there, a group is not of that form, or a clip is in no group.
    """
    plain = [text for text in arguments if not (groups and "=" in text and not is_there(text))]
    files = [file for text in plain for file in _files(text, recursive)]
    by_name = {file.name: file for file in reversed(files)}
    named: dict[str, tuple[Path, ...]] = {}
    folders = [text for text in plain if is_folder(text)]
    for text in [*groups, *(text for text in arguments if text not in plain)]:
        try:
            name, parts = _group(text, named)
            named[name] = tuple(file for part in parts for file in _members(part, by_name, recursive))
        except WrongUsage as error:
            raise WrongUsage(f"{error}{'' if text in groups else TAKEN_FOR_A_GROUP.format(text)}") from error
        folders += [part for part in parts if is_folder(part)]
    grouped = [file for members in named.values() for file in members]
    if named and (left := [file.name for file in dict.fromkeys(files) if file not in grouped]):
        raise WrongUsage(_ungrouped(left))
    everything = dict.fromkeys([*files, *grouped])
    whole = tuple(Path(text).absolute() for text in folders)
    passed_over = tuple(dict.fromkeys(passed for folder in whole for passed in _passed_over(folder, recursive)))
    if not everything:
        deeper = [path.name for path, why in passed_over if why == DEEPER]
        within = f"; --recursive takes what is in {_listed(deeper)}" if deeper else ""
        raise WrongUsage(f"no clip was named{within}")
    return NamedFiles(tuple(everything), tuple(named.items()), whole, passed_over)


def require_names(files: Iterable[Path]) -> None:
    """Check that each name is one file's: clips go by their names in groups, in options, in titles and in what is told.

    Raises:
        WrongUsage: names both files of one name.
    """
    by_name: dict[str, Path] = {}
    for file in files:
        other = by_name.setdefault(file.name, file)
        if other != file:
            raise WrongUsage(
                f"{readable(str(other))!r} and {readable(str(file))!r} have one name, and clips go by their names: "
                "rename one of them"
            )


def require_apart(out: Path, named: NamedFiles, *, recursive: bool) -> None:
    """Check that videos that go to the folder `out` are not among the clips when the same is asked for again.

    Raises:
        WrongUsage: clips are taken from it, or it lies in a folder that is taken whole.
    """
    place = out.resolve()
    if place in {folder.resolve() for folder in (*named.folders, *(file.parent for file in named.files))}:
        raise WrongUsage(f"--out: {str(out)!r} is where clips are taken from, and videos there would be clips")
    for folder in named.folders if recursive else ():
        if place.is_relative_to(folder.resolve()):
            raise WrongUsage(
                f"--out: {str(out)!r} lies in {str(folder)!r}, where --recursive takes all, and videos there would be "
                "clips"
            )


def split_names(text: str) -> list[str]:
    """Names separated by commas; a comma that belongs to a name is written twice."""
    return [part.replace(",,", ",") for part in _COMMA.split(text) if part]


def _group(text: str, earlier: Collection[str]) -> tuple[str, list[str]]:
    """The name of a group, and the files named for it."""
    name, equals, members = text.partition("=")
    if not (name and equals and members):
        raise WrongUsage(f"{text!r} is not a group; it should look like hook=a.mp4,b.mp4")
    if name in earlier:
        raise WrongUsage(f"there are two groups {name!r}; the files of one are separated by commas")
    return name, [members] if is_there(members) else split_names(members)


def _ungrouped(names: Sequence[str]) -> str:
    shown = _listed(names)
    are, them = ("is", "it") if len(names) == 1 else ("are", "them")
    return f"{shown} {are} in no group, so in no video: put {them} into a group, or leave {them} out of CLIPS"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(map(repr, names[:SHOWN])) + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")


def _members(text: str, by_name: dict[str, Path], recursive: bool) -> list[Path]:
    return [by_name[text]] if text in by_name and not is_there(text) else _files(text, recursive)


def _shown(folder: Path) -> list[Path]:
    """What is in a folder, in order of name, but what is hidden. Raises: WrongUsage."""
    try:
        return sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError as error:
        raise WrongUsage(f"cannot look into the folder {readable(str(folder))!r}: {error.strerror}") from error


def _is_inner(path: Path) -> bool:
    """Whether a folder within another is taken with it: a link may lead round in circles."""
    return path.is_dir() and not path.is_symlink()


def _within(folder: Path, recursive: bool) -> Iterator[Path]:
    for path in _shown(folder):
        if path.is_file():
            yield path
        elif recursive and _is_inner(path):
            yield from _within(path, recursive)


def _passed_over(folder: Path, recursive: bool) -> Iterator[tuple[Path, str]]:
    """What of a folder is not among its files, and why."""
    for path in _shown(folder):
        if recursive and _is_inner(path):
            yield from _passed_over(path, recursive)
        elif path.is_dir():
            yield path, A_LINK if recursive else DEEPER
        elif not path.is_file():
            yield path, NO_FILE


def _files(text: str, recursive: bool) -> list[Path]:
    path = Path(text).absolute()
    if is_folder(path):
        return list(_within(path, recursive))
    if is_file(path):
        return [path]
    hint = "; groups are named after --groups" if "=" in text else ""
    raise WrongUsage(f"there is no file or folder {text!r}{hint}")


def read(
    files: Sequence[Path], *, workers: int, with_activity: bool, on_read: Callable[[], None]
) -> tuple[list[LocalClip], list[RefusedFile]]:
    """Probe every file, `workers` at a time; `on_read` is called in this thread after each, in order.

    `with_activity`: also score how busy each clip is when, which takes a run of FFmpeg.

    Raises:
        Unavailable: a limit of this machine was met, which says nothing of any file.
    """
    clips: list[LocalClip] = []
    refused: list[RefusedFile] = []
    with readers(workers) as (pool, remaining_s):
        results = pool.map(lambda file: _probe(file, with_activity, remaining_s), files)
        for path, result in zip(files, results, strict=True):
            if isinstance(result, RefusedFile):
                refused.append(result)
            else:
                clips.append(LocalClip(path, _source(path, result)))
            on_read()
    return clips, refused


def _probe(path: Path, with_activity: bool, remaining_s: Callable[[], float]) -> ClipFacts | RefusedFile:
    try:
        require_file(path)
        facts = probe(path, remaining_s=remaining_s)
        if not with_activity:
            return facts
        from medley.media.intake import activity  # numpy, which only smart options need

        return facts.model_copy(update={"activity": activity.measure(path, facts, threads=1, remaining_s=remaining_s)})
    except NotMedia as reason:
        return RefusedFile(path, reason.code, reason.message)
    except OSError as error:
        return RefusedFile(path, "unreadable", why_unopened(error))


def require_file(path: Path) -> None:
    """Check that a file still is one: a pipe in its place would be waited for. Raises: FileNotFoundError."""
    if not path.is_file():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))


def why_unopened(error: OSError) -> str:
    """Why a file cannot be opened. Raises: Unavailable; a limit of this machine, which says nothing of the file."""
    reached = machine.limit_reached(error.errno)
    if reached is not None:
        raise reached from error
    return f"The file cannot be opened: {error.strerror}."


def clip_id_of(path: Path) -> UUID:
    """The id a file goes by; nothing about a video depends on it."""
    return uuid5(CLIP_IDS, str(path.absolute()))


def _source(path: Path, facts: ClipFacts) -> ClipSource:
    clip_id = clip_id_of(path)
    return ClipSource(
        clip_id=clip_id, key=str(keys.UploadKey(OWNER, OWNER, clip_id)), name=readable(path.name), facts=facts
    )


def readable(text: str) -> str:
    """A path's text as valid Unicode: bytes that are none are replaced."""
    return text.encode("utf-8", "replace").decode()


def library(clips: Sequence[LocalClip], named: NamedFiles, assets: tuple[AssetSource, ...] = ()) -> Library:
    """What the app is shown; refused files are left out of their groups."""
    ids = {clip.path: clip.source.clip_id for clip in clips}
    groups = (Group(name, tuple(ids[path] for path in members if path in ids)) for name, members in named.groups)
    return Library(tuple(clip.source for clip in clips), tuple(groups), assets)


def left_out(refused: Sequence[RefusedFile], named: NamedFiles) -> list[str]:
    """A line for each file that is no usable clip, and for whatever of a folder was passed over."""
    lines = [f"Left out: {readable(file.path.name)}: {file.message}" for file in refused]
    return lines + [
        f"Passed over: {readable(str(path))}{'/' if path.is_dir() else ''}: {why}" for path, why in named.passed_over
    ]


def told(clips: Sequence[LocalClip], refused: Sequence[RefusedFile], named: NamedFiles) -> list[str]:
    """A line for whatever of the files named will not be seen or heard."""
    warnings = warned((readable(clip.path.name), clip.source.facts) for clip in clips)
    return [*warnings, *left_out(refused, named)]
