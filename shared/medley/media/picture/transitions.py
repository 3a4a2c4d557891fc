"""Transitions from one shot into another, both as long as the passage: no frame of it is purely either shot's, since
those stand beside it, in the bodies it lies between."""

from typing import Any

import ffmpeg

from medley.contracts.engine import Canvas, Transition

BLACK, NEUTRAL = 16, 128  # brightness and colour of black in 8 bits, limited range
XFADES: dict[Transition, str] = {"dissolve": "fade", "wipe": "wipeleft", "slide": "slideleft"}


def passage(kind: Transition, tail: Any, head: Any, frames: int, canvas: Canvas) -> Any:
    """`frames` frames that pass from `tail` into `head`, which have as many each.

    Frame i of t, counted from 0, is (i + 1)/(t + 1) of the way; `fade` is black at its middle, on frame t/2 - 1. Where
    either shot ends early, so does the passage.
    """
    if kind == "fade":
        return _through_black(tail, head, frames, canvas)
    both = tail.filter_multi_output("split")
    # Past the edge of the canvas, where it is not seen, `tail` holds `head` to its own length: were it shorter, xfade
    # would jump to `head` and say nothing.
    held = head.overlay(both[1], x="main_w", shortest=1)
    return _xfade(both[0], held, XFADES[kind], frames + 1, canvas)


def _through_black(tail: Any, head: Any, frames: int, canvas: Canvas) -> Any:
    """Half of the passage down to black, which its last frame reaches, the rest up from it."""
    down = frames // 2
    both = tail.filter_multi_output("split")
    black = both[1].filter("lutyuv", y=BLACK, u=NEUTRAL, v=NEUTRAL)
    falling = _xfade(both[0], black, "fade", down, canvas)
    rising = head.filter("fade", type="in", start_frame=down - 1, nb_frames=frames - down + 1)
    return falling.overlay(rising, enable=f"gte(n,{down})", shortest=1)


def _xfade(one: Any, other: Any, name: str, steps: int, canvas: Canvas) -> Any:
    """From `one` into `other` in `steps` frames, the first of which is already a step away."""
    step_us = 1_000_000 / canvas.fps.fraction
    return ffmpeg.filter(
        [one, other], "xfade", transition=name, duration=f"{round(steps * step_us)}us", offset=f"-{round(step_us)}us"
    )
