"""What the segment engine (`medley.media`) is told beside footage: what a finished file says of itself, and what is
heard besides the clips. Any app may ask it."""

from pydantic import Field

from medley.contracts.assets import AssetSource
from medley.contracts.media import Wire


class Tags(Wire):
    """What a finished file says of itself."""

    title: str
    artist: str = ""
    comment: str = ""


class Music(Wire):
    """A bed of music under the clips' sound. `duck`: it steps back while they or the voice are heard."""

    asset: AssetSource
    volume_percent: int = Field(default=35, ge=0, le=400)
    loop: bool = True
    fade_in_ms: int = Field(default=0, ge=0, le=30_000)
    fade_out_ms: int = Field(default=2_000, ge=0, le=30_000)
    duck: bool = True


class Voice(Wire):
    """A voice-over from the first frame on."""

    asset: AssetSource
    volume_percent: int = Field(default=100, ge=0, le=400)


class Mixdown(Wire):
    """What is heard besides the clips, and how loud all of it is: integrated loudness in LUFS (EBU R 128), or as it
    comes."""

    music: Music | None = None
    voice: Voice | None = None
    loudness_lufs: int | None = Field(default=None, ge=-36, le=-8)
