"""Buckets, all alike: nobody outside the account sees in, nothing is sent to them unencrypted, and a protected stage
keeps what is in them."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_s3 as s3
from constructs import Construct


def private_bucket(
    scope: Construct,
    name: str,
    *,
    called: str,
    keep: bool,
    logs: s3.IBucket | None = None,
    ownership: s3.ObjectOwnership = s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
    **more: object,
) -> s3.Bucket:
    """One with the logical id `name`, `called` so in the account; what is asked of it is written to `logs`."""
    bucket = s3.Bucket(
        scope,
        name,
        bucket_name=called,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        object_ownership=ownership,
        encryption=s3.BucketEncryption.S3_MANAGED,
        enforce_ssl=True,
        minimum_tls_version=1.2,
        server_access_logs_bucket=logs,
        server_access_logs_prefix=f"{name.lower()}/" if logs else None,
        removal_policy=RemovalPolicy.RETAIN if keep else RemovalPolicy.DESTROY,
        **more,
    )
    bucket.node.default_child.override_logical_id(name)
    # CloudFormation changes what becomes of a bucket only beside another change of it.
    bucket.node.default_child.add_metadata("kept", keep)
    return bucket
