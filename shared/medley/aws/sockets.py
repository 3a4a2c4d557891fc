"""Pushes to browsers: `Pusher` of `medley.ports.cloud`."""

import logging
from typing import Self

from botocore.exceptions import BotoCoreError, ClientError

from medley import tracing
from medley.aws import clients
from medley.aws.errors import code_of
from medley.contracts.pushes import Push
from medley.settings import AwsSettings, SocketSettings

logger = logging.getLogger(__name__)


class SocketPusher:
    """The connections of one WebSocket API."""

    def __init__(self, client: clients.Connections) -> None:
        self._client = client

    @classmethod
    def from_environment(cls) -> Self:
        """The API that SOCKET_MANAGEMENT_URL names."""
        return cls(clients.sockets(AwsSettings(), SocketSettings().management_url))

    def push(self, connection_id: str, push: Push) -> bool:
        """Send one push, trying once; False if the connection is gone for good. Never raises: pushes are hints."""
        traced = push.model_copy(update={"trace_id": tracing.trace_id()})
        try:
            self._client.post_to_connection(ConnectionId=connection_id, Data=traced.model_dump_json().encode())
        except ClientError as error:
            if code_of(error) in {"GoneException", "410"}:
                return False
            logger.warning("push not sent", exc_info=error, extra={"connection_id": connection_id})
        except BotoCoreError as error:
            logger.warning("push not sent", exc_info=error, extra={"connection_id": connection_id})
        return True

    def close(self, connection_id: str) -> None:
        """Close one connection, trying once; one that is gone is fine. Never raises."""
        try:
            self._client.delete_connection(ConnectionId=connection_id)
        except ClientError as error:
            if code_of(error) not in {"GoneException", "410"}:
                logger.warning("socket not closed", exc_info=error, extra={"connection_id": connection_id})
        except BotoCoreError as error:
            logger.warning("socket not closed", exc_info=error, extra={"connection_id": connection_id})
