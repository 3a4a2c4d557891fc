"""FFmpeg commands as argv lists, made by pure functions from plain values: how all of them begin.

File names are ours and always prefixed `file:`; nothing a user typed is an argument, except tags that have been
cleaned. Graphs are built by ffmpeg-python, which only quotes and orders; it runs nothing here.
"""

from typing import Any

import ffmpeg

GLOBAL = ("-hide_banner", "-nostdin", "-nostats", "-v", "error", "-progress", "pipe:1", "-stats_period", "0.5", "-y")


def argv(executable: str, stream: Any, *more: str) -> list[str]:
    """The command that makes the outputs `stream`; `more` are options for all of it."""
    words: list[str] = ffmpeg.compile(stream, cmd=[executable, *GLOBAL, *more])
    return words
