"""Keys behind links of downloads: CloudFront knows the public half, Secrets Manager has the private one.

    python -m infra.download_keys dev       makes a pair: a secret has the private key, printed is the public

What it prints goes into `download_keys` of the stage. The first signs, all are known to the CDN: to replace one, put
the new one before it, deploy, and leave the old one out an hour later.
"""

import argparse
import hashlib
import sys
from collections.abc import Mapping
from typing import Any, Protocol

from infra.names import Names
from infra.stages import STAGES

BITS = 2048  # the only size CloudFront takes
SERVED = ("outputs/", "bundles/", "exports/")  # what lies below these is large, and comes through the CDN


class Secrets(Protocol):
    """What is used of Secrets Manager."""

    def create_secret(self, *, Name: str, Description: str, SecretString: str) -> Mapping[str, Any]:  # noqa: N803
        ...


def fingerprint(public_key: str) -> str:
    """Of the text of a PEM, however its lines end: what a key's secret is called by."""
    return hashlib.sha256("".join(public_key.split()).encode()).hexdigest()[:12]


def make(names: Names, secrets: Secrets) -> str:
    """Make a pair; returns the public key, as PEM."""
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

    key = rsa.generate_private_key(public_exponent=65_537, key_size=BITS)
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    secrets.create_secret(
        Name=names.download_secret(fingerprint(public)),
        Description="Signs links of Medley's downloads",
        SecretString=private,
    )
    return public


def main() -> None:
    import boto3

    parser = argparse.ArgumentParser(prog="python -m infra.download_keys")
    parser.add_argument("stage", choices=STAGES)
    names = Names(parser.parse_args().stage, "", "")
    sys.stdout.write(make(names, boto3.client("secretsmanager")))


if __name__ == "__main__":
    main()
