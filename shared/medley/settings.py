"""What a function reads from its environment, one class per capability.

A class is read when it is constructed, never at import. The variable names are the fields in upper case
with the class's prefix; `infra/topology.py` says which function is given which of them.
"""

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from medley.limits import PROXY_SECRET_CHARACTERS, SIGN_UP_BONUS


class DatabaseSettings(BaseSettings):
    """DATABASE_URL: a libpq URL, `postgresql://...`."""

    model_config = SettingsConfigDict(env_prefix="DATABASE_", frozen=True)

    url: SecretStr


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
    each kind the first is in use, all are accepted (medley.runtime.token_keys)."""

    model_config = SettingsConfigDict(env_prefix="TOKEN_", frozen=True)

    keys: SecretStr
    issuer: str = "medley"


class AccountSettings(BaseSettings):
    """What a new account starts with; ACCOUNT_COOKIE_SECURE is off only where the origin is plain http."""

    model_config = SettingsConfigDict(env_prefix="ACCOUNT_", frozen=True)

    sign_up_bonus: int = Field(default=SIGN_UP_BONUS, ge=0)  # credits
    cookie_secure: bool = True


class CallerSettings(BaseSettings):
    """How the API knows where a request comes from.

    CALLER_PROXY_SECRETS: a JSON list of what the proxy before the API (CloudFront) writes into CALLER_SECRET_HEADER,
    several while one is replaced; empty where there is no proxy. The address in CALLER_ADDRESS_HEADER is believed of
    a request that has one of them. CALLER_IPV6_BITS: the leading bits of an IPv6 address that count as one caller.
    """

    model_config = SettingsConfigDict(env_prefix="CALLER_", frozen=True)

    proxy_secrets: tuple[SecretStr, ...] = ()
    secret_header: str = "x-origin-verify"  # noqa: S105 - the header's name
    address_header: str = "cloudfront-viewer-address"
    ipv6_bits: int = Field(default=64, ge=32, le=128)

    @field_validator("proxy_secrets")
    @classmethod
    def _hard_to_guess(cls, secrets: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        if any(len(secret.get_secret_value()) < PROXY_SECRET_CHARACTERS for secret in secrets):
            raise ValueError(f"a proxy's secret has at least {PROXY_SECRET_CHARACTERS} characters")
        return secrets


class FFmpegSettings(BaseSettings):
    """FFMPEG_THREADS: threads one FFmpeg may use; the embedded cloud gives each worker its share of cores."""

    model_config = SettingsConfigDict(env_prefix="FFMPEG_", frozen=True)

    threads: int = Field(default=2, ge=1, le=64)


class AppSettings(BaseSettings):
    """APP_PACKAGES: a JSON list of the apps' packages, if not the registry's. APP_LANES: one of the lanes there are."""

    model_config = SettingsConfigDict(env_prefix="APP_", frozen=True)

    packages: tuple[str, ...] = ()
    lanes: tuple[str, ...] = ()
