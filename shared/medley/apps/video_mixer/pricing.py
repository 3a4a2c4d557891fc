"""The price of a video, in credits, line by line."""

from medley.apps.video_mixer.spec import MixSpec
from medley.apps.video_mixer.wording import SAID
from medley.domain.quotes import PriceLine

VIDEO = 1
SHUFFLED = 1
RESOLUTION = {480: 0, 720: 2, 1080: 5, 1440: 8, 2160: 12}
HIGH_FRAME_RATE = 3
SMART_SHARES = 1
HIGH_FRAME_RATE_FROM = 48  # frames per second


def price_lines(spec: MixSpec) -> tuple[PriceLine, ...]:
    """The lines of a quote; each is for every one of `spec.count` videos."""
    lines = [(SAID.say("video"), VIDEO)]
    if spec.order == "shuffled":
        lines.append((SAID.say("order_mixing"), SHUFFLED))
    if RESOLUTION[spec.resolution]:
        lines.append((SAID.say(f"resolution_{spec.resolution}"), RESOLUTION[spec.resolution]))
    if spec.canvas.fps.fraction >= HIGH_FRAME_RATE_FROM:
        lines.append((SAID.say("high_frame_rate", fps=spec.fps), HIGH_FRAME_RATE))
    if spec.share == "smart":
        lines.append((SAID.say("smart_shares"), SMART_SHARES))
    return tuple(PriceLine.of(label, each, spec.count) for label, each in lines)
