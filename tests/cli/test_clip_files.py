"""How a command line names clips and groups."""

import errno
import os
from pathlib import Path

import pytest

from cli import clip_files, mix_order
from cli.clip_files import A_LINK, DEEPER, NO_FILE, LocalClip, NamedFiles, WrongUsage, find, left_out, library, read
from medley.errors import NotMedia, Unavailable


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("b.mp4", "a.mp4", "c,d.mp4", "x=y.mp4", ".hidden"):
        (tmp_path / name).write_text(name)
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "e.mp4").write_text("e")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names(named: NamedFiles) -> list[str]:
    return [path.name for path in named.files]


def groups(named: NamedFiles) -> dict[str, list[str]]:
    return {name: [path.name for path in members] for name, members in named.groups}


def test_a_folder_stands_for_its_files_by_name(folder: Path) -> None:
    assert names(find(["."], [])) == ["a.mp4", "b.mp4", "c,d.mp4", "x=y.mp4"]


def test_files_keep_their_order_and_come_once(folder: Path) -> None:
    assert names(find(["b.mp4", "sub", "a.mp4", "./b.mp4"], [])) == ["b.mp4", "e.mp4", "a.mp4"]
    assert all(path.is_absolute() for path in find(["b.mp4"], []).files)


def test_groups_name_paths_or_files_among_the_clips(folder: Path) -> None:
    named = find(["sub"], ["hook=a.mp4,b.mp4", "cta=e.mp4"])
    assert groups(named) == {"hook": ["a.mp4", "b.mp4"], "cta": ["e.mp4"]}
    assert names(named) == ["e.mp4", "a.mp4", "b.mp4"]


def test_folders_within_folders_are_taken_if_asked_for(folder: Path) -> None:
    (folder / "sub" / "deep").mkdir()
    (folder / "sub" / "deep" / "f.mp4").write_text("f")
    (folder / ".git").mkdir()
    (folder / ".git" / "g.mp4").write_text("g")
    (folder / "sub" / "round").symlink_to(folder)
    flat = find(["."], [])
    assert (names(flat), flat.passed_over) == (["a.mp4", "b.mp4", "c,d.mp4", "x=y.mp4"], ((folder / "sub", DEEPER),))
    deep = find(["."], [], recursive=True)
    assert names(deep) == ["a.mp4", "b.mp4", "c,d.mp4", "f.mp4", "e.mp4", "x=y.mp4"]
    assert deep.passed_over == ((folder / "sub" / "round", A_LINK),)
    (folder / "empty" / "sub").mkdir(parents=True)
    with pytest.raises(WrongUsage, match="no clip was named; --recursive takes what is in 'sub'"):
        find(["empty"], [])


def test_what_of_a_folder_is_no_file_is_named(folder: Path) -> None:
    os.mkfifo(folder / "sub" / "pipe.mp4")
    (folder / "sub" / "gone.mp4").symlink_to(folder / "nowhere.mp4")
    named = find(["sub"], [])
    assert names(named) == ["e.mp4"]
    assert named.passed_over == ((folder / "sub" / "gone.mp4", NO_FILE), (folder / "sub" / "pipe.mp4", NO_FILE))
    assert left_out([], named)[1] == f"Passed over: {folder}/sub/pipe.mp4: it is no file"


def test_a_folder_that_cannot_be_read_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(WrongUsage, match=r"cannot look into the folder .*sub': Permission denied"):
        find(["sub"], [])


def test_a_limit_of_the_machine_says_nothing_of_a_file(clips: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, **_: object) -> None:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    monkeypatch.setattr(clip_files, "probe", refuse)
    with pytest.raises(Unavailable, match="no more open files"):
        read([clips["red"]], workers=1, with_activity=False, on_read=lambda: None)


def test_one_name_in_two_folders_is_refused_with_both(folder: Path) -> None:
    (folder / "sub" / "a.mp4").write_text("another")
    with pytest.raises(WrongUsage) as refused:
        mix_order.read(["a.mp4", "sub"], [], {})
    assert repr(str(folder / "a.mp4")) in str(refused.value)
    assert repr(str(folder / "sub" / "a.mp4")) in str(refused.value)
    assert names(find(["a.mp4", "sub"], [])) == ["a.mp4", "a.mp4", "e.mp4"]  # to look at them is no fault


def test_folders_taken_whole_are_known(folder: Path) -> None:
    assert find(["sub", "a.mp4"], []).folders == (folder / "sub",)
    assert find([], ["hook=a.mp4", "cta=sub"]).folders == (folder / "sub",)


def test_several_groups_may_follow_one_option(folder: Path) -> None:
    assert groups(find(["body=b.mp4", "cta=sub"], ["hook=a.mp4"])) == {
        "hook": ["a.mp4"],
        "body": ["b.mp4"],
        "cta": ["e.mp4"],
    }


def test_names_with_commas_and_equals_signs(folder: Path) -> None:
    assert names(find(["x=y.mp4"], ["hook=c,d.mp4", "cta=x=y.mp4"])) == ["x=y.mp4", "c,d.mp4"]
    assert names(find(["x=y.mp4"], [])) == ["x=y.mp4"]
    assert groups(find([], ["hook=c,,d.mp4,a.mp4", "cta=b.mp4"])) == {"hook": ["c,d.mp4", "a.mp4"], "cta": ["b.mp4"]}


@pytest.mark.parametrize(
    ("arguments", "options", "said"),
    [
        ([], [], "no clip"),
        (["missing.mp4"], [], "missing.mp4"),
        (["sub=a.mp4"], [], "sub=a.mp4"),
        ([], ["hook"], "not a group"),
        ([], ["=a.mp4"], "not a group"),
        ([], ["hook="], "not a group"),
        ([], ["hook=missing.mp4"], "missing.mp4"),
        ([], ["hook=a.mp4", "hook=b.mp4"], "two groups 'hook'; the files of one are separated by commas"),
        (["hook=B"], ["hook=a.mp4"], "'hook=B' was taken for a group; an option such as --group-caption is repeated"),
        (["cta=B"], ["hook=a.mp4"], "'cta=B' was taken for a group"),
        (["sub=a.mp4"], [], "after --groups"),
        (["a.mp4", "b.mp4"], ["hook=a.mp4"], "'b.mp4' is in no group"),
        (["."], ["hook=x=y.mp4"], "'a.mp4', 'b.mp4', 'c,d.mp4' are in no group"),
    ],
)
def test_what_makes_no_sense_is_named(folder: Path, arguments: list[str], options: list[str], said: str) -> None:
    with pytest.raises(WrongUsage, match=said):
        find(arguments, options)


@pytest.mark.parametrize("text", [",".join(f"clip number {n}.mp4" for n in range(31)), "\0.mp4"])
def test_a_text_that_can_be_no_path_is_a_path_that_is_not_there(folder: Path, text: str) -> None:
    for arguments, options in (([text], []), ([f"cta={text}"], ["hook=a.mp4"]), ([], [f"hook={text}"])):
        with pytest.raises(WrongUsage, match="there is no file or folder"):
            find(arguments, options)
    with pytest.raises(WrongUsage, match="--music: there is no file"):
        mix_order.read(["a.mp4"], [], {"music": text})
    by_name = [folder / "sub" / f"clip number {n}.mp4" for n in range(31)]
    for path in by_name:
        path.touch()
    named = find(["sub"], ["cta=e.mp4", "hook=" + ",".join(path.name for path in by_name)])
    assert groups(named)["hook"] == [path.name for path in by_name]


def test_reading_sorts_out_what_is_no_clip(clips: dict[str, Path], tmp_path: Path) -> None:
    text, empty, copy = tmp_path / "note.txt", tmp_path / "empty.mp4", tmp_path / "copy.mp4"
    text.write_text("hello")
    empty.touch()
    copy.write_bytes(clips["red"].read_bytes())
    calls: list[None] = []
    files = [text, clips["red"], empty, copy, tmp_path / "vanished.mp4"]
    usable, refused = read(files, workers=2, with_activity=False, on_read=lambda: calls.append(None))
    assert [clip.path for clip in usable] == [clips["red"], copy]
    assert [file.path.name for file in refused] == ["note.txt", "empty.mp4", "vanished.mp4"]
    assert all(file.message for file in refused)
    assert len(calls) == 5
    ids = [clip.source.clip_id for clip in usable]
    assert len(set(ids)) == 2
    again, _ = read(files, workers=1, with_activity=False, on_read=lambda: None)
    assert [clip.source.clip_id for clip in again] == ids


@pytest.fixture
def endless(tmp_path: Path) -> Path:
    """A file that takes a day to read."""
    path = tmp_path / "endless.mp4"
    with path.open("wb") as file:
        file.truncate(2**43)
    return path


def test_who_stops_is_not_kept_waiting_for_files_that_are_read(
    clips: dict[str, Path], tmp_path: Path, endless: Path
) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read([tmp_path / "vanished.mp4", endless], workers=2, with_activity=False, on_read=stop)
    (tmp_path / "song.mp3").write_text("none")
    order = mix_order.read([str(clips["red"])], [], {"music": str(tmp_path / "song.mp3"), "voice": str(endless)})
    with pytest.raises(NotMedia, match=r"song\.mp3"):
        mix_order.open_files(order, workers=2, on_read=lambda: None)


def test_a_refused_file_leaves_its_group(clips: dict[str, Path], tmp_path: Path) -> None:
    text = tmp_path / "note.txt"
    text.write_text("hello")
    named = NamedFiles((clips["red"], text), (("hook", (clips["red"], text)),))
    usable, _ = read(named.files, workers=2, with_activity=False, on_read=lambda: None)
    shown = library(usable, named)
    assert isinstance(usable[0], LocalClip)
    assert [group.clip_ids for group in shown.groups] == [(usable[0].source.clip_id,)]
