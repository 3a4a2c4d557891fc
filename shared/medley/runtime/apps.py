"""The apps of a function, and one on a metric for each that cannot be used: the log says why."""

from medley.apps.registry import Registry, registry
from medley.runtime import metrics


def loaded(service: str) -> Registry:
    """The registry of this process, for the function `service`. Metric: `apps_left_out`."""
    found = registry()
    if found.failures:
        metrics.publish(service, {"apps_left_out": len(found.failures)})
    return found
