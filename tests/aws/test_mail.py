"""SesMailer against a server that answers as SES does."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import boto3
import pytest
from botocore.config import Config

from medley.aws import clients
from medley.aws.mail import SesMailer
from medley.domain.mail import Mail
from medley.errors import Broken, MailUnavailable, MedleyError, Rejected

MAIL = Mail("ada@example.com", "Über uns", "text ✓", "<p>html</p>")


class Ses(ThreadingHTTPServer):
    """Answers with each of `answers` in turn, then with success."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: list[tuple[int, str]] = []
        self.asked: list[tuple[str, dict[str, object]]] = []


class Handler(BaseHTTPRequestHandler):
    server: Ses

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, body))
        status, code = self.server.answers.pop(0) if self.server.answers else (200, "")
        answer = json.dumps({"message": code} if code else {"MessageId": "1"}).encode()
        self.send_response(status)
        if code:
            self.send_header("x-amzn-ErrorType", code)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def ses() -> Iterator[Ses]:
    server = Ses()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def mailer(ses: Ses, monkeypatch: pytest.MonkeyPatch) -> SesMailer:
    monkeypatch.setenv("MAIL_SENDER", "Medley <hello@example.com>")
    monkeypatch.setenv("MAIL_ENDPOINT_URL", f"http://127.0.0.1:{ses.server_port}")
    once = Config(retries={"total_max_attempts": 1})
    endpoint = f"http://127.0.0.1:{ses.server_port}"
    monkeypatch.setattr(
        clients, "ses", lambda *_: boto3.client("sesv2", "us-east-1", endpoint_url=endpoint, config=once)
    )
    return SesMailer.from_environment()


def test_a_mail_is_sent_as_text_and_as_a_page(mailer: SesMailer, ses: Ses) -> None:
    mailer.send(MAIL)
    [(path, asked)] = ses.asked
    assert path == "/v2/email/outbound-emails"
    assert asked == {
        "FromEmailAddress": "Medley <hello@example.com>",
        "Destination": {"ToAddresses": ["ada@example.com"]},
        "Content": {
            "Simple": {
                "Subject": {"Data": "Über uns", "Charset": "UTF-8"},
                "Body": {
                    "Text": {"Data": "text ✓", "Charset": "UTF-8"},
                    "Html": {"Data": "<p>html</p>", "Charset": "UTF-8"},
                },
            }
        },
    }


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (429, "TooManyRequestsException", MailUnavailable),
        (503, "ServiceUnavailable", MailUnavailable),
        (400, "MessageRejected", Rejected),
        (400, "BadRequestException", Rejected),
        (403, "AccessDeniedException", Broken),
    ],
)
def test_what_it_says_otherwise(mailer: SesMailer, ses: Ses, status: int, code: str, kind: type[MedleyError]) -> None:
    ses.answers = [(status, code)]
    with pytest.raises(kind):
        mailer.send(MAIL)
