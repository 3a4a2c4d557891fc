"""Events and contexts as Lambda gives them to a function."""

from dataclasses import dataclass
from typing import Any


@dataclass
class Context:
    """As much of Lambda's context as is read."""

    function_name: str = "function"
    aws_request_id: str = "request"
    remaining_ms: int = 60_000

    def get_remaining_time_in_millis(self) -> int:
        return self.remaining_ms


def sqs_event(*bodies: str, queue: str = "facts", received: int = 1) -> dict[str, Any]:
    """SQS messages with these bodies; message ids are `0`, `1`, ..."""
    return {
        "Records": [
            {
                "messageId": str(n),
                "receiptHandle": f"receipt {n}",
                "body": body,
                "attributes": {"ApproximateReceiveCount": str(received)},
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": f"arn:aws:sqs:us-east-1:000000000000:{queue}",
                "awsRegion": "us-east-1",
            }
            for n, body in enumerate(bodies)
        ]
    }
