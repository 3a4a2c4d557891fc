"""Environment of a function: the variables behind each setting its row names. One mapping, for an account and for one
machine: a function that would miss a variable deployed misses it here, too.

Pure: a table in, a dictionary out. `medley.settings` has the class that reads each.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass

from infra.rows import WHOLE_CPU_MIB, Function, Setting

PREFIXES: Mapping[Setting, str] = {
    "database": "DATABASE",
    "bucket": "BUCKET",
    "queues": "QUEUE",
    "sockets": "SOCKET",
    "tokens": "TOKEN",
    "accounts": "ACCOUNT",
    "site": "SITE",
    "mail": "MAIL",
    "caller": "CALLER",
    "ffmpeg": "FFMPEG",
    "apps": "APP",
    "downloads": "DOWNLOAD",
}


@dataclass(frozen=True)
class Login:
    """How a role of the database is let in: `how` is DATABASE_LOGIN. A password is in the URL, or in a secret."""

    url: str
    how: str = "url"
    secret: str | None = None


@dataclass(frozen=True)
class Downloads:
    """Where links to what is large lead, if not to the bucket: to the CDN, with a key it knows by `key_id`, whose
    private half is in a secret."""

    url: str
    key_id: str
    secret: str


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """Where the parts of one cloud are. URLs have no trailing slash; None leaves a variable out."""

    databases: Mapping[str, Login]  # by role
    bucket: str
    bucket_url: str | None = None  # where a browser reaches it, if not at AWS
    queue_urls: Mapping[str, str]
    lanes: tuple[str, ...]
    http_url: str
    origins: tuple[str, ...] = ()  # of pages that are ours, beside that of `http_url`
    socket_url: str
    management_url: str
    mail_url: str | None = None
    mail_sender: str
    proxy_secrets: tuple[str, ...] = ()  # of what stands before the API,
    proxy_headers: tuple[str, str] | None = None  # where it says from which address and country a request comes
    token_keys: str | None = None  # a JWK Set,
    token_secret: str | None = None  # or the secret that holds it
    ffmpeg_threads: int | None = None  # by the memory of the function, if None
    downloads: Downloads | None = None  # from the bucket, if None


def setting_variables(setting: Setting, row: Function, around: Surroundings) -> dict[str, str]:
    """The variables behind one name of a row's `settings`: those the class in medley.settings reads."""
    variables: dict[str, str | None]
    match setting:
        case "database":
            login = around.databases[row.database_role]
            variables = {"URL": login.url, "LOGIN": login.how, "SECRET": login.secret}
        case "bucket":
            variables = {"NAME": around.bucket, "PUBLIC_URL": around.bucket_url}
        case "queues":
            variables = {"URLS": json.dumps({name: around.queue_urls[name] for name in row.sends})}
        case "sockets":
            variables = {"MANAGEMENT_URL": around.management_url, "URL": around.socket_url}
        case "tokens":
            variables = {"KEYS": around.token_keys, "SECRET": around.token_secret}
        case "accounts":
            variables = {"COOKIE_SECURE": str(around.http_url.startswith("https://")).lower()}
        case "site":
            variables = {"URL": around.http_url, "ORIGINS": json.dumps(around.origins)}
        case "mail":
            variables = {"SENDER": around.mail_sender, "ENDPOINT_URL": around.mail_url}
        case "caller":
            address, country = around.proxy_headers or (None, None)
            variables = {"PROXY_SECRETS": json.dumps(around.proxy_secrets)}
            variables |= {"ADDRESS_HEADER": address, "COUNTRY_HEADER": country}
        case "ffmpeg":
            variables = {"THREADS": str(around.ffmpeg_threads or _threads(row))}
        case "apps":
            variables = {"LANES": json.dumps(around.lanes)}
        case "downloads":
            variables = _downloads(around.downloads)
    return {f"{PREFIXES[setting]}_{name}": value for name, value in variables.items() if value is not None}


def _downloads(told: Downloads | None) -> dict[str, str | None]:
    if told is None:
        return {"FROM": "bucket"}
    return {"FROM": "cdn", "URL": told.url, "KEY_ID": told.key_id, "SECRET": told.secret}


def settings_variables(row: Function, around: Surroundings) -> dict[str, str]:
    """Those of all settings of the row."""
    variables: dict[str, str] = {}
    for setting in row.settings:
        variables |= setting_variables(setting, row, around)
    return variables


def _threads(row: Function) -> int:
    """As many as it has CPUs, the last of which may be a part of one."""
    return max(1, math.ceil(row.memory_mib / WHOLE_CPU_MIB))
