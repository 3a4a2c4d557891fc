"""Mixing: music and a voice-over under and over the joined sound of the clips."""

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ffmpeg as graph

from medley import limits
from medley.contracts.engine import SAMPLE_RATE, Mixdown, Music
from medley.contracts.media import Digest
from medley.domain.wording import refused
from medley.errors import FFmpegFailed
from medley.media.sandbox import ffmpeg
from medley.media.sandbox.allowlist import sound_options
from medley.media.sandbox.ffmpeg_command import argv
from medley.media.sound import audio_filters, pcm

# Music under speech: 5 to 15 dB down at once, back within half a second. The threshold is -26 dBFS, times are in ms.
DUCKING = {"threshold": 0.05, "ratio": 6, "attack": 20, "release": 400}
FULL_SCALE = {"limit": 0.98, "level": 0, "latency": 1}  # what several sounds add up to above it is held back


@dataclass(frozen=True)
class Tracks:
    """What is heard besides the clips, as WAVs of ours."""

    music: Path | None = None
    voice: Path | None = None


def decoded(
    mixdown: Mixdown, assets: Mapping[str, Path], workdir: Path, remaining_s: Callable[[], float] | None = None
) -> Tracks:
    """The mixdown's assets, decoded once into `workdir`, where the next output finds them.

    Raises:
        NotMedia: code `unreadable_asset`.
        FFmpegFailed, Unavailable: as `ffmpeg.run`.
    """

    def track(sha256: Digest) -> Path:
        wav = workdir / f"asset-{sha256}.wav"
        if not wav.exists():
            _decode(assets[sha256], wav, remaining_s)
        return wav

    return Tracks(
        music=track(mixdown.music.asset.facts.sha256) if mixdown.music else None,
        voice=track(mixdown.voice.asset.facts.sha256) if mixdown.voice else None,
    )


def _decode(asset: Path, wav: Path, remaining_s: Callable[[], float] | None) -> None:
    """Made beside its place and renamed, since another thread may be making it too."""
    with tempfile.TemporaryDirectory(prefix="asset-", dir=wav.parent) as name:
        made = Path(name) / wav.name
        try:
            ffmpeg.run(decode_command(ffmpeg.executable(), asset, made), remaining_s=remaining_s)
        except FFmpegFailed as error:
            if error.metadata.get("status", 0) > 0:  # it ended by itself
                raise refused("unreadable_asset") from error
            raise
        if pcm.length(made) == 0:
            raise refused("unreadable_asset")
        made.replace(wav)


def decode_command(executable: str, asset: Path, out: Path) -> list[str]:
    """An asset as PCM: its samples one after the other, whatever its times say, so that it loops without a gap."""
    options: dict[str, Any] = {**sound_options()}
    options |= {"max_streams": limits.CLIP_STREAMS, "max_pixels": limits.CLIP_PIXELS, "threads": 1}
    stream = graph.input(f"file:{asset}", t=limits.OUTPUT_DURATION_S, **options)["a:0"]
    stream = stream.filter("asetpts", "N/SR/TB").filter("aresample", SAMPLE_RATE, ochl="stereo")
    stream = stream.filter("aformat", sample_fmts="s16", channel_layouts="stereo")
    return argv(executable, audio_filters.wav(stream, out))


def mixed(clips: Any, mixdown: Mixdown, tracks: Tracks, samples: int) -> Any:
    """`samples` samples of everything at once; nothing is made quieter for being one of several."""
    front, voiced = clips, mixdown.voice is not None
    if mixdown.voice is not None and tracks.voice is not None:
        voice = _track(tracks.voice, loop=False).filter("atrim", end_sample=samples)
        front = _together(clips, voice.filter("volume", mixdown.voice.volume_percent / 100))
    if mixdown.music is None or tracks.music is None:
        return _exact(front.filter("alimiter", **FULL_SCALE), samples) if voiced else clips
    bed = _bed(mixdown.music, tracks.music, samples)
    if mixdown.music.duck:
        split = front.filter_multi_output("asplit")
        front, key = split[0], split[1].filter("apad", pad_len=SAMPLE_RATE)  # the compressor loses the ends
        bed = graph.filter([bed, key], "sidechaincompress", **DUCKING)
    return _exact(_together(front, bed).filter("alimiter", **FULL_SCALE), samples)


def _bed(music: Music, wav: Path, samples: int) -> Any:
    """Music within `samples` samples, then silence without end. Fades that are too long share the time it is heard."""
    heard = samples if music.loop else min(samples, pcm.length(wav))
    fades = [ms * SAMPLE_RATE // 1000 for ms in (music.fade_in_ms, music.fade_out_ms)]
    if sum(fades) > heard:
        fades = [fade * heard // sum(fades) for fade in fades]
    stream = _track(wav, loop=music.loop).filter("atrim", end_sample=heard)
    stream = stream.filter("volume", music.volume_percent / 100)
    if fades[0]:
        stream = stream.filter("afade", t="in", ss=0, ns=fades[0])
    if fades[1]:
        stream = stream.filter("afade", t="out", ss=heard - fades[1], ns=fades[1])
    return stream.filter("apad")


def _track(wav: Path, *, loop: bool) -> Any:
    options = {"stream_loop": -1} if loop else {}
    return graph.input(f"file:{wav}", f="wav", protocol_whitelist="file", **options)["a:0"]


def _together(first: Any, second: Any) -> Any:
    """Both at the volume they have, as long as the first."""
    return graph.filter([first, second], "amix", inputs=2, duration="first", normalize=0)


def _exact(stream: Any, samples: int) -> Any:
    return stream.filter("apad", whole_len=samples).filter("atrim", end_sample=samples)
