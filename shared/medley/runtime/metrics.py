"""Metrics: the table of all we publish, and how one is published, by way of the log (EMF). A counter each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit

NAMESPACE: Final = "Medley"


@dataclass(frozen=True)
class Metric:
    """A name (`*` stands for anything), who publishes it, what it counts; `alarm` says when a person is called."""

    name: str
    services: tuple[str, ...]
    counts: str
    alarm: str = ""


SWEEP: Final = ("sweep",)
ONE: Final = "one or more"
METRICS: Final = (
    Metric("apps_left_out", ("api", "plan", "worker", "bundle"), "apps that do not load here, or miss a lane", ONE),
    Metric("tasks_broken", ("worker",), "tasks that failed by a fault of ours: a grant, a bucket, the code", ONE),
    Metric("aws_refused", ("any",), "calls that AWS refuses and no waiting mends, in any function", ONE),
    Metric("dead_messages_lost", ("dead_letter",), "dead messages nobody can act on", ONE),
    Metric("canary_failed", ("canary",), "hourly runs of the whole job that did not end well", "two of two, or none"),
    Metric("canary_s", ("canary",), "seconds the whole job took"),
    Metric("passes_begun", SWEEP, "passes of sweep"),
    Metric("passes_ended", SWEEP, "passes of sweep that lived to the end", "fewer than were begun, or none"),
    Metric("broken_I*", SWEEP, "rows that break this invariant", ONE),
    Metric("broken_invariants", SWEEP, "all of those together", ONE),
    Metric("outbox_oldest_s", SWEEP, "seconds that the oldest unsent message has been due", "over 180"),
    Metric("credits_held", SWEEP, "credits that are held at the moment"),
    Metric("credits_captured", SWEEP, "credits captured in the last hour"),
    Metric("looked_at", SWEEP, "rows that changed, which the audit looked at"),
    Metric("not_looked_at", SWEEP, "rows that changed and that there was no time for; a round comes to them"),
    Metric("rounds_looked_at", SWEEP, "rows of any age that the audit looked at"),
    Metric("generations_ended", SWEEP, "generations that were past their deadline", ONE),
    Metric("orders_sent_again", SWEEP, "orders that no planner had planned for too long"),
    Metric("tasks_missed", SWEEP, "tasks of which nothing was heard for too long"),
    Metric("tasks_sent_again", SWEEP, "tasks that were sent again as the queues were lost"),
    Metric("ends_told_again", SWEEP, "ends of generations that workers had not been told of"),
    Metric("bundles_ended", SWEEP, "bundles that were not ready in time"),
    Metric("volumes_rescued", SWEEP, "archives nobody was making any more"),
    Metric("clips_rescued", SWEEP, "clips whose event was lost, or that never came"),
    Metric("assets_rescued", SWEEP, "likewise assets"),
    Metric("clips_removed", SWEEP, "clips whose objects were deleted"),
    Metric("assets_removed", SWEEP, "likewise assets"),
    Metric("outputs_expired", SWEEP, "outputs that were kept long enough, whose files were deleted"),
    Metric("bundles_removed", SWEEP, "bundles whose archives were deleted"),
    Metric("bundles_pruned", SWEEP, "rows of bundles that ended long ago"),
    Metric("sockets_pruned", SWEEP, "connections that are gone"),
    Metric("attempts_pruned", SWEEP, "counts of sign-ins that are too old"),
    Metric("sessions_pruned", SWEEP, "sessions that ended long ago"),
    Metric("devices_pruned", SWEEP, "devices not seen for very long"),
    Metric("tickets_pruned", SWEEP, "used socket tickets that are too old"),
    Metric("links_pruned", SWEEP, "links of mails whose time is over"),
    Metric("mails_pruned", SWEEP, "notes that a mail was sent, too old"),
    Metric("exports_pruned", SWEEP, "exports whose archives are gone"),
    Metric("audit_pruned", SWEEP, "events of the audit log that are too old"),
    Metric("users_erased", SWEEP, "people of whose deleted accounts nothing is left in the bucket"),
    Metric("keys_pruned", SWEEP, "answers under an Idempotency-Key that are too old"),
    Metric("messages_pruned", SWEEP, "published messages that are too old"),
    Metric("work_forgotten", SWEEP, "ended generations whose tasks were deleted"),
    Metric("uploads_forgotten", SWEEP, "rows of deleted clips and assets"),
)


def publish(service: str, counts: Mapping[str, int]) -> None:
    """Count so many on each of these metrics of METRICS, for the function `service`."""
    metrics = Metrics(namespace=NAMESPACE, service=service)
    for name, count in counts.items():
        metrics.add_metric(name=name, unit=_unit(name), value=count)
    metrics.flush_metrics()


def _unit(name: str) -> MetricUnit:
    return MetricUnit.Seconds if name.endswith("_s") else MetricUnit.Count
