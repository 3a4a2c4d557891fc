"""Names of what is deployed, and ARNs made of them.

Pure text: what refers to a queue or a bucket needs nothing of the stack that makes it, and a replacement by accident
fails ("already exists") instead of losing what was stored.
"""

from dataclasses import dataclass

DATABASE = "medley"
DATABASE_PORT = 5432
SOCKET_STAGE = "socket"  # of the WebSocket API: the path of its URL, as in the embedded cloud
ALIAS = "live"  # of each function: what event sources and APIs call


def title(name: str) -> str:
    """`dead_letter` as the start of a logical id: `DeadLetter`."""
    return "".join(word.capitalize() for word in name.replace("-", "_").split("_"))


@dataclass(frozen=True)
class Names:
    """Those of one stage. `account` and `region` may be placeholders that a template resolves."""

    stage: str
    account: str
    region: str

    def of(self, what: str) -> str:
        """The name of a queue, function, ..."""
        return f"medley-{self.stage}-{what.replace('_', '-')}"

    @property
    def objects(self) -> str:
        """The bucket of all objects; names of buckets are the whole world's."""
        return f"{self.of('objects')}-{self.account}-{self.region}"

    @property
    def site(self) -> str:
        """The bucket of the pages."""
        return f"{self.of('site')}-{self.account}-{self.region}"

    @property
    def access_logs(self) -> str:
        """The bucket of what was asked of the others."""
        return f"{self.of('access-logs')}-{self.account}-{self.region}"

    @property
    def owner_secret(self) -> str:
        """Of the login of the database's owner."""
        return self.of("database-owner")

    @property
    def token_secret(self) -> str:
        """Of the keys behind tokens."""
        return self.of("token-keys")

    def download_secret(self, fingerprint: str) -> str:
        """Of the private half of a key behind links of downloads."""
        return self.of(f"download-{fingerprint}")

    @property
    def topic_arn(self) -> str:
        """Of whom alarms call."""
        return f"arn:aws:sns:{self.region}:{self.account}:{self.of('alarms')}"

    def log_group(self, function: str) -> str:
        return f"/aws/lambda/{self.of(function)}"

    def queue_url(self, queue: str) -> str:
        return f"https://sqs.{self.region}.amazonaws.com/{self.account}/{self.of(queue)}"

    def queue_arn(self, queue: str) -> str:
        return f"arn:aws:sqs:{self.region}:{self.account}:{self.of(queue)}"

    def bucket_arn(self, bucket: str) -> str:
        return f"arn:aws:s3:::{bucket}"

    def bucket_host(self, bucket: str) -> str:
        """Where a browser and the CDN find it."""
        return f"{bucket}.s3.{self.region}.amazonaws.com"

    def distribution_arn(self, distribution_id: str) -> str:
        """Of a CDN; it is nowhere in particular."""
        return f"arn:aws:cloudfront::{self.account}:distribution/{distribution_id}"

    def function_arn(self, function: str) -> str:
        return f"arn:aws:lambda:{self.region}:{self.account}:function:{self.of(function)}"

    def log_group_arn(self, function: str) -> str:
        return f"arn:aws:logs:{self.region}:{self.account}:log-group:{self.log_group(function)}"

    def secret_arn(self, secret: str) -> str:
        """Secrets Manager adds six characters of its own."""
        return f"arn:aws:secretsmanager:{self.region}:{self.account}:secret:{secret}-??????"

    def mail_arn(self, domain: str) -> str:
        """Of whom mails are from."""
        return f"arn:aws:ses:{self.region}:{self.account}:identity/{domain}"

    def connections_arns(self, api_id: str) -> list[str]:
        """Of the open sockets of a WebSocket API: what is posted to them, and closing them."""
        api = f"arn:aws:execute-api:{self.region}:{self.account}:{api_id}/{SOCKET_STAGE}"
        return [f"{api}/{method}/@connections/*" for method in ("POST", "DELETE")]

    def login_arn(self, cluster_resource_id: str, role: str) -> str:
        """Of a role of the database that IAM lets in."""
        return f"arn:aws:rds-db:{self.region}:{self.account}:dbuser:{cluster_resource_id}/{role}"
