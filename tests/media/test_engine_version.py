"""The engine's version stands for the FFmpeg that made a segment: another build gives other bytes."""

from importlib.metadata import version

from medley.contracts.engine import ENGINE_VERSION
from medley.media.sandbox import ffmpeg

# Which build each version of the engine is tied to. With another imageio-ffmpeg, raise ENGINE_VERSION and add a line:
# or segments of two builds, found in the cache under one name, would be joined.
BUILDS = {2: ("imageio-ffmpeg 0.8.1", "9.0.2")}


def test_another_build_of_ffmpeg_is_another_engine() -> None:
    assert BUILDS[ENGINE_VERSION] == (f"imageio-ffmpeg {version('imageio-ffmpeg')}", ffmpeg.version())
    assert max(BUILDS) == ENGINE_VERSION
    assert len(set(BUILDS.values())) == len(BUILDS)
