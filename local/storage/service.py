"""The embedded S3 and SQS: moto's server as a process of its own, with the bucket and queues of the topology.

Objects, and uploads in parts that are under way, are files below a directory and survive a restart, however the process
ended; what is past the days of its prefix goes while it runs. Queues live in memory: after a
restart they are empty, and `sweep` fills them again (`{"queues_lost": true}`).

Differences to AWS: a body signed in chunks is not taken, and of checksums CRC32, SHA-1, SHA-256 and MD5 alone;
completing an upload in parts sends two events, `Put` and `CompleteMultipartUpload`.
"""

import json
import os
import secrets
import selectors
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from infra.rows import Queue, Topology
from infra.topology import TOPOLOGY
from local.compute.invocation import REGION, queue_arn
from local.disk import is_full, no_room
from local.environment import ACCESS_KEY_ID, access_keys
from local.ports import taken
from local.processes import require_running, spawn, stop
from local.storage.grants import grants_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import QueueConfigurationTypeDef
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.literals import QueueAttributeNameType

BUCKET: Final = "medley"
HOST: Final = "127.0.0.1"
SECRET_BYTES: Final = 32
_START_S: Final = 60.0
_ROOT: Final = Path(__file__).resolve().parents[2]


class StorageNotStarted(Exception):
    """The server did not come up; the message ends with its log."""


class Storage:
    """One bucket and its queues over one directory. A context manager: started within.

    Args:
        folder: where objects and the server's log are kept; made if missing.
        durable: what was stored survives a power cut, not only the end of the process.
        port: on 127.0.0.1; a free one by default.
        secret: what requests are signed with; made anew by default, and then no URL outlives this object.
        origins: of the site; its pages may upload and read.
        visibility_s: of some queues, instead of the topology's.
        expire_every_s: between two looks for what is past its days.
    """

    def __init__(
        self,
        folder: Path,
        durable: bool,
        *,
        port: int = 0,
        secret: str | None = None,
        origins: Sequence[str] = (),
        topology: Topology = TOPOLOGY,
        visibility_s: Mapping[str, int] | None = None,
        expire_every_s: float = 600.0,
    ) -> None:
        self._folder = folder.absolute()
        self._durable = durable
        self._wanted_port = port
        self._topology = topology
        self._origins = list(origins)
        self._expire_every_s = expire_every_s
        self._visibility_s = dict(visibility_s or {})
        self.secret = secret or secrets.token_urlsafe(SECRET_BYTES)
        self._process: subprocess.Popen[bytes] | None = None
        self.bucket = BUCKET
        self.endpoint_url = ""
        self.queue_urls: dict[str, str] = {}  # by name, dead-letter queues included

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int | None:
        """The server's process, while it is started."""
        return self._process.pid if self._process else None

    @property
    def port(self) -> int:
        """Where it serves, once it was started."""
        return int(self.endpoint_url.rpartition(":")[2])

    @property
    def log(self) -> Path:
        """The server's log, begun anew at each start."""
        return self._folder / "server.log"

    def start(self) -> None:
        """Serve what is stored, with empty queues.

        The process ends with the thread that calls this (see `local.processes`).

        Raises:
            StorageNotStarted: the server gave up, or said nothing for a minute.
        """
        if self._process is not None:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        self._require_free_port()
        self._process = self._launch()
        try:
            self.endpoint_url = f"http://{HOST}:{self._await_port(self._process)}"
            self._provide_queues()
        except BaseException:
            self.stop()
            raise

    def require_running(self) -> None:
        """Raises: ProcessEnded, if the server was started and is gone."""
        require_running(self._process, "The process of S3 and SQS", self.log)

    def stop(self) -> None:
        """End the process. What was stored stays. Stopping a stopped server is fine."""
        if self._process is not None:
            stop(self._process)
            if self._process.stdout is not None:
                self._process.stdout.close()
            self._process = None

    def s3(self, access_key_id: str = ACCESS_KEY_ID) -> "S3Client":
        """A client of this S3, a function's by its name; whatever credentials the environment holds are not used."""
        import boto3
        from botocore.config import Config

        return boto3.client(
            "s3",
            endpoint_url=self.endpoint_url,
            region_name=REGION,
            aws_access_key_id=access_key_id,
            aws_secret_access_key=self.secret,
            config=Config(
                signature_version="s3v4",
                s3={"addressing_style": "path"},
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )

    def sqs(self, access_key_id: str = ACCESS_KEY_ID) -> "SQSClient":
        """A client of this SQS, a function's by its name."""
        import boto3

        return boto3.client(
            "sqs",
            endpoint_url=self.endpoint_url,
            region_name=REGION,
            aws_access_key_id=access_key_id,
            aws_secret_access_key=self.secret,
        )

    def _launch(self) -> subprocess.Popen[bytes]:
        arguments = {
            "bucket": self.bucket,
            "folder": str(self._folder),
            "durable": self._durable,
            "port": self._wanted_port,
            "expire_days": {row.name: row.expire_days for row in self._topology.prefixes if row.expire_days},
            "abort_multipart_days": {
                row.name: row.abort_multipart_days for row in self._topology.prefixes if row.abort_multipart_days
            },
            "expire_every_s": self._expire_every_s,
            "grants": grants_of(self._topology),
            "access_keys": access_keys(self._topology),
            "origins": self._origins,
            "cors": asdict(self._topology.cors),
        }
        environment = {
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": os.pathsep.join((str(_ROOT), str(_ROOT / "shared"))),
            "AWS_ACCESS_KEY_ID": ACCESS_KEY_ID,
            "AWS_SECRET_ACCESS_KEY": self.secret,
            "AWS_DEFAULT_REGION": REGION,
            "MOTO_DISABLE_GLOBAL_CORS": "1",  # local.storage.object_requests says what is allowed
        }
        for name in ("LD_LIBRARY_PATH", "TMPDIR"):
            if name in os.environ:
                environment[name] = os.environ[name]
        with self.log.open("wb") as log:
            return spawn(
                [sys.executable, "-m", "local.storage.server", json.dumps(arguments)],
                env=environment,
                cwd=self._folder,
                stdout=subprocess.PIPE,
                stderr=log,
            )

    def _require_free_port(self) -> None:
        """Raises: StorageNotStarted, if another program has it."""
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, self._wanted_port))
            except OSError as error:
                raise StorageNotStarted(
                    f"{taken(self._wanted_port, error)} Give S3 and SQS another with --storage-port; links and uploads "
                    "under way have to be asked for again then."
                ) from error

    def _await_port(self, process: subprocess.Popen[bytes]) -> int:
        if process.stdout is None:
            raise StorageNotStarted("its output is not a pipe")
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            line = process.stdout.readline() if selector.select(_START_S) else b""
        if not line:
            log = self.log.read_text(errors="replace")
            told = no_room(self._folder) if is_full(self._folder, log) else f"S3 and SQS did not start:\n{log[-4000:]}"
            raise StorageNotStarted(told)
        return int(line)

    def _provide_queues(self) -> None:
        sqs = self.sqs()
        for row in self._topology.queues:
            dead = sqs.create_queue(
                QueueName=row.dead_letter, Attributes=self._attributes(row, row.dead_letter, row.dead_visibility_s)
            )
            redrive = {"deadLetterTargetArn": queue_arn(row.dead_letter), "maxReceiveCount": row.max_receive_count}
            own = self._attributes(row, row.name, row.visibility_s)
            live = sqs.create_queue(QueueName=row.name, Attributes={**own, "RedrivePolicy": json.dumps(redrive)})
            self.queue_urls |= {row.name: live["QueueUrl"], row.dead_letter: dead["QueueUrl"]}
        notifications: list[QueueConfigurationTypeDef] = [
            {
                "Id": f"{row.prefix.rstrip('/')}-to-{row.queue}",
                "QueueArn": queue_arn(row.queue),
                "Events": list(row.events),  # type: ignore[arg-type]  # of the topology, not of the stubs
                "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": row.prefix}]}},
            }
            for row in self._topology.notifications
        ]
        self.s3().put_bucket_notification_configuration(
            Bucket=self.bucket, NotificationConfiguration={"QueueConfigurations": notifications}
        )

    def _attributes(self, row: Queue, name: str, visibility_s: int) -> "dict[QueueAttributeNameType, str]":
        return {
            "VisibilityTimeout": str(self._visibility_s.get(name, visibility_s)),
            "MessageRetentionPeriod": str(row.retention_s),
        }
