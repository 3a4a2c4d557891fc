"""Settings a function reads from its environment, one class per capability.

A class is read when it is constructed, never at import. The variable names are the fields in upper case
with the class's prefix; `infra/topology.py` says which function is given which of them.
"""

import hmac
from collections.abc import Mapping
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from medley.limits import PROXY_SECRET_CHARACTERS, SIGN_UP_BONUS


class DatabaseSettings(BaseSettings):
    """DATABASE_URL: a libpq URL, `postgresql://...`. DATABASE_LOGIN: where its password is: in the URL, a token that
    IAM vouches for, or in the secret DATABASE_SECRET of Secrets Manager."""

    model_config = SettingsConfigDict(env_prefix="DATABASE_", frozen=True)

    url: SecretStr
    login: Literal["url", "iam", "secret"] = "url"
    secret: str | None = None

    @model_validator(mode="after")
    def _named(self) -> Self:
        if (self.login == "secret") != (self.secret is not None):
            raise ValueError("DATABASE_SECRET is given where DATABASE_LOGIN is secret, and only there")
        return self


class AwsSettings(BaseSettings):
    """Endpoints, set only where AWS is not the one to talk to (the embedded cloud)."""

    model_config = SettingsConfigDict(env_prefix="AWS_", frozen=True)

    region: str = Field(default="us-east-1", validation_alias="AWS_REGION")
    endpoint_url: str | None = None


class BucketSettings(BaseSettings):
    """BUCKET_NAME: where every object lives. BUCKET_PUBLIC_URL: the endpoint a browser reaches, if another."""

    model_config = SettingsConfigDict(env_prefix="BUCKET_", frozen=True)

    name: str
    public_url: str | None = None


class DownloadSettings(BaseSettings):
    """DOWNLOAD_FROM: `cdn` or `bucket`, where links to what is large lead. Of the CDN's: DOWNLOAD_URL, the site;
    DOWNLOAD_KEY_ID, what the CDN calls the key; DOWNLOAD_SECRET, the secret that holds its private half."""

    model_config = SettingsConfigDict(env_prefix="DOWNLOAD_", frozen=True, populate_by_name=True)

    source: Literal["bucket", "cdn"] = Field(default="bucket", validation_alias="DOWNLOAD_FROM")
    url: str | None = None
    key_id: str | None = None
    secret: str | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        given = [value is not None for value in (self.url, self.key_id, self.secret)]
        if any(given) if self.source == "bucket" else not all(given):
            raise ValueError("DOWNLOAD_URL, DOWNLOAD_KEY_ID and DOWNLOAD_SECRET are given where DOWNLOAD_FROM is cdn")
        return self


class QueueSettings(BaseSettings):
    """QUEUE_URLS: a JSON object, queue name -> URL, of the queues this function may send to."""

    model_config = SettingsConfigDict(env_prefix="QUEUE_", frozen=True)

    urls: dict[str, str] = {}


class SocketSettings(BaseSettings):
    """SOCKET_MANAGEMENT_URL: the WebSocket API's @connections endpoint. SOCKET_URL: what a browser opens."""

    model_config = SettingsConfigDict(env_prefix="SOCKET_", frozen=True)

    management_url: str
    url: str | None = None


class TokenSettings(BaseSettings):
    """TOKEN_KEYS: a JWK Set (JSON) of what signs access tokens and socket tickets and of what makes refresh tokens; of
    each kind the first is in use, all are accepted (medley.runtime.token_keys). TOKEN_SECRET: the secret of Secrets
    Manager that holds it, instead."""

    model_config = SettingsConfigDict(env_prefix="TOKEN_", frozen=True)

    keys: SecretStr | None = None
    secret: str | None = None
    issuer: str = "medley"

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.keys is None) == (self.secret is None):
            raise ValueError("one of TOKEN_KEYS and TOKEN_SECRET is given")
        return self


class AccountSettings(BaseSettings):
    """What a new account starts with; ACCOUNT_COOKIE_SECURE is off only where the origin is plain http."""

    model_config = SettingsConfigDict(env_prefix="ACCOUNT_", frozen=True)

    sign_up_bonus: int = Field(default=SIGN_UP_BONUS, ge=0)  # credits
    cookie_secure: bool = True


class SiteSettings(BaseSettings):
    """SITE_URL: where people meet Medley, `https://app.example.com`: links in mails lead there, and pages of that
    origin alone may use cookies. SITE_ORIGINS: a JSON list of further origins that may, as a developer's own."""

    model_config = SettingsConfigDict(env_prefix="SITE_", frozen=True)

    url: str
    origins: tuple[str, ...] = ()

    @field_validator("url")
    @classmethod
    def _plain(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment:
            raise ValueError("the site's URL is like https://app.example.com")
        return url.rstrip("/")

    @property
    def all_origins(self) -> frozenset[str]:
        """Of the pages that are ours."""
        parts = urlsplit(self.url)
        return frozenset({f"{parts.scheme}://{parts.netloc}", *self.origins})

    @property
    def port(self) -> int | None:
        """The port, where the URL names one."""
        return urlsplit(self.url).port


class MailSettings(BaseSettings):
    """MAIL_SENDER: whom mails are from, `Medley <hello@example.com>`. MAIL_ENDPOINT_URL: where SES answers, if not at
    AWS (the embedded cloud)."""

    model_config = SettingsConfigDict(env_prefix="MAIL_", frozen=True)

    sender: str
    endpoint_url: str | None = None


class CallerSettings(BaseSettings):
    """How the API knows where a request comes from.

    CALLER_PROXY_SECRETS: a JSON list of what the proxy before the API (CloudFront) writes into CALLER_SECRET_HEADER,
    several while one is replaced; empty where there is no proxy. Where there is one, only what comes through it is
    answered, and the address in CALLER_ADDRESS_HEADER and the country in CALLER_COUNTRY_HEADER are believed of it.
    CALLER_IPV6_BITS: the leading bits of an IPv6 address that count as one caller.
    """

    model_config = SettingsConfigDict(env_prefix="CALLER_", frozen=True)

    proxy_secrets: tuple[SecretStr, ...] = ()
    secret_header: str = "x-origin-verify"  # noqa: S105 - the header's name
    address_header: str = "cloudfront-viewer-address"
    country_header: str = "cloudfront-viewer-country"
    ipv6_bits: int = Field(default=64, ge=32, le=128)

    @field_validator("proxy_secrets")
    @classmethod
    def _hard_to_guess(cls, secrets: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        if any(len(secret.get_secret_value()) < PROXY_SECRET_CHARACTERS for secret in secrets):
            raise ValueError(f"a proxy's secret has at least {PROXY_SECRET_CHARACTERS} characters")
        return secrets

    def vouched(self, headers: Mapping[str, str]) -> bool:
        """Whether a request came through the proxy, by its headers, whose names are in lower case."""
        shown = headers.get(self.secret_header, "").encode()
        matches = [hmac.compare_digest(secret.get_secret_value().encode(), shown) for secret in self.proxy_secrets]
        return any(matches)

    def admits(self, headers: Mapping[str, str]) -> bool:
        """Whether a request may be answered: past a proxy nobody comes in, and with none everybody does."""
        return not self.proxy_secrets or self.vouched(headers)


class FFmpegSettings(BaseSettings):
    """FFMPEG_THREADS: threads one FFmpeg may use; the embedded cloud gives each worker its share of cores."""

    model_config = SettingsConfigDict(env_prefix="FFMPEG_", frozen=True)

    threads: int = Field(default=2, ge=1, le=64)


class AppSettings(BaseSettings):
    """APP_PACKAGES: a JSON list of the apps' packages, if not the registry's. APP_LANES: one of the lanes there are."""

    model_config = SettingsConfigDict(env_prefix="APP_", frozen=True)

    packages: tuple[str, ...] = ()
    lanes: tuple[str, ...] = ()
