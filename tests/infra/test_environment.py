"""What a deployed function is told is what its settings classes read, and what the embedded cloud tells it."""

import json

import pytest

from infra.environment import PREFIXES
from infra.rows import Function
from infra.topology import TOPOLOGY
from local.environment import function_environment
from tests.infra.conftest import Synthesised
from tests.local.test_environment import CLASSES, SURROUNDINGS

ROWS = pytest.mark.parametrize("row", TOPOLOGY.functions, ids=lambda row: row.name)
ELSEWHERE = {  # variables that only one of the two clouds gives, and why
    "BUCKET_PUBLIC_URL": "the bucket is at AWS",
    "TOKEN_KEYS": "Secrets Manager has them,",
    "TOKEN_SECRET": "under this name",
    "DATABASE_SECRET": "the owner's password is there too",
    "CALLER_ADDRESS_HEADER": "nothing stands before the embedded gateway",
    "CALLER_COUNTRY_HEADER": "likewise",
    "DOWNLOAD_URL": "nothing stands before the embedded bucket",
    "DOWNLOAD_KEY_ID": "likewise",
    "DOWNLOAD_SECRET": "likewise",
}


def deployed(cloud: Synthesised, row: Function) -> dict[str, str]:
    variables: dict[str, str] = cloud.function(row).properties["Environment"]["Variables"]
    return variables


@ROWS
def test_a_function_can_read_its_settings(cloud: Synthesised, row: Function, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in deployed(cloud, row).items():
        assert isinstance(value, str)
        monkeypatch.setenv(name, value)
    for setting in row.settings:
        CLASSES[setting]()


@ROWS
def test_both_clouds_give_the_same_variables(cloud: Synthesised, row: Function) -> None:
    prefixes = tuple(f"{prefix}_" for prefix in PREFIXES.values())
    here = {name for name in function_environment(row, SURROUNDINGS) if name.startswith(prefixes)}
    there = {name for name in deployed(cloud, row) if name.startswith(prefixes)}
    assert here ^ there <= ELSEWHERE.keys()
    assert {name.partition("_")[0] for name in here} == {name.partition("_")[0] for name in there}


@ROWS
def test_a_function_knows_the_queues_of_its_row_by_the_same_names(cloud: Synthesised, row: Function) -> None:
    if "queues" in row.settings:
        here = json.loads(function_environment(row, SURROUNDINGS)["QUEUE_URLS"])
        there = json.loads(deployed(cloud, row)["QUEUE_URLS"])
        assert list(here) == list(there) == list(row.sends)
        assert there == {name: cloud.names.queue_url(name) for name in row.sends}


def test_the_lanes_of_apps_are_those_of_the_topology(cloud: Synthesised) -> None:
    for row in TOPOLOGY.functions:
        if "apps" in row.settings:
            assert json.loads(deployed(cloud, row)["APP_LANES"]) == [lane.name for lane in TOPOLOGY.lanes]


def test_what_a_function_is_called_in_its_log_is_the_same(cloud: Synthesised) -> None:
    for row in TOPOLOGY.functions:
        name = "POWERTOOLS_SERVICE_NAME"
        assert deployed(cloud, row)[name] == function_environment(row, SURROUNDINGS)[name]


@pytest.mark.parametrize("row", [row for row in TOPOLOGY.functions if "database" in row.settings], ids=lambda r: r.name)
def test_no_password_is_in_an_environment(cloud: Synthesised, row: Function) -> None:
    variables = deployed(cloud, row)
    assert variables["DATABASE_LOGIN"] == ("secret" if row.deploys else "iam")
    user = variables["DATABASE_URL"].removeprefix("postgresql://").partition("@")[0]
    assert user == row.database_role
    assert "sslmode=verify-full&sslrootcert=/opt/rds.pem" in variables["DATABASE_URL"]
    assert "TOKEN_KEYS" not in variables


def test_ffmpeg_has_the_cpus_of_its_function(cloud: Synthesised) -> None:
    threads = {row.name: deployed(cloud, row).get("FFMPEG_THREADS") for row in TOPOLOGY.functions}
    assert {name: count for name, count in threads.items() if count} == {"ingest": "2", "render": "3", "assemble": "2"}


def test_the_site_is_the_origin_of_pages_cookies_and_uploads(cloud: Synthesised) -> None:
    api = next(row for row in TOPOLOGY.functions if row.name == "api")
    site = deployed(cloud, api)["SITE_URL"]
    assert site == f"https://{cloud.stage.domain or '<PublishOutputFnGetAttDistributionDomainName4E2BFABF>'}"
    bucket = cloud.only("AWS::S3::Bucket", BucketName=cloud.names.objects)
    assert bucket.properties["CorsConfiguration"]["CorsRules"][0]["AllowedOrigins"] == [site]
    assert deployed(cloud, api)["SOCKET_URL"] == site.replace("https://", "wss://") + "/socket"
    assert deployed(cloud, api)["ACCOUNT_COOKIE_SECURE"] == "true"
