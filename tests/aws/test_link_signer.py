"""Links: exactly those botocore makes, the same throughout a window, and served by a real server."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import boto3
import httpx2
import pytest
from botocore.config import Config
from botocore.credentials import ReadOnlyCredentials
from hypothesis import given
from hypothesis import strategies as st

from local.storage.service import Storage
from medley.aws import clients
from medley.aws.link_signer import LinkSigner
from medley.aws.storage import S3Store, content_disposition
from medley.domain.links import LinkWindow
from medley.limits import DOWNLOAD_URL_S, LINK_WINDOW_S
from medley.settings import AwsSettings

START = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
KEYS = st.lists(st.text(min_size=1, max_size=20), min_size=1, max_size=4).map("/".join)
PLACES = (("http://media.example.test:8080", "path"), (None, "virtual"))


def client(endpoint_url: str | None, addressing: str, credentials: ReadOnlyCredentials) -> Any:
    return boto3.client(
        "s3",
        region_name="eu-central-1",
        endpoint_url=endpoint_url,
        aws_access_key_id=credentials.access_key,
        aws_secret_access_key=credentials.secret_key,
        aws_session_token=credentials.token,
        config=Config(
            signature_version="s3v4",
            s3={"addressing_style": addressing, "us_east_1_regional_endpoint": "regional"},  # type: ignore[typeddict-item]
        ),
    )


def parts(url: str) -> tuple[str, list[tuple[str, str]]]:
    address = urlsplit(url)
    return url.partition("?")[0], sorted(parse_qsl(address.query, keep_blank_values=True, strict_parsing=True))


@pytest.fixture(scope="module", params=[None, "session/token+=="], ids=["user", "role"])
def role(request: pytest.FixtureRequest) -> ReadOnlyCredentials:
    return ReadOnlyCredentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", request.param)


@pytest.fixture(scope="module", params=PLACES, ids=["path", "virtual"])
def s3(request: pytest.FixtureRequest, role: ReadOnlyCredentials) -> Any:
    return client(*request.param, role)


@given(key=KEYS, name=st.none() | st.text(max_size=30), after_s=st.integers(0, 10 * LINK_WINDOW_S))
def test_a_link_is_the_one_botocore_makes(
    s3: Any, role: ReadOnlyCredentials, key: str, name: str | None, after_s: int
) -> None:
    now = START + timedelta(seconds=after_s)
    disposition = content_disposition(name)
    ours = LinkSigner(s3, "clips", lambda: role, lambda: now).sign(
        key, disposition=disposition, content_type="video/mp4; codecs=avc1"
    )
    wanted = {"ResponseContentDisposition": disposition, "ResponseContentType": "video/mp4; codecs=avc1"}
    window = LinkWindow.of(now)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("botocore.auth.get_current_datetime", lambda: window.signed_at.replace(tzinfo=None))
        theirs = s3.generate_presigned_url(
            "get_object", Params={"Bucket": "clips", "Key": key, **wanted}, ExpiresIn=window.life_s
        )
    assert parts(ours) == parts(theirs)


def test_the_days_and_the_secrets_of_a_signer_may_change() -> None:
    told = [ReadOnlyCredentials("A", "one", None), START]
    s3 = client(*PLACES[0], told[0])
    signer = LinkSigner(s3, "clips", lambda: told[0], lambda: told[1])

    def link() -> str:
        fresh = LinkSigner(s3, "clips", lambda: told[0], lambda: told[1])
        url = signer.sign("k", disposition="inline", content_type="image/jpeg")
        assert url == fresh.sign("k", disposition="inline", content_type="image/jpeg")
        return url

    seen = [link()]
    told[1] = START + timedelta(days=1)
    seen.append(link())
    told[0] = ReadOnlyCredentials("B", "two", "token")
    seen.append(link())
    assert len(set(seen)) == 3


def test_links_are_the_same_within_a_window_and_good_for_an_hour_at_least() -> None:
    first = LinkWindow.of(START)
    last = LinkWindow.of(START + timedelta(seconds=LINK_WINDOW_S - 1))
    following = LinkWindow.of(START + timedelta(seconds=LINK_WINDOW_S))
    assert first == last != following
    assert first.signed_at == START
    assert first.expires_at == following.signed_at + timedelta(seconds=DOWNLOAD_URL_S)


def test_a_server_serves_a_link_until_its_end_and_no_longer(storage: Storage, environment: None) -> None:
    key = "outputs/o/g/1.mp4"
    storage.s3().put_object(Bucket=storage.bucket, Key=key, Body=b"video", ContentType="video/mp4")
    life = LINK_WINDOW_S + DOWNLOAD_URL_S

    def given(ago_s: float) -> httpx2.Response:
        then = datetime.now(UTC) - timedelta(seconds=ago_s)
        store = S3Store(clients.s3(AwsSettings()), storage.bucket, now=lambda: then)
        return httpx2.get(store.sign_get(key, file_name=None, content_type="video/mp4"))

    assert given(0).content == b"video"
    assert given(DOWNLOAD_URL_S - 10).status_code == 200
    assert given(life + 10).status_code == 403
