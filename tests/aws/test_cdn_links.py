"""Links through the CDN: as CloudFront checks them, for one object, until the end of the window; all else as ever."""

import base64
import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from local.storage.service import Storage
from medley.aws import clients
from medley.aws.cdn_links import CdnLinkSigner
from medley.aws.storage import S3Store
from medley.domain.links import LinkWindow
from medley.errors import Broken
from medley.limits import LINK_WINDOW_S
from medley.settings import AwsSettings, DownloadSettings

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
SITE = "https://medley.test"
OUTPUT = "outputs/o/g/1.mp4"


def pem(key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65_537, key_size=2048)


def accepts(key: rsa.RSAPrivateKey, link: str, now: datetime) -> bool:
    """What CloudFront does with a link: the policy is not in it, but made of what is asked for and until when."""
    address = urlsplit(link)
    asked = parse_qs(address.query)
    resource, _, _ = link.partition("&Expires=")
    (expires,), (signature,) = asked["Expires"], asked["Signature"]
    condition = {"DateLessThan": {"AWS:EpochTime": int(expires)}}
    policy = json.dumps({"Statement": [{"Resource": resource, "Condition": condition}]}, separators=(",", ":"))
    raw = base64.b64decode(signature.translate(str.maketrans("-_~", "+=/")))
    try:
        key.public_key().verify(raw, policy.encode(), PKCS1v15(), SHA1())  # noqa: S303 - CloudFront's
    except InvalidSignature:
        return False
    return asked["Key-Pair-Id"] == ["K1"] and now.timestamp() < int(expires)


def link(key: rsa.RSAPrivateKey, now: datetime = NOW, *, name: str = 'attachment; filename="Été & 1.mp4"') -> str:
    signer = CdnLinkSigner(SITE, "K1", lambda: pem(key), lambda: now)
    return signer.sign(OUTPUT, disposition=name, content_type="video/mp4")


def test_a_link_is_accepted_until_its_window_ends_and_says_how_it_is_saved(key: rsa.RSAPrivateKey) -> None:
    made = link(key)
    assert made.startswith(f"{SITE}/{OUTPUT}?response-content-disposition=")
    assert parse_qs(urlsplit(made).query)["response-content-disposition"] == ['attachment; filename="Été & 1.mp4"']
    end = LinkWindow.of(NOW).expires_at
    assert accepts(key, made, NOW)
    assert accepts(key, made, end - timedelta(seconds=1))
    assert not accepts(key, made, end)


@pytest.mark.parametrize(
    ("old", "new"),
    [("/1.mp4", "/2.mp4"), ("attachment", "inline"), ("Expires=1", "Expires=2"), ("medley.test", "x.test")],
)
def test_a_changed_link_is_not(key: rsa.RSAPrivateKey, old: str, new: str) -> None:
    made = link(key)
    assert old in made
    assert not accepts(key, made.replace(old, new), NOW)


def test_links_of_a_window_are_the_same(key: rsa.RSAPrivateKey) -> None:
    start = LinkWindow.of(NOW).signed_at
    assert link(key, start) == link(key, start + timedelta(seconds=LINK_WINDOW_S - 1))
    assert link(key, start) != link(key, start + timedelta(seconds=LINK_WINDOW_S))


def test_what_the_cdn_does_not_serve_and_where_there_is_none_the_bucket_does(
    key: rsa.RSAPrivateKey, storage: Storage, environment: None
) -> None:
    cdn = CdnLinkSigner(SITE, "K1", lambda: pem(key), lambda: NOW)
    client = clients.s3(AwsSettings())
    with_cdn, without = S3Store(client, "medley", cdn=cdn), S3Store(client, "medley")

    def host(store: S3Store, name: str, content_type: str = "video/mp4") -> str:
        return urlsplit(store.sign_get(name, file_name="a.mp4", content_type=content_type)).netloc

    for name in (OUTPUT, "bundles/o/b.zip", "exports/o/e.zip"):
        assert host(with_cdn, name) == "medley.test"
    for name in ("derived/o/c/poster.jpg", "uploads/o/p/c", "outputsx/o"):
        assert host(with_cdn, name) == urlsplit(storage.endpoint_url).netloc
    poster = host(with_cdn, "outputs/o/g/1.jpg", "image/jpeg")
    assert poster == urlsplit(storage.endpoint_url).netloc, "a page has a hundred, each would take RSA"
    assert host(without, OUTPUT) == urlsplit(storage.endpoint_url).netloc


@pytest.mark.parametrize("text", ["", "no key", pem(ed25519.Ed25519PrivateKey.generate())])
def test_what_is_no_key_is_said(text: str) -> None:
    with pytest.raises(Broken) as raised:
        CdnLinkSigner(SITE, "K1", lambda: text, lambda: NOW).sign(OUTPUT, disposition="inline", content_type="a/b")
    assert raised.value.code == "not_a_key"


def test_settings_are_whole_or_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOWNLOAD_FROM", "cdn")
    with pytest.raises(ValueError, match="DOWNLOAD_FROM is cdn"):
        DownloadSettings()
    for name in ("URL", "KEY_ID", "SECRET"):
        monkeypatch.setenv(f"DOWNLOAD_{name}", "x")
    assert DownloadSettings().source == "cdn"
    monkeypatch.setenv("DOWNLOAD_FROM", "bucket")
    with pytest.raises(ValueError, match="DOWNLOAD_FROM is cdn"):
        DownloadSettings()
