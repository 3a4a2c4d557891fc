"""The mailbox over real HTTP: SES's own client sends to it, a person and a program read it, nobody else does."""

from pathlib import Path

import httpx2
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from local.compute.invocation import REGION
from local.gateway import mailbox
from local.gateway.mailbox import Mailbox
from local.signatures import Keys

PATH = f"{mailbox.SES_PATH}/v2/email/outbound-emails"
SCOPE = {"method": "POST", "path": PATH, "raw_path": PATH.encode(), "query_string": b""}
KEYS = Keys("a secret", {"mail"})
MAIL = b"""{"FromEmailAddress": "Medley <medley@localhost>", "Destination": {"ToAddresses": ["%s"]},
"Content": {"Simple": {
"Subject": {"Data": "A <b>subject</b>"}, "Body": {"Text": {"Data": "Open http://localhost:8000/x#token=t please"},
"Html": {"Data": "<p onclick='x'>hi</p>"}}}}}"""


def scope(*headers: tuple[str, str], **values: object) -> dict[str, object]:
    sent = dict([("host", "localhost:8000"), *headers])
    return {**SCOPE, "headers": [(name.encode(), value.encode()) for name, value in sent.items()], **values}


@pytest.fixture
def box(tmp_path: Path) -> Mailbox:
    return Mailbox(tmp_path / "mailbox", KEYS)


def sent(body: bytes, secret: str = KEYS.secret) -> dict[str, object]:
    """A request signed as SDKs do."""
    request = AWSRequest("POST", f"http://localhost:8000{PATH}", data=body)
    SigV4Auth(Credentials("mail", secret), "ses", REGION).add_auth(request)
    return scope(*((name.lower(), value) for name, value in request.headers.items()))


def put(box: Mailbox, to: bytes = b"ada@example.com") -> int:
    return box.answer(sent(MAIL % to), MAIL % to).status


def read(box: Mailbox, path: str, query: bytes = b"") -> httpx2.Response:
    reply = box.answer(scope(method="GET", path=path, query_string=query), b"")
    return httpx2.Response(reply.status, headers=list(reply.headers), content=reply.body)


def test_a_program_reads_what_was_sent(box: Mailbox) -> None:
    assert read(box, mailbox.JSON_PATH).json() == {"items": []}
    assert (put(box), put(box, b"bob@example.com")) == (200, 200)
    newest, oldest = read(box, mailbox.JSON_PATH).json()["items"]
    assert (newest["to"], oldest["to"]) == ("bob@example.com", "ada@example.com")
    assert oldest["links"] == ["http://localhost:8000/x#token=t"]
    [only] = read(box, mailbox.JSON_PATH, b"to=ada%40example.com").json()["items"]
    assert only["id"] == oldest["id"]
    assert Mailbox(box._directory, KEYS).mails() == box.mails()


def test_a_person_reads_it_and_nothing_in_it_is_run(box: Mailbox) -> None:
    assert "none yet" in read(box, mailbox.PAGE_PATH).text
    put(box)
    page = read(box, mailbox.PAGE_PATH)
    assert '<a href="http://localhost:8000/x#token=t">' in page.text
    assert "A &lt;b&gt;subject" in page.text
    assert "<p onclick" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "access-control-allow-origin" not in page.headers


@pytest.mark.parametrize("host", ["evil.example.com", "localhost.evil.example.com", ""])
def test_it_answers_this_machine_alone(box: Mailbox, host: str) -> None:
    put(box)
    for path in (mailbox.PAGE_PATH, mailbox.JSON_PATH):
        reply = box.answer(scope(("host", host), method="GET", path=path), b"")
        assert (reply.status, b"token" in reply.body) == (403, False)


def test_it_takes_what_is_a_signed_mail(box: Mailbox) -> None:
    mail = MAIL % b"a@b.c"
    for refused in (scope(), sent(mail, "another secret"), sent(b"another body")):
        assert box.answer(refused, mail).status == 403
    for body in (b"", b"[]", b"{}", MAIL.replace(b"ToAddresses", b"CcAddresses")):
        assert box.answer(sent(body), body).status == 400
    assert box.answer(scope(path="/@ses/other"), b"").status == 404
    assert box.mails() == []


def test_the_newest_are_kept(box: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailbox, "KEPT", 3)
    for n in range(5):
        put(box, b"user%d@example.com" % n)
    assert [mail["to"] for mail in box.mails()] == [f"user{n}@example.com" for n in (4, 3, 2)]


def test_a_damaged_file_hides_no_other_mail(box: Mailbox) -> None:
    put(box)
    (whole,) = box._directory.iterdir()
    for name, content in {"cut": whole.read_bytes()[:40], "empty": b"", "bytes": b"\xff\xfe", "list": b"[]",
                          "other": b'{"to": 1}'}.items():  # fmt: skip
        (box._directory / f"9-{name}.json").write_bytes(content)
    (box._directory / "9-folder.json").mkdir()
    assert [mail["to"] for mail in box.mails()] == ["ada@example.com"]
    assert "ada@example.com" in read(box, mailbox.PAGE_PATH).text
    assert put(box, b"bob@example.com") == 200
    assert len(read(box, mailbox.JSON_PATH).json()["items"]) == 2
