"""What functions write, as lines a person can read."""

import json
from datetime import UTC, datetime

from local.logs import Logs, read_line

NOW = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)


def test_a_structured_line_shows_its_message_and_what_is_particular():
    line = {
        "level": "INFO",
        "location": "handle:12",
        "message": "Segment made",
        "timestamp": "2026-03-12 11:59:58,250+0000",
        "service": "render",
        "cold_start": False,
        "function_request_id": "r-1",
        "xray_trace_id": "1-2-3",
        "generation_id": "g1",
        "frames": 84,
        "nothing": None,
    }
    entry = read_line("render", json.dumps(line), NOW)
    assert entry.at == datetime(2026, 3, 12, 11, 59, 58, 250_000, UTC)
    assert (entry.level, entry.text) == ("INFO", "Segment made  generation_id=g1  frames=84")
    assert str(entry).endswith(" render       INFO    Segment made  generation_id=g1  frames=84")


def test_an_exception_is_shown_whole():
    line = {"level": "ERROR", "message": "message failed", "exception": "Traceback:\n  File x\nValueError: no"}
    entry = read_line("record", json.dumps(line), NOW)
    assert entry.text == "message failed\n    Traceback:\n      File x\n    ValueError: no"
    assert entry.at == NOW


def test_the_runtime_clients_traceback_gets_its_lines_back():
    entry = read_line("api", "[ERROR] ValueError: no\rTraceback (most recent call last):\r\u00a0\u00a0File x", NOW)
    assert entry.level == "ERROR"
    assert entry.text == "[ERROR] ValueError: no\n    Traceback (most recent call last):\n      File x"


def test_other_lines_are_kept_as_they_are():
    for line in ("plain", "[1, 2]", '{"no": "message"}', '"text"', "{broken"):
        assert read_line("api", line, NOW).text == line


def test_metrics_are_one_short_line():
    line = {
        "_aws": {"CloudWatchMetrics": [{"Metrics": [{"Name": "made", "Unit": "Count"}]}]},
        "made": [3.0],
        "service": "x",
    }
    entry = read_line("sweep", json.dumps(line), NOW)
    assert (entry.level, entry.text) == ("DEBUG", "metrics  made=[3.0]")


def test_a_message_that_is_not_text_is_shown_as_json():
    assert read_line("api", '{"message": {"a": "é"}}', NOW).text == '{"a": "é"}'


def test_each_source_has_its_file_and_all_are_echoed(tmp_path):
    echoed = []
    logs = Logs(tmp_path / "log", echoed.append)
    logs.line("render", "one")
    logs.line("render", "   ")
    logs.say("gateway", "two", "WARNING")
    logs.close()
    assert [(entry.source, entry.text) for entry in echoed] == [("render", "one"), ("gateway", "two")]
    assert (tmp_path / "log/render.log").read_text() == f"{echoed[0]}\n"
    assert (tmp_path / "log/gateway.log").read_text() == f"{echoed[1]}\n"


FORGED = "x\n12:00:00.000 api          ERROR   forged\r\x1b[31m\u202e\u2028\x9b"


def test_what_a_stranger_chose_makes_no_line_and_steers_no_terminal(tmp_path):
    echoed = []
    logs = Logs(tmp_path / "log", echoed.append)
    logs.line("api", json.dumps({"message": FORGED, "level": FORGED, "name": FORGED, "exception": FORGED}))
    logs.line("api", FORGED.replace("\n", "\r"))
    logs.say("api", FORGED)
    logs.close()
    lines = (tmp_path / "log/api.log").read_text().split("\n")[:-1]
    assert all(line.isprintable() for line in lines)
    assert len([line for line in lines if not line.startswith("    ")]) == len(echoed) == 3
    assert "\\x1b[31m" in lines[0]
