"""Counts become CloudWatch metrics by way of the log."""

import json

import pytest

from functions.dead_letter import handler as dead_letter
from functions.sweep import handler as sweep


def test_sweep_publishes_one_metric_each(capsys: pytest.CaptureFixture[str]) -> None:
    sweep.publish({"broken_I1": 0, "tasks_sent_again": 3})
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
