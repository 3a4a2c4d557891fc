"""The soundtrack: what is heard besides the clips, from the spec and the project's assets."""

from typing import Literal
from uuid import UUID

from medley.apps.registry import Library
from medley.apps.video_mixer.choices import AudioTrack
from medley.apps.video_mixer.spec import MixSpec
from medley.apps.video_mixer.wording import SAID
from medley.contracts.assets import AssetSource
from medley.contracts.engine import Mixdown, Music, Voice
from medley.contracts.media import ClipFacts
from medley.errors import InvalidInput


def mixdown(spec: MixSpec, library: Library) -> Mixdown:
    """Music, voice-over and loudness of every video of an order.

    Raises:
        InvalidInput: code `asset_not_in_project`.
    """
    music = voice = None
    if spec.music is not None:
        asset = find_asset(library, spec.music.asset, "audio", "music")
        fades = {"fade_in_ms": int(spec.music.fade_in_s * 1000), "fade_out_ms": int(spec.music.fade_out_s * 1000)}
        music = Music(asset=asset, **fades, **spec.music.model_dump(exclude={"asset", "fade_in_s", "fade_out_s"}))
    if spec.voice is not None:
        asset = find_asset(library, spec.voice.asset, "audio", "voice")
        voice = Voice(asset=asset, volume_percent=spec.voice.volume_percent)
    return Mixdown(music=music, voice=voice, loudness_lufs=spec.loudness_lufs)


def find_asset(library: Library, asset_id: UUID, kind: Literal["audio", "image"], use: str) -> AssetSource:
    """The project's asset for a use of that name.

    Raises:
        InvalidInput: code `asset_not_in_project`; there is none that is ready, or it is of another kind.
    """
    for asset in library.assets:
        if asset.asset_id == asset_id and asset.facts.kind == kind:
            return asset
    raise InvalidInput(SAID.say("asset_not_in_project", field=use, kind=kind), asset_id=str(asset_id))


def tracks(facts: ClipFacts, asked: AudioTrack) -> tuple[int, ...]:
    """The sound tracks of a clip that are heard, by their places; none: the one that its facts name."""
    audio = facts.audio
    if audio is None or asked == "default":
        return ()
    if asked == "mix":
        return audio.tracks if len(audio.tracks) > 1 else ()
    return (asked - 1,) if asked - 1 in audio.tracks and asked - 1 != audio.track else ()


def lacks(facts: ClipFacts, asked: AudioTrack) -> bool:
    """Whether a clip has sound, but no track of the number asked for; or several that were not looked at."""
    audio = facts.audio
    if audio is None or asked == "default":
        return False
    if asked == "mix":
        return not audio.tracks and any(found.code == "sound_tracks" for found in facts.warnings)
    return asked - 1 not in (audio.track, *audio.tracks)
