"""A function is given what its row names, and what it is given is what its settings classes read."""

import json
from dataclasses import replace

import pytest
from pydantic_settings import BaseSettings

from infra.environment import PREFIXES, Login, setting_variables
from infra.rows import JOB_ROLE, OWNER_ROLE, REQUEST_ROLE
from infra.topology import TOPOLOGY
from local.environment import Surroundings, access_keys, check_overrides, function_environment
from medley import settings

SURROUNDINGS = Surroundings(
    databases={role: Login(f"postgresql://{role}@somewhere/medley") for role in (REQUEST_ROLE, JOB_ROLE, OWNER_ROLE)},
    aws_url="http://127.0.0.1:5000",
    bucket="media",
    bucket_url="http://127.0.0.1:5000",
    queue_urls={name: f"http://127.0.0.1:5000/1/{name}" for name in (row.name for row in TOPOLOGY.queues)},
    lanes=("render", "assemble"),
    http_url="http://localhost:8000",
    socket_url="ws://localhost:8000/socket",
    management_url="http://localhost:8000",
    mail_url="http://localhost:8000/@ses",
    mail_sender="Medley <medley@localhost>",
    secret_access_key="a secret",
    token_keys='{"keys": []}',
    ffmpeg_threads=1,
)
CLASSES: dict[str, type[BaseSettings]] = {
    "database": settings.DatabaseSettings,
    "bucket": settings.BucketSettings,
    "queues": settings.QueueSettings,
    "sockets": settings.SocketSettings,
    "tokens": settings.TokenSettings,
    "accounts": settings.AccountSettings,
    "site": settings.SiteSettings,
    "mail": settings.MailSettings,
    "caller": settings.CallerSettings,
    "ffmpeg": settings.FFmpegSettings,
    "apps": settings.AppSettings,
    "downloads": settings.DownloadSettings,
}


@pytest.mark.parametrize("row", TOPOLOGY.functions, ids=lambda row: row.name)
def test_a_function_can_read_its_settings_and_no_others(row, monkeypatch):
    environment = function_environment(row, SURROUNDINGS)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert settings.AwsSettings().endpoint_url == "http://127.0.0.1:5000"
    for setting in row.settings:
        CLASSES[setting]()
    given = {
        setting for setting, prefix in PREFIXES.items() if any(name.startswith(prefix + "_") for name in environment)
    }
    assert given == set(row.settings)


@pytest.mark.parametrize("row", TOPOLOGY.functions, ids=lambda row: row.name)
def test_a_function_knows_only_the_queues_it_may_send_to(row):
    variables = function_environment(row, SURROUNDINGS)
    assert set(json.loads(variables.get("QUEUE_URLS", "{}"))) == (set(row.sends) if "queues" in row.settings else set())


def test_every_setting_has_a_class_and_variables_it_reads():
    row = TOPOLOGY.functions[0]
    for setting, prefix in PREFIXES.items():
        fields = {
            str(field.validation_alias or f"{prefix}_{name}".upper())
            for name, field in CLASSES[setting].model_fields.items()
        }
        assert set(setting_variables(setting, row, SURROUNDINGS)) <= fields


def test_nothing_of_the_shell_comes_along(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://the-shell's")
    monkeypatch.setenv("AWS_PROFILE", "production")
    environment = function_environment(TOPOLOGY.function("render"), SURROUNDINGS)
    assert "DATABASE_URL" not in environment
    assert "AWS_PROFILE" not in environment


def test_cookies_are_secure_where_the_origin_is():
    api = TOPOLOGY.function("api")
    assert function_environment(api, SURROUNDINGS)["ACCOUNT_COOKIE_SECURE"] == "false"
    https = replace(SURROUNDINGS, http_url="https://medley.example")
    assert function_environment(api, https)["ACCOUNT_COOKIE_SECURE"] == "true"


def test_an_override_reaches_the_functions_that_have_the_setting():
    surroundings = replace(SURROUNDINGS, overrides={"ACCOUNT_SIGN_UP_BONUS": "7"})
    assert function_environment(TOPOLOGY.function("api"), surroundings)["ACCOUNT_SIGN_UP_BONUS"] == "7"
    assert "ACCOUNT_SIGN_UP_BONUS" not in function_environment(TOPOLOGY.function("render"), surroundings)


def test_an_override_nobody_reads_is_refused():
    check_overrides({"ACCOUNT_SIGN_UP_BONUS": "7"})
    with pytest.raises(ValueError, match="ACOUNT_SIGN_UP_BONUS"):
        check_overrides({"ACOUNT_SIGN_UP_BONUS": "7"})


def test_who_may_sign_is_who_is_given_what_it_takes() -> None:
    """Functions that are told where mail goes may send it, and no others; likewise pushes to sockets."""
    everyone = access_keys(TOPOLOGY)
    assert set(everyone) == {"local", *(row.name for row in TOPOLOGY.functions)}
    assert access_keys(TOPOLOGY, "mail") == ["local", "mail"]
    assert {"record", "api"} <= set(access_keys(TOPOLOGY, "sockets"))
    assert not {"ingest", "render", "mail"} & set(access_keys(TOPOLOGY, "sockets"))
