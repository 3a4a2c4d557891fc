"""Cost model of the encoder: how long a stretch of a clip takes to encode, and into how many segments it is cut."""

from medley.apps.video_mixer.spec import MixSpec
from medley.contracts.engine import Codec, Quality
from medley.contracts.media import ClipSource, Rational

# A rough cost model of the encoder: pixels it takes in one second on the two vCPU of a render function, scaling
# included, at `standard` quality. Measured on two slower cores: x264 veryfast takes about 86 million per CPU second.
PIXELS_PER_S = 60_000_000
EFFORT: dict[Quality, int] = {"draft": 1, "standard": 1, "high": 4}
CODEC_EFFORT: dict[Codec, int] = {"h264": 1, "hevc": 4, "av1": 3}
DECODE_SHARE = 4  # decoding and scaling a source pixel costs a quarter of encoding one
SEGMENT_MS = 40_000  # estimated time to encode the longest segment, so that a task that is cut short lost little


def shot_ms(clip: ClipSource, speed: Rational, spec: MixSpec, frames: int) -> int:
    """Estimated time to encode `frames` output frames of a clip at a speed, in milliseconds, at least one."""
    canvas, video = spec.canvas, clip.facts.video
    source = frames * video.fps.num * speed.num * canvas.fps.den, video.fps.den * speed.den * canvas.fps.num
    read = source[0] * video.width * video.height // source[1]
    pixels = frames * canvas.width * canvas.height * EFFORT[spec.quality] * CODEC_EFFORT[spec.codec]
    pixels += read // DECODE_SHARE
    return max(1, pixels * 1000 // PIXELS_PER_S)


def segments_of(clip: ClipSource, speed: Rational, spec: MixSpec, frames: int) -> int:
    """Into how many segments so many frames of a clip are cut."""
    return min(frames, -(-shot_ms(clip, speed, spec, frames) // SEGMENT_MS))
