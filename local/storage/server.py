"""Server process behind `service`: `python -m local.storage.server '{"bucket": ..., "folder": ..., ...}'`.

Serves S3 and SQS with moto and prints the port as a line on standard output once it does.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from moto.moto_server.werkzeug_app import MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

from local.storage import moto_objects, moto_queues
from local.storage.grants import Grants
from local.storage.object_requests import ObjectRequests
from local.storage.objects import ObjectFolder, Record

_DAY_S = 86_400
HOST = "127.0.0.1"


@dataclass(frozen=True)
class Arguments:
    """`port` 0 takes a free one; `expire_days` says after how many days the objects below a prefix go; `grants` is
    what each function may do."""

    bucket: str
    folder: str
    durable: bool
    port: int
    expire_days: dict[str, int]
    grants: Grants


class _Handler(MotoRequestHandler):
    disable_nagle_algorithm = True  # else the end of an answer can wait 40 ms for an acknowledgement

    def log_request(self, code: Any = "-", size: Any = "-") -> None:
        """Nothing: a line per request is more than anyone reads."""


def application(handover: moto_objects.Handover, grants: Grants) -> WSGIApplication:
    """S3 and SQS, and none of moto's other services."""
    s3 = ObjectRequests(create_backend_app("s3"), handover, grants)
    sqs = create_backend_app("sqs")

    def dispatch(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        service = sqs if environ.get("HTTP_X_AMZ_TARGET", "").startswith("AmazonSQS.") else s3
        return service(environ, start_response)

    return dispatch


def serve(arguments: Arguments) -> None:
    """Serve until the process is ended."""
    folder = ObjectFolder(Path(arguments.folder), durable=arguments.durable)
    moto_queues.install()
    handover = moto_objects.install(folder)
    moto_objects.make_bucket(arguments.bucket)
    now = time.time()

    def expired(record: Record) -> bool:
        return any(
            record.key.startswith(prefix) and record.modified < now - days * _DAY_S
            for prefix, days in arguments.expire_days.items()
        )

    moto_objects.restore(arguments.bucket, folder.load(expired))
    server = make_server(
        HOST, arguments.port, application(handover, arguments.grants), threaded=True, request_handler=_Handler
    )
    print(server.port, flush=True)
    server.serve_forever()


def main() -> None:
    # At once: what is stored is on the disk, and taking moto's objects apart one by one would remove it.
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; our parent says when to stop
    serve(Arguments(**json.loads(sys.argv[1])))


if __name__ == "__main__":
    main()
