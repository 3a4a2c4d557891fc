"""Site: one origin for everything a browser asks. The CDN serves the pages from a bucket and passes on to the two APIs.

Pages have paths of their own (`/projects/7`), so a path without a file's ending is answered with the one page there is
(and `/docs` with that of the API's documentation); that is done to paths of pages alone, never to an answer of the API.
"""

from collections.abc import Mapping
from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_certificatemanager as certificates
from aws_cdk import aws_cloudfront as cdn
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.constructs.buckets import private_bucket
from infra.constructs.downloads import Downloads
from infra.constructs.paths import CALLER, CALLER_FROM, PAGES
from infra.deployment import Deployment
from infra.names import SOCKET_STAGE
from infra.page_headers import OWN_WINDOW, content_security_policy

SIGNING_IN: Final = "/v1/auth/*"
API_PATHS: Final = ("/v1/*", "/openapi.json", "/healthz", "/readyz")
FILES: Final = "public, max-age=31536000, immutable"
SECRET_HEADER: Final = "x-origin-verify"  # noqa: S105 - the header's name
YEAR: Final = Duration.days(365)


class Site(Construct):
    """The bucket of the pages and the distribution before everything."""

    def __init__(
        self,
        scope: Construct,
        deployment: Deployment,
        *,
        http_host: str,
        socket_host: str,
        origin_secret: str,
        access_logs: s3.IBucket | None,
        firewall: str | None,
    ) -> None:
        super().__init__(scope, "Site")
        self._deployment = deployment
        stage, names = deployment.stage, deployment.names
        self.bucket = private_bucket(self, "Pages", called=names.site, keep=stage.protect, logs=access_logs)
        pages = origins.S3BucketOrigin.with_origin_access_control(self.bucket)
        shown = {SECRET_HEADER: origin_secret}
        api = origins.HttpOrigin(http_host, custom_headers=shown, origin_id="api")
        sockets = origins.HttpOrigin(socket_host, custom_headers=shown, origin_id="socket")
        caller = self._function("Caller", CALLER)
        passed_on = {  # the first that fits is taken
            SIGNING_IN: _passed_on(api, self._function("CallerFrom", CALLER_FROM), self._with_country()),
            **{path: _passed_on(api, caller) for path in API_PATHS},
            f"/{SOCKET_STAGE}": _passed_on(sockets, caller),
        }
        served = Downloads(self, deployment)
        self.download_key_id = served.key_id
        self.distribution = cdn.Distribution(
            self,
            "Distribution",
            comment=names.of("site"),
            default_root_object="index.html",
            default_behavior=self._pages(pages),
            additional_behaviors={"/assets/*": self._files(pages), **passed_on, **served.behaviours},
            domain_names=[stage.domain] if stage.domain else None,
            certificate=certificates.Certificate.from_certificate_arn(self, "Certificate", stage.certificate_arn)
            if stage.certificate_arn
            else None,
            minimum_protocol_version=cdn.SecurityPolicyProtocol.TLS_V1_2_2021 if stage.certificate_arn else None,
            http_version=cdn.HttpVersion.HTTP2_AND_3,
            price_class=cdn.PriceClass.PRICE_CLASS_100,
            enable_ipv6=True,
            web_acl_id=firewall,
            log_bucket=access_logs,
            log_file_prefix="site/" if access_logs else None,
        )
        self.distribution.node.default_child.override_logical_id("Distribution")

    @property
    def url(self) -> str:
        return f"https://{self._deployment.stage.domain or self.distribution.distribution_domain_name}"

    def _pages(self, origin: cdn.IOrigin) -> cdn.BehaviorOptions:
        rewrite = self._function("Paths", PAGES)
        return cdn.BehaviorOptions(
            origin=origin,
            viewer_protocol_policy=cdn.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
            cache_policy=cdn.CachePolicy.CACHING_OPTIMIZED,  # as long as the object says
            response_headers_policy=self._headers("PageHeaders", self._page_policy(), dict([OWN_WINDOW])),
            function_associations=[
                cdn.FunctionAssociation(function=rewrite, event_type=cdn.FunctionEventType.VIEWER_REQUEST)
            ],
        )

    def _with_country(self) -> cdn.CachePolicy:
        """Has the CDN say from which country a request is.

        Only a policy for what is kept can name that header beside `Authorization`. Nothing is kept all the same: these
        are POSTs, and no answer of the API may be.
        """
        return cdn.CachePolicy(
            self,
            "WithCountry",
            cache_policy_name=self._deployment.names.of("signing-in"),
            header_behavior=cdn.CacheHeaderBehavior.allow_list("Authorization", "CloudFront-Viewer-Country"),
            cookie_behavior=cdn.CacheCookieBehavior.all(),
            query_string_behavior=cdn.CacheQueryStringBehavior.all(),
            min_ttl=Duration.seconds(0),
            default_ttl=Duration.seconds(0),
            max_ttl=Duration.seconds(1),  # without any, such a policy may name no header
        )

    def _function(self, name: str, code: str) -> cdn.Function:
        runtime = cdn.FunctionRuntime.JS_2_0
        return cdn.Function(self, name, code=cdn.FunctionCode.from_inline(code), runtime=runtime)

    def _files(self, origin: cdn.IOrigin) -> cdn.BehaviorOptions:
        """Files whose names carry their hash: the same for ever, and a missing one is missing."""
        return cdn.BehaviorOptions(
            origin=origin,
            viewer_protocol_policy=cdn.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
            cache_policy=cdn.CachePolicy.CACHING_OPTIMIZED,
            response_headers_policy=self._headers("FileHeaders", "default-src 'none'", {"Cache-Control": FILES}),
        )

    def _page_policy(self) -> str:
        names, domain = self._deployment.names, self._deployment.stage.domain
        bucket = f"https://{names.bucket_host(names.objects)}"
        return content_security_policy(bucket, socket_url=f"wss://{domain}" if domain else None)

    def _headers(self, name: str, policy: str, more: Mapping[str, str] | None = None) -> cdn.ResponseHeadersPolicy:
        own = [
            cdn.ResponseCustomHeader(header=header, value=value, override=True)
            for header, value in (more or {}).items()
        ]
        return cdn.ResponseHeadersPolicy(
            self,
            name,
            response_headers_policy_name=self._deployment.names.of(name),
            security_headers_behavior=cdn.ResponseSecurityHeadersBehavior(
                content_security_policy=cdn.ResponseHeadersContentSecurityPolicy(
                    content_security_policy=policy, override=True
                ),
                content_type_options=cdn.ResponseHeadersContentTypeOptions(override=True),
                referrer_policy=cdn.ResponseHeadersReferrerPolicy(
                    referrer_policy=cdn.HeadersReferrerPolicy.NO_REFERRER, override=True
                ),
                strict_transport_security=cdn.ResponseHeadersStrictTransportSecurity(
                    access_control_max_age=YEAR, include_subdomains=True, override=True
                ),
            ),
            custom_headers_behavior=cdn.ResponseCustomHeadersBehavior(custom_headers=own) if own else None,
        )


def _passed_on(
    origin: cdn.IOrigin, caller: cdn.Function, kept: cdn.ICachePolicy = cdn.CachePolicy.CACHING_DISABLED
) -> cdn.BehaviorOptions:
    """Everything but the Host header, by which API Gateway finds the API; nothing is kept."""
    return cdn.BehaviorOptions(
        origin=origin,
        viewer_protocol_policy=cdn.ViewerProtocolPolicy.HTTPS_ONLY,
        allowed_methods=cdn.AllowedMethods.ALLOW_ALL,
        cache_policy=kept,
        origin_request_policy=cdn.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
        compress=False,
        function_associations=[
            cdn.FunctionAssociation(function=caller, event_type=cdn.FunctionEventType.VIEWER_REQUEST)
        ],
    )
