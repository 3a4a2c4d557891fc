"""Downloads: what is large, from the bucket of objects through the CDN, to whoever has a signed link.

A path is the object's key. The bucket lets the CDN read there and nobody else; a link without a signature of ours, or
after its time, is refused at the edge. Where the stage has no key, links lead to the bucket, and none of this is made.
"""

from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_cloudfront as cdn
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.deployment import Deployment
from infra.download_keys import SERVED, fingerprint
from infra.names import title

KEPT: Final = Duration.days(1)  # at the edge: no object changes, and one that is deleted is gone there a day later
PASSED_ON: Final = ("response-content-disposition", "response-content-type")


class Downloads(Construct):
    """`behaviours` by path, and `key_id` of the key that signs; neither where the stage has no key."""

    def __init__(self, scope: Construct, deployment: Deployment) -> None:
        super().__init__(scope, "Downloads")
        self.behaviours: dict[str, cdn.BehaviorOptions] = {}
        self.key_id: str | None = None
        names, keys = deployment.names, deployment.stage.download_keys
        if not keys:
            return
        known = [
            cdn.PublicKey(self, f"Key{title(fingerprint(pem))}", encoded_key=pem, comment=names.of("downloads"))
            for pem in keys
        ]
        self.key_id = known[0].public_key_id
        group = cdn.KeyGroup(self, "Keys", items=known, key_group_name=names.of("downloads"))
        bucket = s3.Bucket.from_bucket_name(self, "Objects", names.objects)
        behaviour = cdn.BehaviorOptions(
            origin=origins.S3BucketOrigin.with_origin_access_control(bucket, origin_id="objects"),
            viewer_protocol_policy=cdn.ViewerProtocolPolicy.HTTPS_ONLY,
            cache_policy=self._kept(deployment),
            trusted_key_groups=[group],
            compress=False,
            response_headers_policy=cdn.ResponseHeadersPolicy.SECURITY_HEADERS,
        )
        self.behaviours = {f"/{prefix}*": behaviour for prefix in SERVED}

    def _kept(self, deployment: Deployment) -> cdn.CachePolicy:
        return cdn.CachePolicy(
            self,
            "Kept",
            cache_policy_name=deployment.names.of("downloads"),
            query_string_behavior=cdn.CacheQueryStringBehavior.allow_list(*PASSED_ON),
            min_ttl=Duration.seconds(0),
            default_ttl=KEPT,
            max_ttl=KEPT,
        )
