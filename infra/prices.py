"""Prices: what AWS asks for a unit of what is used, in US dollars, us-east-1, the first tier, without free tiers.

Each with when it was so and who says it. AWS's own pages show most prices only to a browser that runs their code.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Price:
    """US dollars for one unit; `seen` is when that was published, or read where the page has no date."""

    dollars: float
    unit: str
    seen: str
    source: str


LAMBDA: Final = ("2026-03-08", "wring.co/blog/aws-lambda-pricing-guide")
SNAPSHOT: Final = ("2026-05", "awsnegotiations.com/blog/lambda-snapstart-cost-impact")
AURORA: Final = ("2026-05", "awsnegotiations.com/blog/aurora-serverless-v2-pricing.html")
SQS: Final = ("2026-03-14", "cloudburn.io/blog/amazon-sqs-pricing")
S3: Final = (
    "read 2026-11",
    "devnotes.tech/understanding-aws-s3-pricing-a-complete-cost-breakdown-with-examples",
)
CDN: Final = ("2026-03-08", "wring.co/blog/aws-cloudfront-pricing-guide")
WATCH: Final = ("2026-06-13", "factualminds.com/blog/amazon-cloudwatch-pricing-metrics-logs-alarms-dashboards")
FIREWALL: Final = ("read 2026-11", "c3x.dev/blog/aws-waf-cost-explained")
PRICES: Final[Mapping[str, Price]] = {
    "media": Price(0.0000166667, "GB-second of Lambda on x86_64", *LAMBDA),
    "zip": Price(0.0000133334, "GB-second of Lambda on arm64", *LAMBDA),
    "call": Price(0.20 / 1e6, "call of Lambda", *LAMBDA),
    "snapshot": Price(0.0000015046, "GB-second of a snapshot that is kept", *SNAPSHOT),
    "restored": Price(0.0001397998, "GB of a snapshot that an environment starts from", *SNAPSHOT),
    "request": Price(1.00 / 1e6, "request to an HTTP API", "2026-09-20", "aws.amazon.com/api-gateway/pricing"),
    "push": Price(
        1.00 / 1e6,
        "message of a WebSocket API",
        "2025-05-19",
        "awsforengineers.com/blog/aws-api-gateway-pricing-explained",
    ),
    "socket": Price(
        0.25 / 1e6, "minute of an open socket", "read 2026-11", "c3x.dev/resources/aws/aws_apigatewayv2_api"
    ),
    "message": Price(0.40 / 1e6, "request to SQS", *SQS),
    "fair": Price(0.10 / 1e6, "request to SQS, more where messages have a group", *SQS),
    "stored": Price(0.023, "GB-month of S3", *S3),
    "put": Price(0.005 / 1e3, "PUT to S3", *S3),
    "egress": Price(0.09, "GB from S3 to a browser", *CDN),
    "edge": Price(0.085, "GB from the CDN to a browser", *CDN),
    "capacity": Price(0.12, "hour of a capacity unit of Aurora", *AURORA),
    "rows": Price(0.10, "GB-month of Aurora", *AURORA),
    "logged": Price(0.50, "GB of logs", *WATCH),
    "dashboard": Price(3.0, "month of a dashboard", *WATCH),
    "metric": Price(0.30, "month of a metric of our own", "2026-02-15", "signoz.io/guides/cloudwatch-pricing"),
    "alarm": Price(
        0.10,
        "month of a metric that an alarm looks at",
        "read 2026-11",
        "c3x.dev/resources/aws/aws_cloudwatch_metric_alarm",
    ),
    "secret": Price(
        0.40,
        "month of a secret",
        "read 2026-11",
        "hivebook.wiki/wiki/aws-secrets-manager-rotated-secrets-dynamic-db-credentials-kms",
    ),
    "firewall": Price(5.0, "month of a firewall", *FIREWALL),
    "rule": Price(1.0, "month of one of its rules", *FIREWALL),
    "checked": Price(0.60 / 1e6, "request through a firewall", *FIREWALL),
}
