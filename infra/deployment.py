"""Deployment: what every stack is told. No CDK here, so that whoever only asks for names need not start it."""

from dataclasses import dataclass
from pathlib import Path

from infra.download_keys import fingerprint
from infra.environment import Downloads, Login, Surroundings
from infra.grants import Places
from infra.names import DATABASE, DATABASE_PORT, SOCKET_STAGE, Names
from infra.rows import JOB_ROLE, OWNER_ROLE, REQUEST_ROLE, Topology
from infra.stages import Stage

CERTIFICATES = "/opt/rds.pem"  # of who signs the certificates of RDS; part of the layer `data`


@dataclass(frozen=True)
class Artefacts:
    """The folder of what was built: a zip for each function and layer, and the context of the image."""

    folder: Path

    def function(self, code: str) -> str:
        return str(self.folder / f"function-{code}.zip")

    def layer(self, name: str) -> str:
        return str(self.folder / f"layer-{name}.zip")

    @property
    def image(self) -> str:
        return str(self.folder / "image")


@dataclass(frozen=True)
class Deployment:
    """One stage of one topology, and what it is made of."""

    stage: Stage
    names: Names
    topology: Topology
    artefacts: Artefacts


@dataclass(frozen=True)
class Front:
    """What people meet: made before anything behind it, which needs to know where it is."""

    url: str  # of the site, without a slash at the end
    http_api_id: str
    socket_api_id: str
    distribution_id: str
    download_key_id: str | None = None  # of the key that signs, as the CDN calls it

    @property
    def socket_url(self) -> str:
        return f"{self.url.replace('https://', 'wss://')}/{SOCKET_STAGE}"


def surroundings(deployment: Deployment, front: Front, database_host: str) -> Surroundings:
    """What the functions of a deployment are told."""
    names, rows = deployment.names, deployment.topology.queues
    place = f"{database_host}:{DATABASE_PORT}/{DATABASE}?sslmode=verify-full&sslrootcert={CERTIFICATES}"
    by_token = {role: Login(f"postgresql://{role}@{place}", "iam") for role in (REQUEST_ROLE, JOB_ROLE)}
    owner = Login(f"postgresql://{OWNER_ROLE}@{place}", "secret", names.owner_secret)
    return Surroundings(
        databases=by_token | {OWNER_ROLE: owner},
        bucket=names.objects,
        queue_urls={row.name: names.queue_url(row.name) for row in rows},
        lanes=tuple(lane.name for lane in deployment.topology.lanes),
        http_url=front.url,
        socket_url=front.socket_url,
        management_url=f"https://{front.socket_api_id}.execute-api.{names.region}.amazonaws.com/{SOCKET_STAGE}",
        mail_url=f"https://email.{names.region}.api.aws",  # the dual-stack one, as of Secrets Manager
        mail_sender=deployment.stage.mail_sender,
        proxy_secrets=tuple(
            f"{{{{resolve:secretsmanager:{names.of(name)}:SecretString}}}}" for name in deployment.stage.origin_secrets
        ),
        proxy_headers=("x-viewer-address", "x-viewer-country"),
        token_secret=names.token_secret,
        downloads=downloads(deployment, front),
    )


def places(deployment: Deployment, front: Front, made_resource_id: str) -> Places:
    """What the account numbers by itself. A database that was restored has another resource id than the stack made,
    and no login before its roles are granted that one."""
    return Places(
        deployment.stage.database_resource_id or made_resource_id,
        front.socket_api_id,
        mail_domain(deployment.stage),
        download_secret(deployment),
    )


def mail_domain(stage: Stage) -> str:
    """Of the sender `Name <name@domain>`."""
    return stage.mail_sender.rpartition("@")[2].rstrip(">")


def download_secret(deployment: Deployment) -> str | None:
    """The secret with the key that signs links of downloads, where the CDN serves them."""
    keys = deployment.stage.download_keys
    return deployment.names.download_secret(fingerprint(keys[0])) if keys else None


def downloads(deployment: Deployment, front: Front) -> Downloads | None:
    """Where they come from, if not from the bucket."""
    secret = download_secret(deployment)
    if secret is None or front.download_key_id is None:
        return None
    return Downloads(front.url, front.download_key_id, secret)
