"""The apps of a function, and one on a metric for each that cannot be used: the log says why."""

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit

from medley.apps.registry import Registry, registry


def loaded(service: str) -> Registry:
    """The registry of this process, for the function `service`. Metric: `apps_left_out`, by way of the log (EMF)."""
    found = registry()
    if found.failures:
        metrics = Metrics(namespace="Medley", service=service)
        metrics.add_metric(name="apps_left_out", unit=MetricUnit.Count, value=len(found.failures))
        metrics.flush_metrics()
    return found
