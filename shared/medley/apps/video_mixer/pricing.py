"""What a video costs, in credits, line by line."""

from medley.apps.video_mixer.spec import MixSpec
from medley.domain.quotes import PriceLine

VIDEO = 1
SHUFFLED = 1
RESOLUTION = {480: 0, 720: 2, 1080: 5, 1440: 8, 2160: 12}
HIGH_FRAME_RATE = 3
SMART_SHARES = 1
HIGH_FRAME_RATE_FROM = 48  # frames per second


def price_lines(spec: MixSpec) -> tuple[PriceLine, ...]:
    """The lines of a quote; each is for every one of `spec.count` videos."""
    lines = [("video", "Video", VIDEO)]
    if spec.order == "shuffled":
        lines.append(("order_mixing", "Order mixing", SHUFFLED))
    if RESOLUTION[spec.resolution]:
        lines.append((f"resolution_{spec.resolution}", f"{spec.resolution}p", RESOLUTION[spec.resolution]))
    if spec.canvas.fps.fraction >= HIGH_FRAME_RATE_FROM:
        lines.append(("high_frame_rate", f"{spec.fps} frames per second", HIGH_FRAME_RATE))
    if spec.share == "smart":
        lines.append(("smart_shares", "Smart distribution", SMART_SHARES))
    return tuple(PriceLine(code, label, each, spec.count) for code, label, each in lines)
