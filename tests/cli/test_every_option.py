"""Every option of the spec once through the whole engine: exact frames, as much sound, clean decoding."""

import math
import subprocess
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import pytest
from typer.testing import CliRunner

from cli.main import app
from medley.media.sandbox import ffmpeg
from tests.apps import scenes


@pytest.fixture(scope="module")
def footage(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Four clips, a song, a voice and an image."""
    folder = tmp_path_factory.mktemp("footage")
    files = scenes.make(folder, seconds=1.5)
    for name, source, suffix in (
        ("song", "sine=frequency=440:duration=1", "mp3"),
        ("voice", "anoisesrc=duration=1:amplitude=0.3", "wav"),
        ("logo", "color=white@0.5:size=64x64:duration=0.1,format=rgba", "png"),
    ):
        files[name] = folder / f"{name}.{suffix}"
        command = [ffmpeg.executable(), "-v", "error", "-f", "lavfi", "-i", source]
        subprocess.run([*command, *(["-frames:v", "1"] if suffix == "png" else []), str(files[name])], check=True)
    return files


def mixed(tmp_path: Path, *arguments: str) -> dict[str, Any]:
    """The report of a run that made every video asked for."""
    import json

    report = tmp_path / "report.json"
    command = ["mix", *arguments, "--out", str(tmp_path / "out"), "--json", str(report), "--no-cache"]
    result = CliRunner().invoke(app, command, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(report.read_text())
    return found


def assert_exact(output: dict[str, Any], rate: Fraction) -> None:
    """Frames as planned, evenly spaced; as much sound; nothing FFmpeg complains about."""
    path = Path(output["file"])
    with av.open(str(path)) as video:
        assert video.streams.video[0].average_rate == rate
        times = [frame.pts * frame.time_base for frame in video.decode(video=0)]
    assert times == [Fraction(n) / rate for n in range(output["frames"])]
    with av.open(str(path)) as video:
        samples = sum(frame.samples for frame in video.decode(audio=0))
    wanted = output["frames"] / rate * 48_000
    assert math.floor(wanted) <= samples < wanted + 1024
    command = [ffmpeg.executable(), "-v", "error", "-xerror", "-i", str(path), "-f", "null", "-"]
    decoded = subprocess.run(command, check=True, capture_output=True)
    assert decoded.stderr == b""


# Between them they name every option; tests/cli/test_spec_options.py sees to it that none is forgotten.
CASES = {
    "orders": [
        *("CLIPS", "--count", "1", "--clips-per-video", "3", "--order", "shuffled", "--first-clip", "red.mp4"),
        *("--last-clip", "gold.mp4", "--no-vary-opening", "--choose", "random", "--seed", "5", "--skip", "1"),
        *("--title", "{opening} {n}", "--artist", "Ada", "--comment", "Made of {clips}", "--quality", "standard"),
        *("--fps", "15", "--aspect", "3:4"),
    ],
    "variants": [
        *(
            "CLIPS",
            "--count",
            "3",
            "--order",
            "shuffled",
            "--never-adjacent",
            "red.mp4,gold.mp4",
            "--speeds",
            "0.5,5/4",
        ),
        *("--looks", "mirror,zoom_103,zoom_106", "--trim", "spread", "--window-s", "0.5", "--windows", "3"),
        *("--fps", "23.976", "--aspect", "1:1", "--fit", "pad", "--choose", "spread", "--vary-opening"),
    ],
    "lengths": [
        *("CLIPS", "--count", "2", "--duration-s", "1.3", "--share", "smart", "--transition", "fade"),
        *("--transition-frames", "6", "--looks", "warm,cool,mono", "--fit", "smart", "--fps", "120", "--aspect", "2:3"),
    ],
    "groups": [
        *("--groups", "hook=red.mp4,green.mp4", "body=blue.mp4,gold.mp4", "--count", "2", "--order", "fixed"),
        *(
            "--group-clips",
            "body=2",
            "--group-volume-percent",
            "hook=40",
            "--group-caption",
            "hook=It's 50% \\ off: 🎬",
        ),
        *("--transition", "dissolve", "--transition-frames", "2", "--fit", "blur", "--fps", "25", "--aspect", "4:5"),
    ],
    "overlays": [
        *("CLIPS", "--count", "2", "--caption", "No. {n}", "--caption-style-anchor", "top", "--watermark", "logo.png"),
        *("--caption-style-size-percent", "10", "--watermark-anchor", "left", "--watermark-width-percent", "30"),
        *("--watermark-opacity-percent", "50", "--transition", "wipe", "--codec", "hevc", "--container", "mov"),
        *("--duration-s", "2", "--share", "equal", "--full-check"),
    ],
    "soundtrack": [
        *("CLIPS", "--count", "2", "--music", "song.mp3", "--music-volume-percent", "50", "--music-loop"),
        *("--audio-track", "mix", "--level-clips"),
        *("--music-fade-in-s", "0.2", "--music-fade-out-s", "0.3", "--music-duck", "--voice", "voice.wav"),
        *("--voice-volume-percent", "80", "--loudness-lufs", "-14", "--audio", "keep", "--transition", "slide"),
        *("--codec", "av1", "--max-kbps", "800", "--duration-s", "2", "--share", "proportional", "--trim", "middle"),
        *("--window-s", "0.8", "--fps", "48", "--aspect", "4:3"),
    ],
}
RATES = {
    "orders": Fraction(15),
    "variants": Fraction(24000, 1001),
    "lengths": Fraction(120),
    "groups": Fraction(25),
    "soundtrack": Fraction(48),
}


@pytest.mark.parametrize("case", CASES)
def test_options(case: str, footage: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = footage["red"].parent
    monkeypatch.chdir(folder)
    clips = [str(folder / f"{colour}.mp4") for colour in scenes.SCENES]
    arguments = [part for word in CASES[case] for part in (clips if word == "CLIPS" else [word])]
    quick = ["--resolution", "480", *([] if "--quality" in arguments else ["--quality", "draft"])]
    report = mixed(tmp_path, *arguments, *quick)
    assert {output["state"] for output in report["outputs"]} == {"made"}
    assert len({output["sha256"] for output in report["outputs"]}) == len(report["outputs"])
    for output in report["outputs"]:
        assert_exact(output, RATES.get(case, Fraction(30)))


@pytest.mark.parametrize(
    ("asked", "size"),
    [
        (("3:4", 15, "h264"), (480, 640)),
        (("2:3", 48, "hevc"), (480, 720)),
        (("4:3", 120, "av1"), (640, 480)),
    ],
)
def test_canvases_and_rates(
    asked: tuple[str, int, str], size: tuple[int, int], footage: dict[str, Path], tmp_path: Path
) -> None:
    aspect, fps, codec = asked
    canvas = ["--aspect", aspect, "--fps", str(fps), "--codec", codec, "--resolution", "480", "--quality", "draft"]
    cut = ["--transition", "dissolve", "--transition-frames", "4", "--count", "1", "--seed", "3"]
    report = mixed(tmp_path, str(footage["red"]), str(footage["gold"]), *canvas, *cut)
    for output in report["outputs"]:
        assert output["frames"] == 2 * int(1.5 * fps) - 4
        assert_exact(output, Fraction(fps))
        with av.open(output["file"]) as video:
            assert (video.streams.video[0].width, video.streams.video[0].height) == size


def test_the_cases_name_every_option() -> None:
    from cli.spec_options import GROUP_FIELDS, options

    named = {word.removeprefix("--").removeprefix("no-").replace("-", "_") for case in CASES.values() for word in case}
    every = {option.name for option in options()} | {"never_adjacent", *GROUP_FIELDS}
    assert every - named == {"resolution"}  # given to all of them


def test_a_body_goes_on_where_its_passage_ends(tmp_path: Path) -> None:
    """Frame k of the clip is frame k of the video, also where the video is cut into head, body and passage."""
    dawn, night = tmp_path / "dawn.mp4", tmp_path / "night.mp4"
    for path, light in ((dawn, "16+7*N"), (night, "16")):
        picture = f"color=black:size=160x120:rate=30:duration=1,geq=lum={light}:cb=128:cr=128"
        command = [ffmpeg.executable(), "-v", "error", "-f", "lavfi", "-i", picture, "-c:v", "libx264", "-crf", "5"]
        subprocess.run([*command, "-pix_fmt", "yuv420p", str(path)], check=True)
    arguments = ["--count", "1", "--order", "fixed", "--transition", "dissolve", "--transition-frames", "8"]
    report = mixed(tmp_path, str(dawn), str(night), *arguments, "--resolution", "480", "--quality", "high")
    (output,) = report["outputs"]
    assert output["frames"] == 8 + 14 + 8 + 22
    with av.open(output["file"]) as video:
        frames = [frame.to_ndarray(format="gray")[100, 100] for frame in video.decode(video=0)]
    assert [round(int(frame) * 219 / 255 / 7) for frame in frames[:22]] == list(range(22))
    assert all(later < earlier for earlier, later in pairwise(frames[22:31]))
    assert all(abs(int(value)) < 4 for value in frames[30:])
