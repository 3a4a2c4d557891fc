"""Stages: what differs between the deployments of one topology."""

from dataclasses import dataclass
from typing import Literal

# Lambda's own image of Python 3.13, by digest: `make base-digest` prints the newest for whoever has Docker.
BASE_IMAGE = "public.ecr.aws/lambda/python@sha256:e29b87b66ee86899ac3f1e7ae19f7d761ac4504d58432810f917531f9b92687f"


SAMPLE_KEY = """\
-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAs2pVh23Iq/EsPpfwYrln
igkjj6DG7NK0rIa00uN9TsE3XyzC/hBcBqWGQrQAI3sAWc6jRJsFWfg8AzmFybFP
KYWx2FnBTLdPAs+mpVnTBr9aKDJw7xQTSolbKpKSAHLiOuTl9upjupsK9SIjvN3M
zPdqFM4S1Bbenhh3dVR8QK1WsWPgxxRCacjaLsi9GtVdgt4OOEvFG6o5jQtRogC3
o4AiQzszzcs0q7OSmHNlONqnaDrkdSK9M0c5QQwTsvQyfYtXyhR3NcD6IOe1dJty
6909oqL5TbW66aHfSR/TnGqP6PK0YUF+I/1WpVsHlUl6Hds/jH7xFG3enzd5K0vk
UQIDAQAB
-----END PUBLIC KEY-----
"""  # nobody has its private half: `python -m infra.download_keys` makes one of yours


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One deployment. Capacity is in ACU (2 GiB each), times are what their names say.

    `domain` needs a certificate of ACM in us-east-1 that covers it. Without one the site is at the CDN's own name.
    """

    name: str
    protect: bool  # keep what is stored when a stack or a resource goes, and refuse to delete stacks
    access_logs: bool  # keep what was asked of the CDN and the buckets, for a month
    acu_min: float
    acu_max: float
    pause_after_s: int | None = None  # without a connection, where `acu_min` is 0
    database_resource_id: str | None = None  # of a database that was restored: `cluster-...`, its stack knows the old
    slowest_schedule_s: int = 60  # schedules are no more frequent
    reserves: bool = True  # reserved concurrency of the rows: an account must keep 100 beside
    wider: int = 1  # times what the topology lets orders have at once, within
    environments: int = 1_000  # of all functions at once: the account's quota, this at first
    canary: bool  # new code of `api` gets a tenth of the requests for five minutes first
    log_days: int
    backup_days: int
    domain: str | None = None
    origin_secrets: tuple[str, ...] = ("origin",)  # what the CDN shows the APIs: the first; they accept all
    download_keys: tuple[str, ...] = ()  # public, PEM: without any, downloads come from the bucket; the first signs
    firewall: bool = False  # before the CDN; the stage is in us-east-1 then
    certificate_arn: str | None = None
    mail_sender: str
    alarms_to: str | None = None  # an address that is asked to confirm
    budget_usd: int  # a month
    zip_architecture: Literal["arm64", "x86_64"] = "arm64"
    image_architecture: Literal["arm64", "x86_64"] = "x86_64"
    base_image: str = BASE_IMAGE

    def every_s(self, wanted_s: int) -> int:
        """How often a schedule of the topology fires here."""
        return max(wanted_s, self.slowest_schedule_s)


DEV = Stage(
    name="dev",
    protect=False,
    access_logs=False,
    acu_min=0,
    acu_max=2,
    pause_after_s=300,
    slowest_schedule_s=3_600,  # each minute, and the database would never sleep: 44 dollars a month
    reserves=False,  # a new account has ten environments in all
    canary=False,
    log_days=7,
    backup_days=1,
    mail_sender="Medley <medley@example.com>",
    budget_usd=75,
)
PROD = Stage(
    name="prod",
    protect=True,
    access_logs=True,
    acu_min=1,
    acu_max=16,
    canary=True,
    log_days=90,
    backup_days=14,
    domain="medley.example.com",
    download_keys=(SAMPLE_KEY,),
    firewall=True,
    certificate_arn="arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-0000-0000-000000000000",
    mail_sender="Medley <hello@medley.example.com>",
    alarms_to="operations@medley.example.com",
    budget_usd=500,
)
STAGES = {stage.name: stage for stage in (DEV, PROD)}
