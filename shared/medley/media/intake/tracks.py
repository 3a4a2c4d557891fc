"""Tracks of a container: which picture and which sound make the clip.

Part of the probe's child program, so it imports nothing of Medley and decides by what streams say of themselves.
"""

from collections.abc import Callable, Collection
from typing import Any

LOOKED_AT = 300  # packets of one video track in which another shows whether it is a film or a still picture
TEXT = 60  # characters of a title that are kept


def film(container: Any, again: Callable[[], Any], decoders: Collection[str]) -> tuple[int, Any] | None:
    """The first video track that moves and can be read, and its place among those that are no cover art; else one that
    comes near to it. Cameras put thumbnails first, as a track of one picture. `again` opens the file once more."""
    footage = [stream for stream in container.streams.video if is_footage(stream)]
    if not footage:
        return None
    if len(footage) == 1:
        return 0, footage[0]
    moving = _moving(again(), {stream.index for stream in footage})
    ranked = sorted(footage, key=lambda stream: (stream.index not in moving, decoder(stream) not in decoders))
    return footage.index(ranked[0]), ranked[0]


def sound(container: Any, decoders: Collection[str]) -> tuple[int, Any] | None:
    """The audio track flagged as default, as players take it, or the first; one that can be read, if there is any."""
    tracks = list(enumerate(container.streams.audio))
    ranked = sorted(tracks, key=lambda track: (decoder(track[1]) not in decoders, not is_default(track[1])))
    return ranked[0] if ranked else None


def is_footage(stream: Any) -> bool:
    """A video stream that is not cover art."""
    return not stream.disposition & type(stream.disposition).attached_pic


def is_default(stream: Any) -> bool:
    return bool(stream.disposition & type(stream.disposition).default)


def decoder(stream: Any) -> str | None:
    """The decoder of a stream; None for one that nothing here decodes."""
    return stream.codec_context.codec.name if stream.codec_context is not None else None


def named(streams: Any) -> list[dict[str, Any]]:
    """What people know tracks by."""
    return [
        {
            "codec": stream.codec_context.codec.canonical_name if stream.codec_context is not None else "unknown",
            "decoder": decoder(stream),
            "title": str(stream.metadata.get("title", ""))[:TEXT],
            "language": str(stream.metadata.get("language", ""))[:TEXT],
        }
        for stream in streams
    ]


def _moving(container: Any, wanted: Collection[int]) -> set[int]:
    """The indices of the wanted streams that have more than one picture."""
    import av

    counts = dict.fromkeys(wanted, 0)
    with container:
        try:
            for packet in container.demux([stream for stream in container.streams if stream.index in wanted]):
                if packet.size and packet.stream_index in counts:
                    counts[packet.stream_index] += 1
                if max(counts.values()) > LOOKED_AT or min(counts.values()) > 1:
                    break
        except (av.error.FFmpegError, IndexError):  # what was counted until then counts
            pass
    return {index for index, count in counts.items() if count > 1}
