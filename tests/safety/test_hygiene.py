"""Nothing of what a source says about its owner is in anything made of it."""

from pathlib import Path

import av
import pytest

from medley.contracts.engine import Container, Tags
from medley.media.output import assembly
from medley.media.picture import posters
from tests.media.clips import AAC, X264, picture, run, tone
from tests.media.conftest import CANVAS, DRAFT, Render

SECRETS = ("48.2082", "Grandmother", "Pixel of Ann", "Chapter of shame", "diary entry", "Whispered line")


@pytest.fixture
def telling(tmp_path: Path) -> Path:
    """A clip with its place, its maker, its device, chapters, subtitles and an attachment."""
    chapters, diary, subtitles = tmp_path / "chapters", tmp_path / "diary.txt", tmp_path / "subtitles.srt"
    chapters.write_text(
        ";FFMETADATA1\nlocation=+48.2082+016.3738/\nartist=Grandmother\ncom.apple.quicktime.model=Pixel of Ann\n"
        "[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=500\ntitle=Chapter of shame\n"
    )
    diary.write_text("diary entry")
    subtitles.write_text("1\n00:00:00,000 --> 00:00:01,000\nWhispered line\n")
    path = tmp_path / "telling.mkv"
    run(
        *picture(),
        *tone(),
        *("-f", "ffmetadata", "-i", str(chapters), "-i", str(subtitles), "-map_metadata", "2", "-map_chapters", "2"),
        *("-map", "0", "-map", "1", "-map", "3", "-attach", str(diary), "-metadata:s:t", "mimetype=text/plain"),
        *("-metadata:s:v", "title=Grandmother", *X264, *AAC, "-c:s", "srt", str(path)),
    )
    assert all(secret.encode() in path.read_bytes() for secret in SECRETS)
    return path


@pytest.mark.parametrize("container", ["mp4", "mov"])
def test_what_a_clip_tells_stays_in_it(container: Container, telling: Path, render: Render, tmp_path: Path) -> None:
    made = render(telling)
    assert made.sound is not None
    out, clip_poster, poster = tmp_path / f"out.{container}", tmp_path / "clip.jpg", tmp_path / "out.jpg"
    assembly.assemble(
        [made.piece],
        [made.part],
        CANVAS,
        DRAFT,
        out,
        tags=Tags(title="Mine"),
        container=container,
        workdir=tmp_path,
    )
    posters.clip_poster(telling, made.source.facts, clip_poster)
    posters.poster(out, CANVAS, poster)
    for path in (made.video, made.sound, out, clip_poster, poster):
        content = path.read_bytes()
        assert [secret for secret in SECRETS if secret.encode() in content] == []
    with av.open(str(out)) as file:
        assert [stream.type for stream in file.streams] == ["video", "audio"]
        assert file.chapters() == []
