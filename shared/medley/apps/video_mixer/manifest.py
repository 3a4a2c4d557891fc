"""How the video mixer presents itself."""

from medley.apps.registry import Manifest
from medley.apps.video_mixer.planning.planner import PLANNER_VERSION

MANIFEST = Manifest(
    id="video_mixer",
    name="Video mixer",
    description="Mixes a handful of clips into many different videos, each clip encoded once.",
    icon="shuffle",
    version="1",
    planner_version=PLANNER_VERSION,
    features=("automatic", "groups", "exact-capacity", "seed"),
)
