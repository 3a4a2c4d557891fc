"""Looks: cheap, exact changes of a picture that lies on the canvas. Overlays come after them, so a mirrored picture
carries readable text.

Zooming is not here: it is a larger size to scale to (`geometry.fitted`), so that it costs no second scaling.
"""

from typing import Any

from medley.contracts.engine import Look

# How far white is moved towards red and blue, of full scale. Black stays black and brightness stays as it is: the
# shift grows with it, and only the two colour planes are touched.
WARM = {"rh": 0.035, "bh": -0.05}
COOL = {"rh": -0.035, "bh": 0.05}
NEUTRAL = 128  # of an 8-bit colour plane
ZOOM_PERCENT: dict[Look, int] = {"zoom_103": 103, "zoom_106": 106}


def zoom_percent(look: Look) -> int:
    """The size a picture is shown at, of what its fit asks for."""
    return ZOOM_PERCENT.get(look, 100)


def applied(stream: Any, look: Look) -> Any:
    """The look on a picture in BT.709, limited range, 4:2:0."""
    if look == "mirror":
        return stream.filter("hflip")
    if look == "mono":
        return stream.filter("lutyuv", u=NEUTRAL, v=NEUTRAL)
    if look in ("warm", "cool"):
        return stream.filter("colorcorrect", **(WARM if look == "warm" else COOL))
    return stream
