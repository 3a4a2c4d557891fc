"""Counts become CloudWatch metrics by way of the log, each of them one that the table names."""

import json
from collections import Counter
from fnmatch import fnmatch

import pytest

from functions.dead_letter import handler as dead_letter
from medley.runtime.metrics import METRICS, SWEEP, publish
from tests.flows.conftest import Sweep


def test_counts_are_published_as_one_metric_each(capsys: pytest.CaptureFixture[str]) -> None:
    publish("sweep", {"broken_I1": 0, "tasks_sent_again": 3})
    line = json.loads(capsys.readouterr().out)
    assert (line["broken_I1"], line["tasks_sent_again"], line["service"]) == ([0.0], [3.0], "sweep")
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "Medley"
    assert directive["Metrics"] == [
        {"Name": "broken_I1", "Unit": "Count"},
        {"Name": "tasks_sent_again", "Unit": "Count"},
    ]


def test_a_lost_dead_message_is_a_metric(capsys: pytest.CaptureFixture[str]) -> None:
    dead_letter.count_lost()
    assert json.loads(capsys.readouterr().out)["dead_messages_lost"] == [1.0]


def test_sweep_publishes_what_the_table_says_of_it(run_sweep: Sweep, metrics: Counter[str]) -> None:
    run_sweep()
    run_sweep(queues_lost=True)
    rows = [row.name for row in METRICS if row.services == SWEEP]
    assert [name for name in metrics if not any(fnmatch(name, row) for row in rows)] == []
    assert [row for row in rows if not any(fnmatch(name, row) for name in metrics)] == []
