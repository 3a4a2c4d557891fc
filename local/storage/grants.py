"""Grants of a function in the embedded S3 and SQS: it may use the prefixes and the queues of its row, as its role does
at AWS.

Who asks is known by the access key; a function's is its name.
"""

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qs

from infra.rows import Function, QueueTrigger, Topology

# By function: key prefixes it may "read", "write", "delete" and look after uploads in "parts" of, queues it may "send"
# to and "take" from.
Grants = Mapping[str, Mapping[str, list[str]]]

_READING: Final = frozenset({"GET", "HEAD"})
_SENDING: Final = frozenset({"SendMessage", "SendMessageBatch"})
_TAKING: Final = frozenset(  # what Lambda, or the function itself, does with messages of the queue that calls it
    {"ReceiveMessage", "DeleteMessage", "DeleteMessageBatch", "ChangeMessageVisibility", "GetQueueAttributes"}
)


def grants_of(topology: Topology) -> Grants:
    """What each function of the table may do."""
    return {row.name: _row(row) for row in topology.functions}


def _row(row: Function) -> dict[str, list[str]]:
    return {
        "read": list(row.reads),
        "write": list(row.writes),
        "parts": list(row.in_parts),
        "delete": list(row.deletes),
        "send": list(row.sends),
        "take": [trigger.queue for trigger in row.triggers if isinstance(trigger, QueueTrigger)],
    }


def granted(method: str, path: str, query: str, access_key: str, grants: Grants) -> bool:
    """False if a function asks for what its row does not grant. Whoever is no function may do all: it is a person with
    a client.

    Args:
        path: `/bucket/key`, decoded.
        query: as it was sent.
    """
    if access_key not in grants:
        return True
    own = grants[access_key]
    parameters = parse_qs(query, keep_blank_values=True)
    key = path.lstrip("/").partition("/")[2]
    if not key:  # of the bucket itself a function may only ask what is below a prefix
        listed = parameters.get("prefix", [""])[0]
        return method == "GET" and "list-type" in parameters and _below(listed, own["read"])
    if method in _READING:
        return _below(key, own["parts" if "uploadId" in parameters else "read"])
    if method == "DELETE":
        return _below(key, own["parts" if "uploadId" in parameters else "delete"])
    return _below(key, own["write"])


def _below(key: str, prefixes: list[str]) -> bool:
    return key.startswith(tuple(prefixes))


def queue_granted(action: str, queue: str, access_key: str, grants: Grants) -> bool:
    """As `granted`, of an action of SQS (`SendMessage`, ...) on the queue of this name."""
    if access_key not in grants:
        return True
    if action in _SENDING:
        return queue in grants[access_key]["send"]
    return action in _TAKING and queue in grants[access_key]["take"]
