"""The tools media work stands on, tried out on a clip of our own: no fault of theirs is to be taken for a file's."""

import logging
from fractions import Fraction
from pathlib import Path

from medley import workdir
from medley.contracts.engine import SAMPLE_RATE
from medley.errors import SelfTestFailed, Unavailable
from medley.media.intake import probe
from medley.media.picture import perceptual_hash
from medley.media.sandbox import ffmpeg

FRAMES, RATE, SIDE_PX = 10, 30, 64

log = logging.getLogger("medley.media")


class SelfTest:
    """What a process of a media function asks before it takes work: once while all is well.

    Scratch space is made below `folder`.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._passed = False

    def require(self) -> None:
        """Raises: SelfTestFailed; Unavailable: the disk is full, so nothing can be tried."""
        if self._passed:
            return
        try:
            said = try_out(self._folder)
        except SelfTestFailed as failure:
            log.critical("not ready for media, no work is taken", exc_info=True, extra={"reason": failure.message})
            raise
        log.info("ready for media", extra=said)
        self._passed = True

    def repeat(self) -> None:
        """Try again, since something broke. Raises: as `require`, which then keeps trying until all is well."""
        self._passed = False
        self.require()


def try_out(folder: Path) -> dict[str, str | bool]:
    """Make a clip, probe it and hash a picture; returns what is in force, for the log.

    Raises:
        SelfTestFailed: which of the tools does not work, and how it failed.
        Unavailable: the disk is full.
    """
    tool = "FFmpeg"
    try:
        said = ffmpeg.ready()
        with workdir.scratch(folder) as scratch:
            clip = scratch / "clip.mp4"
            _make(clip)
            tool = "the probe"
            _check(clip)
            tool = "the reader of pictures"
            perceptual_hash.prints(bytes(range(256)) * (perceptual_hash.PICTURE_BYTES // 256))
    except Unavailable:
        raise
    except Exception as error:  # whatever it is: a library that is missing, older or newer than the code
        failure = SelfTestFailed(f"Medley's own tools do not work here. {tool} failed: {_reason(error)}", tool=tool)
        raise failure from error
    return said


def _make(clip: Path) -> None:
    picture, sound = f"testsrc2=size={SIDE_PX}x{SIDE_PX}:rate={RATE}", f"sine=sample_rate={SAMPLE_RATE}"
    argv = [ffmpeg.executable(), "-nostdin", "-v", "error", "-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound]
    coded = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac"]
    ffmpeg.run([*argv, *coded, "-frames:v", str(FRAMES), "-t", str(FRAMES / RATE), f"file:{clip}"])


def _check(clip: Path) -> None:
    """Raises: ValueError, if the probe sees another clip than was made."""
    facts = probe.probe(clip)
    video, audio = facts.video, facts.audio
    seen = (video.width, video.height, video.frames, video.fps.fraction, audio and audio.sample_rate)
    if seen != (SIDE_PX, SIDE_PX, FRAMES, Fraction(RATE), SAMPLE_RATE):
        raise ValueError(f"a test clip was read as {seen}")


def _reason(error: Exception) -> str:
    """The error and the last line of what a child process said, if one did."""
    said = [line for note in getattr(error, "__notes__", ()) for line in note.splitlines() if line.strip()]
    return " ".join([f"{type(error).__name__}: {error}", *said[-1:]])
