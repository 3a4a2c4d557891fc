"""Files that are not what they say, and name other files or machines: refused by their bytes, and by what is behind.

Each is tried twice: as an upload, and handed to FFmpeg and PyAV with our options as if the first look had failed.
"""

import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from medley.contracts.media import Rational, VideoFacts
from medley.errors import FFmpegFailed, NotMedia
from medley.media.intake import probe
from medley.media.picture import jpeg
from medley.media.sandbox import ffmpeg
from tests.media.clips import PLAIN, Maker, picture, run
from tests.safety.boxes import with_external_reference

VIDEO = VideoFacts(
    codec="h264", width=64, height=48, fps=Rational(num=30), pixel_format="yuv420p", duration_us=1, frames=2
)
HOSTILE = {
    "m3u8": "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:1,\nreal.ts\n#EXT-X-ENDLIST\n",
    "ffconcat": "ffconcat version 1.0\nfile real.mp4\n",
    "sdp": "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=video 5004 RTP/AVP 96\r\n"
    "a=rtpmap:96 H264/90000\r\n",
    "mpd": '<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" profiles="urn:mpeg:dash:'
    'profile:isoff-main:2011" mediaPresentationDuration="PT1S"><Period><AdaptationSet mimeType="video/mp4">'
    '<Representation id="1" bandwidth="1"><BaseURL>real.mp4</BaseURL></Representation></AdaptationSet></Period></MPD>',
    "json": '{"captions":[{"duration":1000,"content":"x","startOfParagraph":true,"startTime":0}]}',  # tedcaptions
    "ass": "[Script Info]\nScriptType: v4.00+\n\n[Events]\nFormat: Start, End, Text\n"
    "Dialogue: 0:00:00.00,0:00:01.00,x\n",
    "srt": "1\n00:00:00,000 --> 00:00:01,000\nx\n",
    "vtt": "WEBVTT\n\n00:00.000 --> 00:01.000\nx\n",
    "ffmeta": ";FFMETADATA1\ntitle=x\n",
}


def hostile(folder: Path, suffix: str, name: str) -> Path:
    path = folder / name
    path.write_text(HOSTILE[suffix], newline="")
    return path


@pytest.fixture
def unsniffed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first look lets everything pass."""
    monkeypatch.setattr(probe, "sniff", lambda head: "mov")


@pytest.mark.parametrize("suffix", HOSTILE)
def test_a_file_that_names_others_is_no_clip_whatever_its_name(suffix: str, tmp_path: Path) -> None:
    with pytest.raises(NotMedia) as refused:
        probe.probe(hostile(tmp_path, suffix, "clip.mp4"))
    assert refused.value.code in ("playlist", "not_media")


@pytest.mark.parametrize("suffix", HOSTILE)
def test_behind_the_first_look_only_listed_formats_are_opened(suffix: str, tmp_path: Path, unsniffed: None) -> None:
    path = hostile(tmp_path, suffix, f"clip.{suffix}")
    with pytest.raises(FFmpegFailed) as failed:
        ffmpeg.run(jpeg.clip_poster(ffmpeg.executable(), path, VIDEO, tmp_path / "out.jpg", at_us=0, side=64))
    assert "not on whitelist" in "".join(failed.value.__notes__)
    with pytest.raises(NotMedia) as refused:
        probe.probe(path)
    assert refused.value.code == "not_media"


def test_only_local_files_are_opened(tmp_path: Path) -> None:
    """Names of ours always begin with `file:`; this one would be read with the protocol of the same name."""
    source = Path(f"subfile,,start,0,end,0,,:{tmp_path}/x")
    argv = jpeg.clip_poster(ffmpeg.executable(), source, VIDEO, tmp_path / "out.jpg", at_us=0, side=64)
    with pytest.raises(FFmpegFailed) as failed:
        ffmpeg.run([argument.replace("file:subfile", "subfile") for argument in argv])
    assert "not on whitelist 'file'" in "".join(failed.value.__notes__)


class Listener:
    """A web server that notes whoever connects, and says nothing."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.connected = threading.Event()
        self._thread = threading.Thread(target=self._accept)
        self._thread.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            connection.close()
            self.connected.set()

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._socket.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.close()


def test_no_child_ever_connects_to_anything(listener: Listener, tmp_path: Path, unsniffed: None) -> None:
    url = f"http://127.0.0.1:{listener.port}/video.ts"
    playlists = {"m3u8": f"#EXTM3U\n#EXTINF:10,\n{url}\n", "ffconcat": f"ffconcat version 1.0\nfile '{url}'\n"}
    for suffix, text in playlists.items():
        path = tmp_path / f"clip.{suffix}"
        path.write_text(text)
        with pytest.raises(NotMedia):
            probe.probe(path)
        with pytest.raises(FFmpegFailed):
            ffmpeg.run(jpeg.clip_poster(ffmpeg.executable(), path, VIDEO, tmp_path / "out.jpg", at_us=0, side=64))
    program = [ffmpeg.executable(), "-v", "error", "-i", url, "-f", "null", "-"]
    with pytest.raises(FFmpegFailed) as failed:  # even asked to, with every protocol allowed
        ffmpeg.run(program)
    assert "Operation not permitted" in "".join(failed.value.__notes__)
    assert not listener.connected.is_set()
    subprocess.run(program, check=False, capture_output=True)  # outside the sandbox it does
    assert listener.connected.wait(10)


def test_a_movie_whose_picture_is_in_another_file_is_refused(make: Maker, tmp_path: Path) -> None:
    """An alias record with an absolute path, as QuickTime writes it; FFmpeg follows it only if asked to."""
    elsewhere, path = tmp_path / "elsewhere.mov", tmp_path / "clip.mov"
    run(*picture("64x48", seconds="0.5"), "-c:v", "mjpeg", str(elsewhere))
    path.write_bytes(with_external_reference(elsewhere.read_bytes(), str(elsewhere)))
    follow = ("-enable_drefs", "1", "-use_absolute_path", "1")
    checked = run(*follow, "-i", str(path), "-map", "0:v", "-f", "framemd5", "-").decode()
    assert len([line for line in checked.splitlines() if not line.startswith("#")]) == 15  # it is a good reference
    with pytest.raises(NotMedia) as refused:
        probe.probe(path)
    assert refused.value.code in ("truncated", "unreadable")
    with pytest.raises(FFmpegFailed):
        ffmpeg.run(jpeg.clip_poster(ffmpeg.executable(), path, VIDEO, tmp_path / "out.jpg", at_us=0, side=64))


@pytest.mark.parametrize("name", ["avc1", "in24"])
def test_a_stream_that_nothing_here_decodes(name: str, make: Maker, tmp_path: Path) -> None:
    """Without a picture it is refused, without its sound it is silent."""
    path = tmp_path / "clip.mov"
    whole = make("QuickTime with PCM").read_bytes()
    path.write_bytes(whole.replace(name.encode(), b"zzzz"))
    assert path.read_bytes() != whole
    if name == "in24":
        facts = probe.probe(path)
        assert (facts.audio, [warning.code for warning in facts.warnings]) == (None, ["sound_not_read"])
        return
    with pytest.raises(NotMedia) as refused:
        probe.probe(path)
    assert refused.value.code == "unsupported_codec"
    assert refused.value.message.startswith("Medley does not read this kind of ")


def test_a_refusal_names_no_path(tmp_path: Path) -> None:
    path = tmp_path / "secret-folder" / "clip.mp4"
    path.parent.mkdir()
    run(*PLAIN, str(path))
    path.write_bytes(path.read_bytes()[:3_000])
    with pytest.raises(NotMedia) as refused:
        probe.probe(path)
    assert "secret-folder" not in f"{refused.value.message} {refused.value.metadata}"
