"""Mailbox: where the mails of the embedded cloud go, and the page that shows them.

It answers as SES does (SendEmail of API v2), so the function that sends mail is the one that is deployed. What was sent
is at /dev/mailbox for a person and at /dev/mailbox.json for a program: for nobody but whoever sits at this machine.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from uuid import uuid4

from local import signatures
from local.gateway.http_events import HttpReply, Scope, joined_headers
from local.gateway.own_hosts import is_own
from local.signatures import Keys, Refused

SENDER = "Medley <medley@localhost>"
SES_PATH = "/@ses"
PAGE_PATH = "/dev/mailbox"
JSON_PATH = "/dev/mailbox.json"
KEPT = 500  # mails, the newest
_SEND = f"{SES_PATH}/v2/email/outbound-emails"
_LINK = re.compile(r"https?://[^\s<>\"]+")
_HEADERS = (
    ("cache-control", "no-store"),
    ("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
)
_PAGE = """\
<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Mailbox</title><meta name="viewport" content="width=device-width">
<style>
body {{ margin: 0 auto; max-width: 50rem; padding: 1rem; font: 16px/1.5 system-ui, sans-serif; color: #18181b }}
article {{ border: 1px solid #d4d4d8; border-radius: 8px; margin: 1rem 0; padding: 1rem }}
h2 {{ font-size: 1rem; margin: 0 }} small {{ color: #52525b }}
pre {{ white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; margin: 1rem 0 0 }}
iframe {{ border: 1px solid #d4d4d8; width: 100%; height: 26rem; margin-top: .5rem }}
</style></head><body><h1>Mailbox</h1>
<p>Mails of this embedded cloud: none leaves this machine. A program reads them at <a href="{json}">{json}</a>.</p>
{mails}
</body></html>
"""
_MAIL = """\
<article><h2>{subject}</h2><small>to {to}, {sent_at}</small><pre>{text}</pre>
<details><summary>As HTML</summary><iframe sandbox srcdoc="{html}" title="{subject}"></iframe></details></article>
"""


class Mailbox:
    """The mails of one cloud, a file each in `directory`. Who has one of the `keys` may send."""

    def __init__(self, directory: Path, keys: Keys) -> None:
        self._directory = directory
        self._keys = keys

    def serves(self, path: str) -> bool:
        """True if the address is one of the mailbox's."""
        return path in {PAGE_PATH, JSON_PATH} or path.startswith(SES_PATH)

    def answer(self, scope: Scope, body: bytes) -> HttpReply:
        """Take a mail, or show those there are."""
        headers = joined_headers(scope)
        if not is_own(headers):
            return _refusal(403, "The mailbox answers this machine alone.")
        match scope["method"], scope["path"]:
            case "POST", path if path == _SEND:
                return self._take(scope, headers, body)
            case "GET" | "HEAD", path if path == PAGE_PATH:
                return HttpReply(200, (("content-type", "text/html; charset=utf-8"), *_HEADERS), self._page())
            case "GET" | "HEAD", path if path == JSON_PATH:
                to = parse_qs(scope["query_string"].decode("latin-1")).get("to", [None])[0]
                mails = [mail for mail in self.mails() if to is None or mail["to"] == to]
                return HttpReply(200, (("content-type", "application/json"), *_HEADERS), _json({"items": mails}))
        return _refusal(404, "There is nothing at this address.")

    def mails(self) -> list[dict[str, Any]]:
        """All, the newest first. A file that is damaged, or no mail, is passed over."""
        found = (_read(path) for path in sorted(self._directory.glob("*.json"), reverse=True))
        return [mail for mail in found if mail is not None]

    def _take(self, scope: Scope, headers: Mapping[str, str], body: bytes) -> HttpReply:
        sent = signatures.Request("POST", scope["raw_path"].decode("latin-1"), "", headers)
        try:
            signatures.check(sent, self._keys, service="ses", now=datetime.now(UTC), body=body)
        except Refused as error:
            return _refusal(error.status, error.message)
        try:
            asked = json.loads(body)
            simple = asked["Content"]["Simple"]
            [to] = asked["Destination"]["ToAddresses"]
            text, html = (simple["Body"][kind]["Data"] for kind in ("Text", "Html"))
            mail = {"to": to, "from": asked["FromEmailAddress"], "subject": simple["Subject"]["Data"], "text": text}
        except (ValueError, KeyError, TypeError) as error:
            return _refusal(400, f"No mail: {error!r}")
        now, number = datetime.now(UTC), uuid4().hex
        whole = {"id": number, "sent_at": now.isoformat(), **mail, "html": html, "links": _LINK.findall(text)}
        self._directory.mkdir(exist_ok=True)
        name = f"{now:%Y%m%dT%H%M%S%f}-{number}"
        new = self._directory / f"{name}.new"
        new.write_bytes(_json(whole))
        new.rename(self._directory / f"{name}.json")
        for old in sorted(self._directory.glob("*.json"), reverse=True)[KEPT:]:
            old.unlink()
        return HttpReply(200, (("content-type", "application/json"),), _json({"MessageId": number}))

    def _page(self) -> bytes:
        shown = [
            _MAIL.format(
                subject=escape(mail["subject"]),
                to=escape(mail["to"]),
                sent_at=escape(mail["sent_at"]),
                text=_LINK.sub(lambda found: f'<a href="{found.group()}">{found.group()}</a>', escape(mail["text"])),
                html=escape(mail["html"]),
            )
            for mail in self.mails()
        ]
        return _PAGE.format(json=JSON_PATH, mails="\n".join(shown) or "<p>There is none yet.</p>").encode()


def _read(path: Path) -> dict[str, Any] | None:
    try:
        mail = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    texts = ("id", "sent_at", "to", "from", "subject", "text", "html")
    is_mail = isinstance(mail, dict) and isinstance(mail.get("links"), list)
    return mail if is_mail and all(isinstance(mail.get(name), str) for name in texts) else None


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


def _refusal(status: int, message: str) -> HttpReply:
    return HttpReply(status, (("content-type", "application/json"), *_HEADERS), _json({"message": message}))
