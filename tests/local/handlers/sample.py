"""Handlers for the tests of the embedded cloud. They see what a function sees: an event and an environment."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path


def echo(event, context):
    return {
        "event": event,
        "request_id": context.aws_request_id,
        "remaining_ms": context.get_remaining_time_in_millis(),
    }


def environment(event, context):
    return dict(os.environ) | {"cwd": str(Path.cwd())}


def downloads(event, context):
    """Keep a file for later, as a worker keeps what it downloaded."""
    folder = Path(os.environ["TMPDIR"]) / "downloads"
    (folder / event["name"]).touch()
    time.sleep(event["seconds"])
    tmp, found = os.environ["TMPDIR"], [path.name for path in folder.iterdir()]
    return {"tmp": tmp, "folder": str(folder.resolve()), "found": found}


def fill(event, context):
    """Write so much to /tmp, and go on."""
    (Path(os.environ["TMPDIR"]) / "work").write_bytes(bytes(event["size"]))
    while not event["then"] or not Path(event["then"]).exists():
        time.sleep(0.02)
    return os.environ["TMPDIR"]


def fail(event, context):
    raise ValueError("the handler does not like this")


def process_id(event, context):
    return os.getpid()


def nap(event, context):
    time.sleep(event["seconds"])
    return os.getpid()


def crash(event, context):
    os.kill(os.getpid(), event.get("signal", signal.SIGKILL))


def leave(event, context):
    os._exit(event["status"])


def length(event, context):
    return len(event)


def big(event, context):
    return "x" * event["size"]


def write(event, context):
    sys.stdout.write("plain words\n")
    line = {"level": "WARNING", "message": "Clip refused", "clip_id": "c1", "function_name": "x"}
    sys.stderr.write(json.dumps(line) + "\n")


def spawn(event, context):
    """Leave a child in a session of its own behind, as a media sandbox does, and report its id through a file."""
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
    with Path(event["path"]).open("w") as file:
        file.write(f"{os.getpid()} {child.pid}")
    time.sleep(event["seconds"])


class SelfTestFailed(Exception):
    """Named as the error by which a function says that it cannot work."""


def ailing(event, context):
    """As `batch`, unless the file FAULT is there: then it cannot work, whatever it is given."""
    if (fault := Path(os.environ["FAULT"])).exists():
        raise SelfTestFailed(fault.read_text())
    return batch(event, context) if "Records" in event else {"batchItemFailures": []}


def batch(event, context):
    """Write down each body; fail what says `fail`; die, or answer nonsense, when told."""
    failures = []
    for record in event["Records"]:
        body = json.loads(record["body"])
        with Path(body["path"]).open("a") as file:
            file.write(json.dumps(record) + "\n")
        match body.get("do"):
            case "fail":
                failures.append({"itemIdentifier": record["messageId"]})
            case "nonsense":
                return {"batchItemFailures": [{"itemIdentifier": "another"}]}
            case "raise":
                raise ValueError("not today")
            case "nap":
                time.sleep(60)
            case "die once" if record["attributes"]["ApproximateReceiveCount"] == "1":
                os.kill(os.getpid(), signal.SIGKILL)
    return {"batchItemFailures": failures}


def http(event, context):
    """What the test asked for in its query, or the event itself."""
    query = event.get("queryStringParameters", {})
    match query.get("do"):
        case "cookies":
            return {"statusCode": 201, "headers": {"X-One": "1"}, "cookies": ["a=1; Path=/", "b=2"], "body": "made"}
        case "binary":
            return {
                "statusCode": 200,
                "headers": {"content-type": "image/png"},
                "body": "iVBORw0=",
                "isBase64Encoded": True,
            }
        case "raise":
            raise ValueError("broken")
        case "malformed":
            return {"statusCode": "many"}
        case "nap":
            time.sleep(30)
        case "empty":
            return {"statusCode": 204}
    return event


def socket(event, context):
    """Accept who has the ticket; write down what happens; fail when told."""
    route = event["requestContext"]["routeKey"]
    with Path(os.environ["NOTES"]).open("a") as file:
        file.write(json.dumps(event) + "\n")
    if route == "$connect":
        ticket = event.get("queryStringParameters", {}).get("ticket")
        if ticket == "explode":
            raise ValueError("boom")
        return {"statusCode": 200 if ticket == "good" else 401}
    match event.get("body"):
        case "explode":
            raise ValueError("boom")
        case "ping":
            return {"statusCode": 200, "body": "pong"}
    return {"statusCode": 200}


def tick(event, context):
    with Path(os.environ["NOTES"]).open("a") as file:
        file.write(json.dumps(event) + "\n")
    if event.get("detail") == {}:
        raise ValueError("a failure does not stop the clock")


def slow_tick(event, context):
    for word in ("begin", "end"):
        with Path(os.environ["NOTES"]).open("a") as file:
            file.write(f"{word}\n")
        time.sleep(0.1)
