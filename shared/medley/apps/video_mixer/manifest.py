"""How the video mixer presents itself."""

from medley.apps.registry import Manifest

MANIFEST = Manifest(
    id="video_mixer",
    name="Video mixer",
    description="Mixes a handful of clips into many different videos, each clip encoded once.",
    icon="shuffle",
    version="1",
    planner_version=3,
    order=10,
    color="#7048e8",
    requires=("render", "assemble"),
    features=("automatic", "groups", "exact-capacity", "seed"),
)
