"""Server process behind `service`: `python -m local.storage.server '{"bucket": ..., "folder": ..., ...}'`.

Serves S3 and SQS with moto and prints the port as a line on standard output once it does.
"""

import json
import logging
import os
import signal
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from moto.moto_server.werkzeug_app import MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

from infra.rows import Cors
from local.signatures import Keys
from local.storage import moto_objects, moto_queues
from local.storage.cors import SiteOrigins
from local.storage.grants import Grants
from local.storage.object_requests import Access, ObjectRequests
from local.storage.objects import ObjectFolder
from local.storage.queue_requests import TARGET, QueueRequests
from local.storage.service import HOST
from local.storage.uploads import UploadFolder

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Arguments:
    """`port` 0 takes a free one; `expire_days` says after how many days the objects below a prefix go, and
    `abort_multipart_days` the uploads under way; a look is taken each `expire_every_s`. `grants` is what each function
    may do, `access_keys` are who may sign; pages of `origins` may do what `cors` says.

    The secret that requests are signed with is no argument, which every user of the machine could read: it is in the
    environment, as AWS_SECRET_ACCESS_KEY.
    """

    bucket: str
    folder: str
    durable: bool
    port: int
    expire_days: dict[str, int]
    abort_multipart_days: dict[str, int]
    expire_every_s: float
    grants: Grants
    access_keys: list[str]
    origins: list[str]
    cors: dict[str, Any]

    @property
    def access(self) -> Access:
        keys = Keys(os.environ["AWS_SECRET_ACCESS_KEY"], frozenset(self.access_keys))
        return Access(keys, self.grants, SiteOrigins(self.origins, Cors(**self.cors)))


class _Handler(MotoRequestHandler):
    disable_nagle_algorithm = True  # else the end of an answer can wait 40 ms for an acknowledgement

    def log_request(self, code: Any = "-", size: Any = "-") -> None:
        """Nothing: a line per request is more than anyone reads."""


def application(handover: moto_objects.Handover, access: Access) -> WSGIApplication:
    """S3 and SQS, and none of moto's other services."""
    s3 = ObjectRequests(create_backend_app("s3"), handover, access)
    sqs = QueueRequests(create_backend_app("sqs"), access.keys, access.grants)

    def dispatch(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        service = sqs if environ.get("HTTP_X_AMZ_TARGET", "").startswith(TARGET) else s3
        return service(environ, start_response)

    return dispatch


def serve(arguments: Arguments) -> None:
    """Serve until the process is ended."""
    folder = ObjectFolder(Path(arguments.folder), durable=arguments.durable)
    uploads = UploadFolder(Path(arguments.folder), folder, durable=arguments.durable)
    moto_queues.install()
    handover = moto_objects.install(folder, uploads)
    moto_objects.make_bucket(arguments.bucket)
    found = uploads.load()
    parts = {part.content for upload in found for part in upload.parts.values()}
    moto_objects.restore(arguments.bucket, folder.load(in_use=parts), found)
    _expire(arguments)
    server = make_server(
        HOST, arguments.port, application(handover, arguments.access), threaded=True, request_handler=_Handler
    )
    print(server.port, flush=True)
    Thread(target=_expire_again_and_again, args=(arguments,), daemon=True).start()
    server.serve_forever()


def _expire_again_and_again(arguments: Arguments) -> None:
    while True:
        time.sleep(arguments.expire_every_s)
        try:
            _expire(arguments)
        except Exception:  # the next time may do
            logger.exception("what is past its days could not be removed")


def _expire(arguments: Arguments) -> None:
    moto_objects.expire(arguments.bucket, arguments.expire_days, arguments.abort_multipart_days, time.time())


def main() -> None:
    # At once: what is stored is on the disk, and taking moto's objects apart one by one would remove it.
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; our parent says when to stop
    serve(Arguments(**json.loads(sys.argv[1])))


if __name__ == "__main__":
    main()
